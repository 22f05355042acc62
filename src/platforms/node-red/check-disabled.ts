import type { Proof, Reading } from '../../domain/verification.ts';
import { shownName } from '../hard-coded-secrets.ts';
import type { Check } from '../platform.ts';
import type { NodeRedClient } from './client.ts';
import { entryPointsOf, pathsOf } from './entry-points.ts';
import { isProbeable, probe } from './entry-probe.ts';
import type { Liveness } from './entry-probe.ts';
import type { FlowFile, Tab } from './flow-file.ts';
import { findMemo } from './memo.ts';
import type { Memo, MemoEntry } from './memo.ts';
import { runningOf } from './runtime-probe.ts';

/**
 * Is each of these really off? Three looks, none of them at the write's answer: a probe of each
 * address that answered before, the runtime's word on which nodes live in it, and a fresh listing.
 *
 * The listing is read last: whoever has taken over an address by then is seen in it.
 */
export async function checkDisabled(
  client: NodeRedClient,
  targets: readonly Check[],
  signal: AbortSignal,
): Promise<readonly Reading[]> {
  if (targets.length === 0) return [];
  const root = (await client.settings(signal))?.httpNodeRoot ?? '/';
  const canProbe = await isProbeable(client, root, signal);
  const seen = await Promise.all(
    targets.map((target) => lookOutside(client, target, canProbe, signal)),
  );
  const file = await client.flows(signal);
  const at = client.api.now();
  const holders = holdersIn(client, file, root);
  return seen.map((one) => readingOf({ file, holders, at }, one));
}

type Seen = {
  readonly target: Check;
  readonly memo: Memo | undefined;
  readonly entries: readonly { readonly entry: MemoEntry; readonly liveness: Liveness }[];
  readonly running: ReadonlyMap<string, boolean | null>;
};

async function lookOutside(
  client: NodeRedClient,
  target: Check,
  canProbe: boolean,
  signal: AbortSignal,
): Promise<Seen> {
  const memo = findMemo(target.memo);
  const ids = memo?.starters.map(({ id }) => id) ?? [];
  const [entries, running] = await Promise.all([
    Promise.all(
      (memo?.entries ?? []).map(async (entry) => {
        const { path, method } = entry;
        const isAsked = canProbe && path !== undefined;
        const liveness = isAsked ? await probe(client, { path, method }, signal) : 'unknown';
        return { entry, liveness };
      }),
    ),
    runningOf(client, ids, signal),
  ]);
  return { target, memo, entries, running };
}

type Context = {
  readonly file: FlowFile;
  /** Enabled tabs by method and path. */
  readonly holders: ReadonlyMap<string, readonly Tab[]>;
  readonly at: Date;
};

/** Proofs, and why they are not enough. */
type Found = { readonly proofs: readonly Proof[]; readonly doubts: readonly string[] };

function readingOf(context: Context, seen: Seen): Reading {
  const { workflow } = seen.target;
  const listed = listProof(context, workflow);
  const { memo } = seen;
  if (!memo) {
    const doubt =
      'Nothing is recorded of its state before, so only Node-RED’s own list can be given.';
    return { workflow, proofs: listed.proofs, doubts: [...listed.doubts, doubt] };
  }
  const probed = probedEntries(context, workflow, memo, seen);
  const runtime = runtimeProof(context, memo, seen);
  return {
    workflow,
    proofs: [...listed.proofs, ...probed.proofs, ...runtime.proofs],
    doubts: [...listed.doubts, ...probed.doubts, ...runtime.doubts],
  };
}

function listProof({ file, at }: Context, id: string): Found {
  const tab = file.tab(id);
  const proof = (finding: Proof['finding'], text: string): Proof => ({
    method: 'list',
    finding,
    text,
    at,
  });
  if (!tab) {
    const text = 'Node-RED no longer lists it: it was deleted.';
    return { proofs: [proof('silent', text)], doubts: [text] };
  }
  return tab.isDisabled
    ? { proofs: [proof('agrees', 'Node-RED lists its tab as disabled.')], doubts: [] }
    : { proofs: [proof('contradicts', 'Node-RED lists its tab as enabled.')], doubts: [] };
}

function probedEntries(context: Context, workflow: string, memo: Memo, seen: Seen): Found {
  if (seen.entries.length === 0) return { proofs: [], doubts: [] };
  const held = seen.entries.map((one) => ({
    ...one,
    holder: holderOf(context, workflow, one.entry),
  }));
  const mine = held.filter(({ liveness, holder }) => liveness === 'live' && !holder);
  const dead = held.filter(({ entry, liveness }) => liveness === 'dead' && entry.answered);
  const proof = (finding: Proof['finding'], text: string): Proof => ({
    method: 'webhook-probe',
    finding,
    text,
    at: context.at,
  });
  const proofs: Proof[] = [];
  if (mine.length > 0) proofs.push(proof('contradicts', `${named(mine)} still answers as live.`));
  if (dead.length > 0) {
    proofs.push(proof('agrees', `${named(dead)} answered before and is no longer registered.`));
  }
  const taken = held.flatMap((one) => (one.holder ? [{ ...one, holder: one.holder }] : []));
  const said = taken.map(
    (one) => `${named([one])} is also served by the tab “${shownName(one.holder.label)}”`,
  );
  if (!memo.active) {
    // It was off already, so whose address it is has not changed.
    return { proofs: [...proofs, ...said.map((text) => proof('silent', `${text}.`))], doubts: [] };
  }
  return { proofs, doubts: said.map((text) => `${text}: contain it too.`) };
}

/** Another enabled tab with the same address: Node-RED lets any number of them have it. */
function holderOf(
  { holders }: Context,
  workflow: string,
  { method, path }: MemoEntry,
): Tab | undefined {
  return holders.get(`${method} ${path}`)?.find(({ id }) => id !== workflow);
}

function holdersIn(
  { api }: NodeRedClient,
  file: FlowFile,
  root: string,
): ReadonlyMap<string, readonly Tab[]> {
  const holders = new Map<string, Tab[]>();
  for (const tab of file.tabs) {
    if (tab.isDisabled) continue;
    for (const entry of entryPointsOf(file.partsOf(tab))) {
      for (const path of pathsOf(api, root, entry)) {
        const address = `${entry.method} ${path}`;
        holders.set(address, [...(holders.get(address) ?? []), tab]);
      }
    }
  }
  return holders;
}

function runtimeProof({ at }: Context, memo: Memo, { running }: Seen): Found {
  if (memo.starters.length === 0) return { proofs: [], doubts: [] };
  const proof = (finding: Proof['finding'], text: string): Proof => ({
    method: 'runtime',
    finding,
    text,
    at,
  });
  const alive = memo.starters.filter(({ id }) => running.get(id) === true);
  if (alive.length > 0) {
    const text = `Node-RED still runs ${names(alive.map(({ name }) => name))}.`;
    return { proofs: [proof('contradicts', text)], doubts: [] };
  }
  const isTold = memo.starters.every(({ id }) => running.get(id) === false);
  if (isTold) {
    const text = `Node-RED runs ${names(memo.starters.map(({ name }) => name))} no more.`;
    const before = 'Node-RED runs none of its nodes, and did not before.';
    return { proofs: [proof('agrees', hasRun(memo) ? text : before)], doubts: [] };
  }
  const hidden = 'Node-RED does not tell this user which nodes run (context.read).';
  const shown = memo.entries.filter(({ answered, path }) => answered && path !== undefined);
  const isShownElsewhere = shown.length === memo.starters.length + memo.unnamed;
  return {
    proofs: [proof('silent', hidden)],
    doubts: memo.active && !isShownElsewhere ? [`${hidden} So its other triggers may go on.`] : [],
  };
}

function hasRun({ starters }: Memo): boolean {
  return starters.some(({ ran }) => ran === true);
}

function named(found: readonly { readonly entry: { readonly node: string } }[]): string {
  return `The address of ${names([...new Set(found.map(({ entry }) => entry.node))])}`;
}

const namedAtMost = 5;

function names(all: readonly string[]): string {
  const shown = all.slice(0, namedAtMost).map((name) => `“${name}”`);
  const rest = all.length - shown.length;
  return `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
