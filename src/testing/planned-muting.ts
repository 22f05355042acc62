import type { Connection } from '../domain/connection.ts';
import type { PlanTarget } from '../domain/plan.ts';
import { chain, code, every } from './node-red/flows.ts';
import { NodeRedApi } from './node-red/node-red-api.ts';
import type { FlowItem } from './node-red/node-red-api.ts';
import { SmallNodeRed } from './node-red/small-node-red.ts';
import type { PlanRig } from './plan-rig.ts';
import { workflowTarget } from './running-plan.ts';

/**
 * A Node-RED with so many tabs of three nodes each.
 *
 * @param tag of their ids: no two nights share one
 */
export function tabs(count: number, tag: string): SmallNodeRed {
  return new SmallNodeRed(
    Array.from({ length: count }, (_, index) =>
      chain({ id: `tab${tag}n${index}`, label: `Flow ${index}` }, [
        every(60),
        // The editor writes this for one that was off once.
        { ...code('return msg;'), name: 'Call', ...(index % 2 === 0 ? { d: false } : {}) },
        { ...code('return msg;'), name: 'Keep' },
      ]),
    ).flat(),
  );
}

/** One node of each of its tabs; the rest of them goes on. */
export async function mutingTargets(
  { store }: PlanRig,
  connection: Pick<Connection, 'id'>,
): Promise<readonly PlanTarget[]> {
  const { hits } = await store.inventory.find({ kind: 'all' }, { limit: 10_000 });
  return hits
    .map(({ workflow }) => workflow)
    .filter((one) => one.connection === connection.id)
    .map((tab) => ({ ...workflowTarget(tab), nodes: [{ id: `${tab.id}-2`, name: 'Call' }] }));
}

/** The flow file of a night as another client reads it, and how often it was deployed. */
export async function deployedAt(
  { nodeReds }: PlanRig,
  baseUrl: string,
): Promise<{ readonly flows: readonly FlowItem[]; readonly deploys: number }> {
  const { pathname } = new URL(baseUrl);
  const { flows, rev } = await new NodeRedApi(`${nodeReds}${pathname}`, undefined).flows();
  return { flows, deploys: Number(rev.slice(1)) - 1 };
}
