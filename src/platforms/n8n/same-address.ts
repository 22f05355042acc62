import { readNodes } from './analyse-node.ts';
import type { N8nExecution, N8nWorkflow } from './answers.ts';
import { liveVersionOf } from './definition.ts';
import { entryPointsOf } from './entry-points.ts';
import { isQueued } from './look.ts';
import type { ByWorkflow, Look } from './look.ts';
import { savesExecutions } from './observe.ts';
import { startedByHand } from './quiet.ts';
import type { Keeps } from './quiet.ts';

/** Where the world calls: a path below the base URL, and a method. */
export type Address = { readonly path?: string; readonly method: string };

/** What is published, by address, and with the addresses that stand for many (`user/:id`). */
export type Published = {
  readonly byAddress: ReadonlyMap<string, readonly N8nWorkflow[]>;
  readonly dynamic: readonly { readonly address: Address; readonly workflow: N8nWorkflow }[];
};

/** Reads each definition once, however many addresses are looked up. */
export function publishedIn({ workflows }: Look): Published {
  const byAddress = new Map<string, N8nWorkflow[]>();
  const dynamic: { readonly address: Address; readonly workflow: N8nWorkflow }[] = [];
  for (const workflow of workflows.values()) {
    if (!workflow.active) continue;
    const nodes = readNodes(liveVersionOf(workflow)?.nodes ?? []);
    const own = entryPointsOf(workflow.id, nodes);
    for (const key of new Set(own.flatMap((entry) => keyOf(entry) ?? []))) {
      const known = byAddress.get(key);
      if (known) known.push(workflow);
      else byAddress.set(key, [workflow]);
    }
    dynamic.push(...own.filter(isDynamic).map((address) => ({ address, workflow })));
  }
  return { byAddress, dynamic };
}

/**
 * The other published workflow that has the same address, or one that stands for it, if there is one.
 *
 * Paths are free again once a workflow is off. Which of the two answers cannot be told from
 * outside: n8n may list the other as published while it still waits for the first to let go.
 */
export function holderOf(
  { byAddress, dynamic }: Published,
  workflow: string,
  address: Address,
): N8nWorkflow | undefined {
  const key = keyOf(address);
  if (key === undefined) return undefined;
  const same = byAddress.get(key)?.find(({ id }) => id !== workflow);
  // n8n prefers the exact address; one with parameters answers once that is gone.
  const like = () =>
    dynamic.find((one) => one.workflow.id !== workflow && isSame(one.address, address));
  return same ?? like()?.workflow;
}

/** A workflow that is off just now and ran a while ago, and when it ran last. */
export type Flapping = { readonly workflow: N8nWorkflow; readonly ranAt: Date };

/**
 * Workflows that are off and ran by themselves since: published for moments, and unpublished again.
 *
 * Such a copy has the address of one that is contained whenever nobody looks. n8n tells of no
 * publishing that is over, so what it ran meanwhile is what remains of it.
 *
 * @param isChecked true for those that are looked at for themselves
 */
export function flappingSince(
  { workflows }: Look,
  executions: ByWorkflow,
  isChecked: (workflow: string) => boolean,
  now: Date,
): readonly Flapping[] {
  return [...executions].flatMap(([id, runs]) => {
    const workflow = workflows.get(id);
    if (!workflow || workflow.active || isChecked(id)) return [];
    const ranAt = lastByItself(runs, now);
    return ranAt ? [{ workflow, ranAt }] : [];
  });
}

/** A workflow that may be published for moments without a trace, and the addresses it would have. */
export type Traceless = {
  readonly id: string;
  readonly name: string;
  readonly addresses: readonly Address[];
  readonly wasPublished: boolean;
};

/**
 * Workflows that are off and keep no record of what they run: one that was published before and is
 * published for moments between two looks leaves nothing at all.
 *
 * On 2.40.7 neither `updatedAt` nor `versionCounter` nor the history moves when a workflow is
 * published, and the log of it is shown only while it is. `triggerCount` tells the first time.
 */
export function tracelessOnes(
  { workflows }: Look,
  isChecked: (workflow: string) => boolean,
  keeps: Keeps,
): readonly Traceless[] {
  return [...workflows.values()].flatMap((workflow) => {
    const { id, name, active, isArchived } = workflow;
    if (active || isArchived || isChecked(id)) return [];
    const saves = savesExecutions(workflow);
    if (saves === 'yes' || (saves === 'by_default' && keeps !== 'unseen')) return [];
    const addresses = entryPointsOf(id, readNodes(workflow.nodes));
    return [{ id, name, addresses, wasPublished: workflow['triggerCount'] !== 0 }];
  });
}

/** Those of them with one of these addresses. */
export function tracelessAt(
  traceless: readonly Traceless[],
  addresses: readonly Address[],
): readonly Traceless[] {
  return traceless.filter((one) => sharesAddress(one.addresses, addresses));
}

/** True when one of these addresses is also among the others. */
export function sharesAddress(some: readonly Address[], others: readonly Address[]): boolean {
  return some.some((one) => others.some((other) => isSame(one, other)));
}

/** True when what runs of it has this address. */
export function holdsLive(workflow: N8nWorkflow, address: Address): boolean {
  return holds(liveVersionOf(workflow)?.nodes, workflow, address);
}

/**
 * True when its draft has this address, or one that is known only when it runs. Of what is off,
 * n8n shows no other version.
 */
export function mayHold({ id, nodes }: N8nWorkflow, address: Address): boolean {
  return entryPointsOf(id, readNodes(nodes)).some(
    (its) => its.path === undefined || isSame(its, address),
  );
}

function lastByItself(runs: readonly N8nExecution[], now: Date): Date | undefined {
  const times = runs
    .filter(({ mode }) => !startedByHand.has(mode))
    .flatMap((one) => (isQueued(one) ? [now.getTime()] : (one.startedAt?.getTime() ?? [])));
  return times.length > 0 ? new Date(Math.max(...times)) : undefined;
}

function holds(
  nodes: readonly unknown[] | undefined,
  { id }: N8nWorkflow,
  address: Address,
): boolean {
  return entryPointsOf(id, readNodes(nodes ?? [])).some((its) => isSame(its, address));
}

/**
 * True for one address, and for two of which one answers for the other: a segment `:id` stands for
 * any (n8n 2.40.7, dynamic webhooks; the webhook's id before it and the number of segments count).
 */
function isSame(one: Address, other: Address): boolean {
  const key = keyOf(one);
  if (key === undefined) return false;
  if (key === keyOf(other)) return true;
  if (one.method !== other.method || !(isDynamic(one) || isDynamic(other))) return false;
  const segments = segmentsOf(one);
  const others = segmentsOf(other);
  return (
    segments.length === others.length &&
    segments.every((segment, at) => {
      return segment === others[at] || isParameter(segment) || isParameter(others[at] ?? '');
    })
  );
}

function isDynamic(address: Address): boolean {
  return segmentsOf(address).some(isParameter);
}

function segmentsOf({ path = '' }: Address): readonly string[] {
  return path.split('/');
}

/** Segments are encoded, so that no other begins with a colon's code. */
function isParameter(segment: string): boolean {
  return segment.startsWith(encodeURIComponent(':'));
}

/** Undefined for one that is known only when the workflow runs: it is the same as none. */
function keyOf({ method, path }: Address): string | undefined {
  return path === undefined ? undefined : `${method} ${path}`;
}
