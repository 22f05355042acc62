import type { WorkflowNode } from '../../domain/inventory.ts';
import type { Json } from '../../domain/json.ts';
import { shownName } from '../hard-coded-secrets.ts';
import type { Accepted, Observation } from '../platform.ts';
import type { NodeRedClient } from './client.ts';
import { hashesOf } from './definition.ts';
import { conflict, foundTab } from './deploys.ts';
import type { Deployed, Deploys } from './deploys.ts';
import { draftPartsOf } from './draft-parts.ts';
import { entryPointsOf, pathsOf } from './entry-points.ts';
import { FlowFile, nodeName } from './flow-file.ts';
import type { Part, Tab } from './flow-file.ts';
import { checkedTabId } from './ids.ts';
import { readNodesMemo } from './nodes-memo.ts';
import type { NodesMemo } from './nodes-memo.ts';
import { probeEntry } from './observe.ts';
import { lifeless, runningOf } from './runtime-probe.ts';

/** The nodes of a tab that can be switched off alone. */
export function nodesOn(file: FlowFile, tab: Tab): readonly WorkflowNode[] {
  return file
    .partsOf(tab)
    .filter(({ item, isOnTab }) => isOnTab && !lifeless.has(item.type))
    .map(({ item }) => ({ id: item.id, name: shownName(nodeName(item)), isOn: !item.d }));
}

/** A tab as it is now, with what verifying and restoring these nodes of it will need. */
export async function observeNodes(
  client: NodeRedClient,
  { file }: Deployed,
  { tab: id, nodes }: { readonly tab: string; readonly nodes: readonly string[] },
  signal: AbortSignal,
): Promise<Observation> {
  const tab = foundTab(file, id);
  const hashes = hashesOf(file, tab);
  const parts = nodes.map((node) => partOn(file, tab, node));
  const settings = await client.settings(signal);
  const running = tab.isDisabled ? undefined : await runningOf(client, nodes, signal);
  const root = settings?.httpNodeRoot ?? '/';
  const known: NodesMemo['nodes'] = [];
  for (const { item } of parts) {
    // Whether it answers is asked of what runs: a node that is off has no address.
    const [entry] = entryPointsOf([{ item, isOnTab: true, isDisabled: item.d || tab.isDisabled }]);
    const probed =
      entry && (await probeEntry(client, entry, pathsOf(client.api, root, entry), signal));
    known.push({
      id: item.id,
      name: shownName(nodeName(item)),
      written: file.writtenOff(item.id),
      ran: running ? (running.get(item.id) ?? null) : false,
      ...(probed ? { entry: withoutNode(probed) } : {}),
    });
  }
  const memo: NodesMemo = {
    form: 1,
    nodes: known,
    contentHash: hashes.content,
    mutedHash: mutedHashOf(file, tab, nodes),
  };
  return {
    hash: hashes.whole,
    contentHash: hashes.content,
    name: shownName(tab.label),
    active: !tab.isDisabled,
    memo,
    byHand: [
      'Anyone who may deploy can switch the nodes on again.',
      'An editor that was open before offers its user to put the old flows back.',
    ],
    parts: draftPartsOf(file, tab),
  };
}

function withoutNode({
  method,
  path,
  answered,
}: Awaited<ReturnType<typeof probeEntry>>): NonNullable<NodesMemo['nodes'][number]['entry']> {
  return { method, answered, ...(path === undefined ? {} : { path }) };
}

function partOn(file: FlowFile, tab: Tab, node: string): Part {
  const found = file.partsOf(tab).find(({ item, isOnTab }) => isOnTab && item.id === node);
  if (found) return found;
  throw conflict('One of these nodes is not on the tab any more, so all were left alone.');
}

function mutedHashOf(file: FlowFile, tab: Tab, nodes: readonly string[]): string {
  const flows = file.with(new Map(nodes.map((node) => [node, true])));
  return hashesOf(new FlowFile({ rev: file.rev, flows }), tab).content;
}

/** Switches nodes off. Each is closed before Node-RED answers; the others on the tab go on. */
export async function mute(
  deploys: Deploys,
  id: string,
  recorded: Json,
  signal: AbortSignal,
): Promise<Accepted> {
  checkedTabId(id);
  const memo = readNodesMemo(recorded);
  const seen = await deploys.read(signal);
  return deploys.change({ id, seen, decide: (file, tab) => mayMute(file, tab, memo) }, signal);
}

function mayMute(file: FlowFile, tab: Tab, memo: NodesMemo) {
  const { content } = hashesOf(file, tab);
  if (content === memo.mutedHash) return 'already';
  if (content !== memo.contentHash) {
    throw conflict('Somebody changed its tab a moment ago, so it was left alone. Plan it again.');
  }
  return new Map(memo.nodes.map((node) => [node.id, true]));
}

/** Writes of each node what was written before. */
export async function unmute(
  deploys: Deploys,
  id: string,
  recorded: Json,
  signal: AbortSignal,
): Promise<Accepted> {
  checkedTabId(id);
  const memo = readNodesMemo(recorded);
  const seen = await deploys.read(signal);
  return deploys.change({ id, seen, decide: (file, tab) => mayUnmute(file, tab, memo) }, signal);
}

function mayUnmute(file: FlowFile, tab: Tab, memo: NodesMemo) {
  const { content } = hashesOf(file, tab);
  if (content === memo.contentHash) return 'already';
  if (content !== memo.mutedHash) {
    throw conflict(
      'Its tab changed meanwhile, and Node-RED keeps no versions. Where another plan switched nodes ' +
        'of it off since, undo that one first; else compare it with tab.json of the evidence, then ' +
        'switch the nodes on by hand.',
    );
  }
  if (tab.isDisabled) {
    throw conflict(
      'Its whole tab is off, and with its nodes on again it would not be what was switched off. ' +
        'Switch the tab on first, then undo this again.',
    );
  }
  return new Map(memo.nodes.map(({ id, written }) => [id, written]));
}
