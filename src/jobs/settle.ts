import { beforeOf, eventAbout, stopOf, wasOffBefore } from '../domain/action.ts';
import { fallbackOffer, nextFallback } from '../domain/fallback.ts';
import type { Holder } from '../domain/holders.ts';
import { holdersOf, joinedHolders, withHolders } from '../domain/holders.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Action, Lever } from '../domain/plan.ts';
import { levers } from '../domain/plan.ts';
import { withSeenOff } from '../domain/seen-off.ts';
import type { Reading } from '../domain/verification.ts';
import { isFinal, judge } from '../domain/verification.ts';
import { counted } from '../domain/wording.ts';
import { PlatformError } from '../errors.ts';
import type { Check } from '../platforms/platform.ts';
import { askAgain } from './ask.ts';
import { checkRevoked, revocationsAfter } from './check-revoked.ts';
import { checkUsers } from './check-users.ts';
import { cutOffs, leftToTry } from './cut-off.ts';
import type { Drive } from './drive.ts';
import { earlierStops } from './earlier-stops.ts';
import { fallBack } from './fall-back.ts';
import { notAtOnce, seenByOthers, tellHolders } from './holders.ts';
import { checkLocked } from './lock.ts';
import { checkMuted } from './mute.ts';
import { offSince } from './off-already.ts';
import { stopBeside } from './stop.ts';

/** Pauses between two looks at the platform, in ms; the last one repeats. */
const roundsMs = [150, 300, 600, 1_000, 2_000, 4_000, 5_000];
/** Where nobody waits for the answer: before the first look, and between the next ones. */
const unhurriedMs = [500, 700, 1_000, 2_000, 4_000, 5_000];

/**
 * Looks at the platform again and again until these actions are settled, are only waiting for a
 * time that has not come (the next fire of a schedule), or `until` has passed.
 *
 * @param options.unhurried while other work goes on beside it: looks are rarer, for each of them
 *   takes the platform from that work
 * @returns how often it looked
 */
export async function settle(
  drive: Drive,
  wanted: readonly Action[],
  options: { readonly until?: Date; readonly unhurried?: boolean } = {},
): Promise<{ readonly rounds: number }> {
  const [firstMs = 0, ...pausesMs] = options.unhurried ? unhurriedMs : [0, ...roundsMs];
  for (let rounds = 0; ; rounds += 1) {
    const open = await openOf(drive, wanted);
    if (open.length === 0) return { rounds };
    if (rounds === 0 && firstMs > 0) await drive.context.wait(firstMs, drive.signal);
    for (const lever of levers) {
      const own = open.filter((action) => action.lever === lever);
      await look(drive, await withoutHeld(drive, own), lever);
    }
    if (options.until && drive.context.now() >= options.until) return { rounds: rounds + 1 };
    const waitMs = pausesMs[Math.min(rounds, pausesMs.length - 1)] ?? 5_000;
    const still = await withoutHeld(drive, wanted);
    if (still.every((action) => isFinal(action) || !isDue(drive, action, drive.context.now()))) {
      return { rounds: rounds + 1 };
    }
    await drive.context.wait(waitMs, drive.signal);
  }
}

/** Of these, what a look can tell more about by now. */
async function openOf(drive: Drive, wanted: readonly Action[]): Promise<readonly Action[]> {
  const now = drive.context.now();
  return (await withoutHeld(drive, wanted)).filter(
    (action) => ['accepted', 'pending'].includes(action.state) && isDue(drive, action, now),
  );
}

/**
 * These as they are now, without the stops of what is still to be shut: they tell nothing until then.
 * And without the stops that a paused plan cannot settle: those whose entrance is
 * still to be shut by its fallback, and those that were to be asked for once more. When it goes on
 * they are looked at again.
 */
async function withoutHeld(drive: Drive, some: readonly Action[]): Promise<readonly Action[]> {
  const current = some
    .map((action) => drive.current(action))
    .filter((action) => !isStillToShut(drive, action));
  const isHeld = ({ id, lever, workflow }: Action): boolean => {
    if (drive.seenRunning.has(id)) return true;
    const entrance = lever === 'stop' ? drive.of(workflow, 'disable') : undefined;
    return entrance !== undefined && nextFallback(drive.plan, entrance) !== undefined;
  };
  if (!current.some(isHeld) || !(await drive.isPaused())) return current;
  return current.filter((action) => !isHeld(action));
}

function isStillToShut(drive: Drive, { lever, workflow }: Action): boolean {
  const entrance = lever === 'stop' ? drive.of(workflow, 'disable') : undefined;
  return entrance !== undefined && ['planned', 'requested'].includes(entrance.state);
}

/** A stop waits for its entrance, and for no hour once that is settled. */
function isDue(drive: Drive, action: Action, now: Date): boolean {
  const { lever, notBefore, workflow } = action;
  if (notBefore === undefined || notBefore <= now) return true;
  const entrance = lever === 'stop' ? drive.of(workflow, 'disable') : undefined;
  return entrance !== undefined && isFinal(entrance);
}

/** One look at all actions of one lever, and what it makes of them. */
async function look(drive: Drive, actions: readonly Action[], lever: Lever): Promise<void> {
  if (actions.length === 0) return;
  const isDisable = lever === 'disable';
  const others = isDisable ? await seenByOthers(drive) : undefined;
  const since = await offSince(drive, isDisable ? actions : []);
  const earlier = await earlierStops(drive, lever === 'stop' ? actions : []);
  const checks = actions.map((action) => ({
    ...checkOf(drive, action, others?.get(action.workflow)?.holders),
    ...offSinceOf(since.get(action.id)),
    ...earlierStopsOf(earlier.get(action.workflow)),
  }));
  const seen = await read(drive, lever, actions, checks);
  const now = drive.context.now();
  const where = { incident: drive.plan.incident, connection: drive.connection.id };
  const readings = await tellHolders(drive.context.store, where, seen, now);
  const isHeld = lever === 'stop' && readings.some(contradicts) && (await drive.isPaused());
  const judged = actions.flatMap((action, index) => {
    const reading = notAtOnce(
      readings[index] ?? silence(action, 'The platform left it out.', now),
      action,
      others?.get(action.workflow),
    );
    // It would be stopped once more, and nobody wants that now: no verdict is due on it either.
    if (isHeld && contradicts(reading)) {
      drive.seenRunning.add(action.id);
      return [];
    }
    const entrance = lever === 'stop' ? drive.of(action.workflow, 'disable') : undefined;
    const verdict = judge(action, reading, now, entrance);
    return [{ action, reading, after: withSeenOff(withHolders(verdict, reading.holders ?? [])) }];
  });
  const changed = judged.filter(({ action, after }) => differs(action, after));
  if (changed.length > 0) {
    const judgedAs = changed.map((one) => one.after);
    const offers = new Map([
      ...(await cutOffs(drive, judgedAs)),
      ...(await leftToTry(drive, judgedAs)),
    ]);
    await drive.record({
      actions: judgedAs,
      ...(lever === 'revoke' ? { revocations: await revocationsAfter(drive, judgedAs) } : {}),
      events: changed
        .filter(({ action, after }) => tells(action, after))
        .map(({ after }) =>
          eventAbout(drive.plan, after, now, told(drive, after, offers.get(after.id))),
        ),
    });
  }
  for (const { after } of judged) {
    await drive.beside.give(after, () => fallBack(drive, after));
  }
  for (const { reading, after } of judged) {
    if (lever === 'stop' && !isFinal(after) && contradicts(reading)) {
      await stopBeside(drive, after.workflow);
    }
  }
}

/** What a verdict says besides: what is left to try, or how often it had to be stopped. */
function told(
  drive: Drive,
  after: Action,
  cutOff: string | undefined,
): { readonly text?: string; readonly data?: JsonObject } {
  const offer =
    cutOff ?? fallbackOffer(drive.plan, after, drive.connection.capabilities.archive === true);
  const stops = stopsInWords(after);
  const text = [stops.text ?? '', offer].filter((one) => one !== '').join(' ');
  return text === '' ? stops : { ...stops, text };
}

/** How often it had to be stopped: the timeline does not tell of each time. */
function stopsInWords(action: Action): { readonly text?: string; readonly data?: JsonObject } {
  const { asked, stopped } = stopOf(action) ?? { asked: 0, stopped: 0 };
  if (asked <= 1) return {};
  return {
    text: `It was stopped ${asked} times; the platform says that ${counted(stopped, 'execution')} ended by it.`,
    data: { asked, stopped },
  };
}

function contradicts(reading: Reading): boolean {
  return reading.proofs.some((proof) => proof.finding === 'contradicts');
}

async function read(
  drive: Drive,
  lever: Lever,
  actions: readonly Action[],
  checks: readonly Check[],
): Promise<readonly Reading[]> {
  // The next round asks those again who did not answer.
  const patiently = (check: () => Promise<readonly Reading[]>) =>
    askAgain(drive, check, { tries: 1 });
  try {
    switch (lever) {
      case 'disable':
        return await patiently(() => drive.platform.checkDisabled(checks, drive.signal));
      case 'stop':
        return await patiently(() => drive.platform.checkStopped(checks, drive.signal));
      case 'enable':
        return await patiently(() => drive.platform.checkEnabled(checks, drive.signal));
      case 'revoke':
        return await checkRevoked(drive, actions);
      case 'block':
      case 'unblock':
      case 'overwrite':
      case 'delete':
        return await patiently(() => checkLocked(drive, actions));
      case 'transfer':
      case 'remove':
        return await patiently(() => checkUsers(drive, actions));
      case 'mute':
      case 'unmute':
        return await patiently(() => checkMuted(drive, actions));
    }
  } catch (error) {
    drive.signal.throwIfAborted();
    if (!(error instanceof PlatformError)) throw error;
    const now = drive.context.now();
    return checks.map((check) => silence(check, error.message, now));
  }
}

function offSinceOf(at: Date | undefined): Pick<Check, 'offSince'> {
  return at ? { offSince: at } : {};
}

function earlierStopsOf(stops: Check['earlierStops']): Pick<Check, 'earlierStops'> {
  return stops ? { earlierStops: stops } : {};
}

/** What a look that failed amounts to: no proof either way. */
function silence(of: { readonly workflow: string }, text: string, at: Date): Reading {
  return {
    workflow: of.workflow,
    proofs: [{ method: 'read-back', finding: 'silent', text, at }],
    doubts: [],
  };
}

function checkOf(drive: Drive, action: Action, others: readonly Holder[] = []): Check {
  const stop = stopOf(action);
  return {
    workflow: action.workflow,
    memo: beforeOf(action)?.platform ?? null,
    acceptedAt: action.acceptedAt ?? action.requestedAt ?? new Date(0),
    ...(action.requestedAt ? { requestedAt: action.requestedAt } : {}),
    ...(stop ? { stopped: stop } : {}),
    ...(action.lever === 'disable'
      ? { holders: joinedHolders([...holdersOf(action), ...others]) }
      : {}),
    ...(wasOffBefore(action) && drive.targetOf(action)?.active ? { wentOff: true } : {}),
  };
}

function differs(before: Action, after: Action): boolean {
  return (
    before.state !== after.state ||
    before.reason !== after.reason ||
    before.emptySweeps !== after.emptySweeps ||
    heldBy(before) !== heldBy(after) ||
    before.notBefore?.getTime() !== after.notBefore?.getTime()
  );
}

function heldBy(action: Action): string {
  return holdersOf(action)
    .map(({ id, at }) => `${id} ${at.getTime()}`)
    .join();
}

/** Verdicts are told, and so is a wait for a later hour; the rounds in between are not. */
function tells(before: Action, after: Action): boolean {
  if (isFinal(after)) return true;
  return after.notBefore !== undefined && before.notBefore === undefined;
}
