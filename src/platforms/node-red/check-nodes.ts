import type { Proof, Reading } from '../../domain/verification.ts';
import { listed } from '../../domain/wording.ts';
import { shownName } from '../hard-coded-secrets.ts';
import type { NodesCheck } from '../platform.ts';
import type { NodeRedClient } from './client.ts';
import { hashesOf } from './definition.ts';
import { entryPointsOf, pathsOf } from './entry-points.ts';
import { isProbeable, probe } from './entry-probe.ts';
import type { Liveness } from './entry-probe.ts';
import type { FlowFile } from './flow-file.ts';
import { findNodesMemo } from './nodes-memo.ts';
import type { NodesMemo } from './nodes-memo.ts';
import { runningOf } from './runtime-probe.ts';

/**
 * Are these nodes really off, or on again as they were? As for a whole tab: a probe of each address
 * that answered before, the runtime's word on whether each node lives in it, and a fresh listing,
 * which is read last.
 */
export async function checkNodes(
  client: NodeRedClient,
  targets: readonly NodesCheck[],
  signal: AbortSignal,
): Promise<readonly Reading[]> {
  if (targets.length === 0) return [];
  const root = (await client.settings(signal))?.httpNodeRoot ?? '/';
  const canProbe = await isProbeable(client, root, signal);
  const seen = await Promise.all(
    targets.map((target) => lookOutside(client, target, canProbe, signal)),
  );
  const file = await client.flows(signal);
  const context = { client, file, root, at: client.api.now() };
  return seen.map((one) => readingOf(context, one));
}

type Node = NodesMemo['nodes'][number];
type Seen = {
  readonly target: NodesCheck;
  readonly memo: NodesMemo | undefined;
  readonly running: ReadonlyMap<string, boolean | null>;
  /** By node, of those with an address that answered before. */
  readonly answering: ReadonlyMap<string, Liveness>;
};

async function lookOutside(
  client: NodeRedClient,
  target: NodesCheck,
  canProbe: boolean,
  signal: AbortSignal,
): Promise<Seen> {
  const memo = findNodesMemo(target.memo);
  const nodes = memo?.nodes ?? [];
  const asked = nodes.flatMap(({ id, entry }) =>
    canProbe && entry?.answered && entry.path !== undefined
      ? [{ id, method: entry.method, path: entry.path }]
      : [],
  );
  const [running, answering] = await Promise.all([
    runningOf(
      client,
      nodes.map(({ id }) => id),
      signal,
    ),
    Promise.all(asked.map(async (one) => [one.id, await probe(client, one, signal)] as const)),
  ]);
  return { target, memo, running, answering: new Map(answering) };
}

type Context = {
  readonly client: NodeRedClient;
  readonly file: FlowFile;
  readonly root: string;
  readonly at: Date;
};
/** Proofs, and why they are not enough. */
type Found = { readonly proofs: readonly Proof[]; readonly doubts: readonly string[] };
type Say = (method: string, finding: Proof['finding'], text: string) => Proof;

function readingOf(context: Context, seen: Seen): Reading {
  const { workflow, lever } = seen.target;
  const { memo } = seen;
  if (!memo) {
    const doubt = 'Nothing is recorded of these nodes before, so they cannot be compared.';
    return { workflow, proofs: [], doubts: [doubt] };
  }
  const say: Say = (method, finding, text) => ({ method, finding, text, at: context.at });
  const found =
    lever === 'mute'
      ? [
          offInFile(context, memo, workflow, say),
          deadOutside(context, memo, seen, say),
          offInRuntime(memo, seen, say),
        ]
      : [onInFile(context, memo, workflow, say), aliveAgain(context, memo, seen, say)];
  return {
    workflow,
    proofs: found.flatMap(({ proofs }) => proofs),
    doubts: found.flatMap(({ doubts }) => doubts),
  };
}

function offInFile({ file }: Context, { nodes }: NodesMemo, id: string, say: Say): Found {
  const there = nodes.filter((node) => file.find(node.id)?.z === id);
  const gone = nodes.filter((node) => !there.includes(node));
  const on = there.filter((node) => file.find(node.id)?.d !== true);
  if (on.length > 0) {
    return {
      proofs: [say('list', 'contradicts', `Node-RED lists ${names(on)} as enabled.`)],
      doubts: [],
    };
  }
  const doubts = gone.length === 0 ? [] : [`Node-RED no longer lists ${names(gone)} on that tab.`];
  const text = `Node-RED lists ${names(there)} as disabled.`;
  return { proofs: there.length === 0 ? [] : [say('list', 'agrees', text)], doubts };
}

function deadOutside(context: Context, { nodes }: NodesMemo, seen: Seen, say: Say): Found {
  const of = (liveness: Liveness) => nodes.filter(({ id }) => seen.answering.get(id) === liveness);
  const live = of('live').map((node) => ({ node, holder: holderOf(context, node) }));
  const mine = live.flatMap(({ node, holder }) => (holder === undefined ? [node] : []));
  const dead = of('dead');
  return {
    proofs: [
      ...(mine.length > 0
        ? [
            say(
              'webhook-probe',
              'contradicts',
              `The address of ${names(mine)} still answers as live.`,
            ),
          ]
        : []),
      ...(dead.length > 0
        ? [
            say(
              'webhook-probe',
              'agrees',
              `The address of ${names(dead)} answered before and is no longer registered.`,
            ),
          ]
        : []),
    ],
    doubts: live.flatMap(({ node, holder }) =>
      holder === undefined
        ? []
        : [`The address of ${names([node])} is also served by ${holder}: switch that off too.`],
    ),
  };
}

/** Another node that is on and has the same address: Node-RED lets any number of them have it. */
function holderOf({ client, file, root }: Context, { id, entry }: Node): string | undefined {
  for (const tab of file.tabs.filter(({ isDisabled }) => !isDisabled)) {
    for (const part of file.partsOf(tab).filter(({ item }) => item.id !== id)) {
      const [point] = entryPointsOf([part]);
      if (point?.method !== entry?.method || point === undefined) continue;
      if (pathsOf(client.api, root, point).some((path) => path === entry?.path)) {
        return `“${point.node}” of the tab “${shownName(tab.label)}”`;
      }
    }
  }
  return undefined;
}

function offInRuntime({ nodes }: NodesMemo, { running, answering }: Seen, say: Say): Found {
  const alive = nodes.filter(({ id }) => running.get(id) === true);
  if (alive.length > 0) {
    return {
      proofs: [say('runtime', 'contradicts', `Node-RED still runs ${names(alive)}.`)],
      doubts: [],
    };
  }
  const untold = nodes.filter(({ id }) => running.get(id) !== false);
  if (untold.length === 0) {
    return {
      proofs: [say('runtime', 'agrees', `Node-RED does not run ${names(nodes)}.`)],
      doubts: [],
    };
  }
  const hidden = 'Node-RED does not tell this user which nodes run (context.read).';
  const isShownElsewhere = untold.every(({ id }) => answering.get(id) === 'dead');
  return {
    proofs: [say('runtime', 'silent', hidden)],
    doubts: isShownElsewhere ? [] : [`${hidden} So ${names(untold)} may go on.`],
  };
}

function onInFile({ file }: Context, memo: NodesMemo, id: string, say: Say): Found {
  const tab = file.tab(id);
  const isBack =
    tab !== undefined &&
    memo.nodes.every((node) => file.writtenOff(node.id) === node.written) &&
    hashesOf(file, tab).content === memo.contentHash;
  const text = isBack
    ? `Node-RED lists ${names(memo.nodes)} as before, on a tab with the content it had.`
    : 'Node-RED does not list these nodes and their tab as they were.';
  return { proofs: [say('list', isBack ? 'agrees' : 'contradicts', text)], doubts: [] };
}

function aliveAgain(context: Context, { nodes }: NodesMemo, seen: Seen, say: Say): Found {
  // Of a tab that is off nothing runs, whatever its nodes say.
  if (context.file.tab(seen.target.workflow)?.isDisabled !== false)
    return { proofs: [], doubts: [] };
  const before = nodes.filter(({ ran }) => ran === true);
  const gone = before.filter(({ id }) => seen.running.get(id) === false);
  const back = before.filter(({ id }) => seen.running.get(id) === true);
  const silent = nodes.filter(({ id }) => seen.answering.get(id) === 'dead');
  return {
    proofs: [
      ...(gone.length > 0
        ? [say('runtime', 'contradicts', `Node-RED does not run ${names(gone)}.`)]
        : []),
      ...(gone.length === 0 && back.length > 0
        ? [say('runtime', 'agrees', `Node-RED runs ${names(back)} again.`)]
        : []),
      ...(silent.length > 0
        ? [say('webhook-probe', 'contradicts', `The address of ${names(silent)} is still silent.`)]
        : []),
    ],
    doubts: [],
  };
}

function names(nodes: readonly Pick<Node, 'name'>[]): string {
  return listed(
    nodes.map(({ name }) => `“${name}”`),
    5,
  );
}
