import { shownName, withoutSecrets } from '../hard-coded-secrets.ts';
import type { Observation } from '../platform.ts';
import { tabsCalledBy } from './analyse-calls.ts';
import type { NodeRedClient } from './client.ts';
import { hashesOf } from './definition.ts';
import { foundTab } from './deploys.ts';
import type { Deployed } from './deploys.ts';
import { draftPartsOf } from './draft-parts.ts';
import { entryPointsOf, pathsOf } from './entry-points.ts';
import type { EntryPoint } from './entry-points.ts';
import { probe } from './entry-probe.ts';
import { nodeName, writtenDisabled } from './flow-file.ts';
import type { FlowFile, Part, Tab } from './flow-file.ts';
import type { Memo, MemoEntry } from './memo.ts';
import { outlivingOf } from './outliving.ts';
import { askedAtMost, runningOf, startersOf } from './runtime-probe.ts';
import { structuresOf } from './structure.ts';

/** One tab as it is now, with what verifying and restoring it will need. */
export async function observe(
  client: NodeRedClient,
  { file }: Deployed,
  id: string,
  signal: AbortSignal,
): Promise<Observation> {
  const tab = foundTab(file, id);
  const hashes = hashesOf(file, tab);
  const memo = await memoOf(client, file, tab, hashes.content, signal);
  return {
    hash: hashes.whole,
    contentHash: hashes.content,
    name: shownName(tab.label),
    active: !tab.isDisabled,
    memo,
    byHand: byHand(memo),
    parts: draftPartsOf(file, tab),
    structures: structuresOf(file, tab),
  };
}

async function memoOf(
  client: NodeRedClient,
  file: FlowFile,
  tab: Tab,
  contentHash: string,
  signal: AbortSignal,
): Promise<Memo> {
  const parts = file.partsOf(tab);
  const all = startersOf(parts);
  const starters = all.slice(0, askedAtMost);
  const ids = starters.map((item) => item.id);
  // Known before the questions, so that those of one tab are asked one after the other.
  await client.settings(signal);
  const [entries, running] = await Promise.all([
    probeEntries(client, tab, parts, signal),
    tab.isDisabled ? undefined : runningOf(client, ids, signal),
  ]);
  return {
    form: 1,
    active: !tab.isDisabled,
    disabled: writtenDisabled(tab),
    contentHash,
    entries: [...entries],
    starters: starters.map((item) => ({
      id: item.id,
      name: shownName(nodeName(item)),
      ran: running ? (running.get(item.id) ?? null) : false,
    })),
    unnamed: all.length - starters.length,
    calls: tabsCalledBy(file, tab)
      .filter((called) => !called.isDisabled)
      .map((called) => ({ id: called.id, name: shownName(called.label) })),
    ...outlivingOf(parts),
  };
}

/** More than anyone would make; what is beyond is not probed and hence not proved. */
const maxProbes = 50;

async function probeEntries(
  client: NodeRedClient,
  tab: Tab,
  parts: readonly Part[],
  signal: AbortSignal,
): Promise<readonly MemoEntry[]> {
  const entries = entryPointsOf(parts);
  if (entries.length === 0) return [];
  const root = (await client.settings(signal))?.httpNodeRoot ?? '/';
  const found: MemoEntry[] = [];
  for (const [index, entry] of entries.entries()) {
    const paths = tab.isDisabled || index >= maxProbes ? [] : pathsOf(client.api, root, entry);
    found.push(await probeEntry(client, entry, paths, signal));
  }
  return found;
}

/** Whether an address answers as live now, where that can be asked. */
export async function probeEntry(
  client: NodeRedClient,
  { node, method }: EntryPoint,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<MemoEntry> {
  const live = await firstLive(client, method, paths, signal);
  const path = live ?? paths[0];
  // An address that holds a token is not stored, hence cannot be probed again.
  const isShown = path !== undefined && withoutSecrets(path) === path;
  return { node, method, ...(isShown ? { path } : {}), answered: live !== undefined };
}

async function firstLive(
  client: NodeRedClient,
  method: string,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  for (const path of paths) {
    if ((await probe(client, { path, method }, signal)) === 'live') return path;
  }
  return undefined;
}

function byHand({ entries, calls }: Memo): readonly string[] {
  return [
    'Anyone who may deploy can switch it on again.',
    'An editor that was open before offers its user to put the old flows back.',
    ...(entries.length > 0
      ? ['A caller who was waiting for its answer gets none; it hangs until it gives up.']
      : []),
    ...(calls.length > 0 ? ['The tabs that it calls stay as they are.'] : []),
  ];
}
