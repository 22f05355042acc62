import { activeOn } from '../domain/freezing.ts';
import { keyText } from '../domain/inventory.ts';
import type { Plan } from '../domain/plan.ts';
import type { Block } from '../domain/reply.ts';
import { counted, listed } from '../domain/wording.ts';
import type { CommandContext } from './command.ts';
import { findWithFoundOn } from './found-on.ts';
import { warned } from './incident-view.ts';

/** So many are counted; more are as bad. */
const countedAtMost = 1_000;
const namedAtMost = 10;

/**
 * Of those of these plans that keep a connection frozen: what is on there all the same, because it
 * came up, or was switched on, after the freeze had begun.
 */
export async function frozenOnBlocks(
  context: CommandContext,
  plans: readonly Plan[],
): Promise<readonly Block[]> {
  const shown = new Set(plans.filter(({ freezes }) => freezes !== undefined).map(({ id }) => id));
  if (shown.size === 0) return [];
  const freezes = (await context.store.plans.freezing()).filter(({ id }) => shown.has(id));
  const blocks = await Promise.all(freezes.map((freeze) => blockOf(context, freeze)));
  return blocks.flat();
}

async function blockOf(context: CommandContext, freeze: Plan): Promise<readonly Block[]> {
  const connection = freeze.connections.find(({ id }) => id === freeze.freezes);
  if (connection === undefined) return [];
  const { hits } = await findWithFoundOn(context, activeOn(connection), countedAtMost);
  const held = new Set(freeze.targets.map(keyText));
  const on = hits
    .map(({ workflow }) => workflow)
    .filter((one) => one.connection === connection.id && !held.has(keyText(one)));
  if (on.length === 0) return [];
  const refs = on.map(({ ref }) => ref);
  const line = `contain plan ${refs.slice(0, namedAtMost).join(' ')}`;
  return [
    warned(
      `${connection.name} is frozen, and ${counted(on.length, 'workflow')} came on there since: ${listed(refs, namedAtMost)}. Contain it with \`${line}\`.`,
    ),
  ];
}
