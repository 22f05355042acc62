import { leftOnWords, wasLeftOn } from '../domain/action.ts';
import type { Decided } from '../domain/approval.ts';
import type { Connection } from '../domain/connection.ts';
import type { Incident } from '../domain/incident.ts';
import type { ItemKey } from '../domain/inventory.ts';
import { progressOf } from '../domain/plan-progress.ts';
import type { Action, Plan } from '../domain/plan.ts';
import { aloneAtMost } from '../domain/policy.ts';
import type { Block } from '../domain/reply.ts';
import { isWatched, toContainAgain } from '../domain/watch.ts';
import { ago, listed } from '../domain/wording.ts';
import type { CommandContext } from './command.ts';
import { warned } from './incident-view.ts';

/** Longer without a look than this, and nobody sees what comes back; in ms. */
const blindAfterMs = 5 * 60_000;

/** When what a plan keeps off was last looked at again, or that nobody looks. */
export async function watchFields(
  { store, now }: CommandContext,
  { plan, actions }: Pick<Decided, 'plan' | 'actions'>,
  incident: Incident,
): Promise<readonly (readonly [string, string])[]> {
  const watched = plan.purpose === 'contain' ? actions.filter(isWatched) : [];
  if (watched.length === 0) return [];
  if (incident.closedAt) return [['watch', `ended when ${incident.name} was closed`]];
  const used = new Set(watched.map(({ connection }) => connection));
  const connections = (await store.connections.list()).filter(({ id }) => used.has(id));
  return [['watch', watchWords(connections, plan.finishedAt ?? plan.startedAt, now())]];
}

function watchWords(
  connections: readonly Connection[],
  since: Date | undefined,
  now: Date,
): string {
  const lastOf = ({ watchedAt }: Connection): Date | undefined =>
    since && watchedAt && watchedAt >= since ? watchedAt : since;
  const blind = connections.filter((connection) => {
    const last = lastOf(connection);
    return last === undefined || now.getTime() - last.getTime() > blindAfterMs;
  });
  if (blind.length > 0) {
    const [first] = blind;
    const last = first && lastOf(first);
    const names = listed(blind.map(({ name }) => name));
    return `BLIND: ${names} was last looked at ${last ? ago(last, now) : 'never'}; what comes back there is not seen (is a server running?)`;
  }
  const looks = connections.flatMap(({ watchedAt }) =>
    watchedAt && since && watchedAt >= since ? [watchedAt.getTime()] : [],
  );
  return looks.length < connections.length
    ? 'the first look is within a minute'
    : `looked at again ${ago(new Date(Math.min(...looks)), now)}, and every minute`;
}

/**
 * The lines that contain once more what came back, no more at once than one person may alone. What
 * drifted is looked at first.
 */
export async function againLines(
  context: CommandContext,
  plan: Plan,
  actions: readonly Action[],
): Promise<readonly string[]> {
  const most = aloneAtMost(context.policy);
  const refs = await unheld(context, plan, toContainAgain(plan, actions), most);
  if (refs.length === 0) return [];
  const look = actions.some((one) => wasLeftOn(one) && refs.includes(one.ref))
    ? ['scope sync']
    : [];
  return [...look, `contain plan ${refs.join(' ')}`];
}

/** What drifted and was left on, and no other plan of the incident has switched off since. */
export async function leftOnOf(
  context: CommandContext,
  plan: Plan,
  actions: readonly Action[],
): Promise<readonly string[]> {
  const on = actions
    .filter(wasLeftOn)
    .map(({ connection, workflow, ref }) => ({ key: { connection, id: workflow }, ref }));
  return await unheld(context, plan, on, on.length);
}

/** What was seen to be otherwise than this plan wanted, and no other plan has contained since. */
export async function notHeldOf(
  context: CommandContext,
  plan: Plan,
  actions: readonly Action[],
): Promise<readonly string[]> {
  const items = progressOf(actions)
    .filter(({ state }) => state === 'contradicted')
    .map(({ connection, workflow, ref }) => ({ key: { connection, id: workflow }, ref }));
  if (plan.purpose !== 'contain') return items.map(({ ref }) => ref);
  return await unheld(context, plan, items, items.length);
}

/** That what `leftOnOf` names is not contained, before anything else is read off the table. */
export function leftOnBlocks(refs: readonly string[]): readonly Block[] {
  return refs.length === 0 ? [] : [warned(leftOnWords(refs).trim())];
}

async function unheld(
  { store }: CommandContext,
  plan: Plan,
  items: readonly { readonly key: ItemKey; readonly ref: string }[],
  most: number,
): Promise<readonly string[]> {
  const refs: string[] = [];
  for (const { key, ref } of items) {
    if (refs.length >= most) break;
    const others = await store.plans.containing(key);
    if (!others.some(({ incident }) => incident === plan.incident)) refs.push(ref);
  }
  return refs;
}
