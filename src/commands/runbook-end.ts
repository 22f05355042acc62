import type { View } from '../domain/reply.ts';
import type { Ending } from '../domain/runbook-run.ts';
import { endStep } from '../domain/runbook-run.ts';
import type { Change } from '../store/store.ts';
import type { CommandContext } from './command.ts';
import { deciderOf } from './deciding.ts';
import type { ChosenWalk } from './runbook-of.ts';
import { pressed, walkOf } from './runbook-of.ts';
import { pressedView } from './runbook-view.ts';

/**
 * What `runbook done` and `runbook skip` have in common: the step ends, the next one is shown.
 *
 * @param also what this press leaves besides
 */
export async function endCurrent(
  context: CommandContext,
  { walk, incident, note }: ChosenWalk,
  ending: Ending,
  also: Pick<Change, 'revocations' | 'lockouts' | 'events'> = {},
): Promise<View> {
  const change = endStep(walk, ending, { incident, by: deciderOf(context) });
  const events = [...(also.events ?? []), ...change.events];
  await pressed(walk.run, () => context.store.save({ ...also, ...change, events }));
  const after = await walkOf(context, { run: walk.run.name }, 'any');
  return await pressedView(context, after.walk, after.incident, {
    text: change.events[0].text,
    blocks: note,
  });
}
