import type { UnnumberedPress } from '../domain/runbook-hasty.ts';
import { meantBefore } from '../domain/runbook-hasty.ts';
import type { StepVisit, Walk } from '../domain/runbook-run.ts';
import { currentOf } from '../domain/runbook-run.ts';
import { stepCalled } from '../domain/runbook.ts';
import { counted } from '../domain/wording.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import { namesOf } from './deciding.ts';
import type { ChosenWalk } from './runbook-of.ts';
import { walkOf } from './runbook-of.ts';

/**
 * The running run that is pressed.
 *
 * @throws UserError `conflict` when it is at another step by now, or came to this one so shortly
 *   ago that a line without a number may mean the one before
 * @param press of a line that must not hit the next step by mistake
 */
export async function pressedWalk(
  context: CommandContext,
  given: {
    readonly run?: string | undefined;
    readonly in?: string | undefined;
    readonly step?: number | undefined;
  },
  press?: UnnumberedPress,
): Promise<ChosenWalk> {
  const chosen = await walkOf(context, given, given.step === undefined ? 'running' : 'any');
  const { walk } = chosen;
  if (given.step === undefined) {
    if (press !== undefined) await refuseHasty(context, walk, press);
    return chosen;
  }
  const meant = walk.visits.find(({ position }) => position === given.step);
  if (meant?.state === 'current') return chosen;
  const where = standsAt(walk);
  throw new UserError(
    'conflict',
    meant
      ? `${await endedWords(context, walk, meant)}. Nothing was done now; ${where}.`
      : `${walk.run.name} has not come to a step ${given.step}: ${where}.`,
    { hint: `Look where it stands: \`runbook next ${walk.run.name}\`.` },
  );
}

/** Two people, or one with a slow chat, say the same: the second line must not end the next step. */
async function refuseHasty(
  context: CommandContext,
  walk: Walk,
  press: UnnumberedPress,
): Promise<void> {
  const { person } = context.caller;
  const before = meantBefore(walk, press, { person: person.id, now: context.now() });
  if (before === undefined) return;
  const { visit, step } = currentOf(walk);
  const ended = await endedWords(context, walk, before);
  throw new UserError(
    'conflict',
    `${ended}, ${agoWords(before, context.now())}. Nothing was done now: it is not clear whether your \`runbook ${press.verb}\` was for that step or for step ${visit.position}, “${step.heading}”.`,
    {
      hint: `Look at the step. If you mean it, add its number: \`step:${visit.position}\`.`,
      candidates: [`step:${visit.position} ${step.heading}`],
    },
  );
}

/** `Step 3 of R-1, “Close the entrance”, was ended by @bo`. */
async function endedWords(
  context: CommandContext,
  { run, runbook }: Walk,
  { position, step, state, endedBy }: StepVisit,
): Promise<string> {
  const names = await namesOf(context);
  const who = endedBy === undefined ? '' : ` by ${names(endedBy)}`;
  const heading = stepCalled(runbook, step)?.heading ?? step;
  const word = { current: 'begun', done: 'marked done', skipped: 'skipped', left: 'left' }[state];
  return `Step ${position} of ${run.name}, “${heading}”, was ${word}${who}`;
}

function agoWords({ endedAt }: StepVisit, now: Date): string {
  const seconds = Math.round((now.getTime() - (endedAt ?? now).getTime()) / 1_000);
  return seconds < 1 ? 'just now' : `${counted(seconds, 'second')} ago`;
}

function standsAt({ run, runbook, visits }: Walk): string {
  const visit = visits.find(({ state }) => state === 'current');
  const step = visit && stepCalled(runbook, visit.step);
  if (run.state !== 'running' || !visit || !step) return `${run.name} is ${run.state}`;
  return `${run.name} is at step ${visit.position}, “${step.heading}”`;
}
