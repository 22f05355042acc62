import {
  accept,
  beforeOf,
  eventAbout,
  journalLine,
  request,
  stopOf,
  withStop,
} from '../domain/action.ts';
import { platformNames } from '../domain/connection.ts';
import type { Action } from '../domain/plan.ts';
import {
  triesInWords,
  triesOf,
  wasAskedBefore,
  withAnsweredTry,
  withAskedAgain,
} from '../domain/tries.ts';
import { counted } from '../domain/wording.ts';
import { PlatformError } from '../errors.ts';
import type { Stopped } from '../platforms/platform.ts';
import { seesUnended } from '../platforms/platform.ts';
import { askAgain, pull } from './ask.ts';
import { allOf, inBursts } from './bursts.ts';
import type { Drive } from './drive.ts';
import { recordFailed, skip } from './outcome.ts';

/** How long the look that saves calls is worth waiting for, in ms: nothing is stopped meanwhile. */
const lookWithinMs = 1_000;

/**
 * Stops what is running, queued and waiting of many. Where one look tells which of them have any, the
 * others are not asked about one by one; what begins after that look is met by the sweeps.
 */
export async function stopAll(drive: Drive, workflows: readonly string[]): Promise<void> {
  if (!(await drive.mayGoOn())) return;
  const busy = await withoutIdle(drive, workflows);
  for (const some of inBursts(busy, drive.platform.pace.atOnce)) {
    await allOf(some.map((workflow) => stopBeside(drive, workflow)));
  }
}

/** As `stopExecutions`, but the others do not wait for one that takes long. */
export async function stopBeside(drive: Drive, workflow: string): Promise<void> {
  const action = drive.of(workflow, 'stop');
  if (action) await drive.beside.give(action, () => stopExecutions(drive, workflow));
}

/** Records of those that have nothing to stop that nothing was, and answers the others. */
async function withoutIdle(drive: Drive, workflows: readonly string[]): Promise<readonly string[]> {
  const { platform, signal, context } = drive;
  if (!seesUnended(platform) || !drive.connection.capabilities.stop) return workflows;
  const first = workflows.flatMap((workflow) => {
    const action = drive.of(workflow, 'stop');
    return action && ['planned', 'requested'].includes(action.state) ? [action] : [];
  });
  if (first.length === 0) return workflows;
  const askedAt = context.now();
  const asking = first.map(({ workflow }) => workflow);
  let unended: ReadonlySet<string>;
  try {
    const look = () => platform.unended(asking, signal);
    unended = await askAgain(drive, look, { boxMs: lookWithinMs });
  } catch (error) {
    signal.throwIfAborted();
    // Each of them is asked about by itself, and says for itself what is wrong.
    if (error instanceof PlatformError) return workflows;
    throw error;
  }
  const idle = first.filter(({ workflow }) => !unended.has(workflow));
  await recordIdle(drive, idle, askedAt);
  const isIdle = new Set(idle.map(({ workflow }) => workflow));
  return workflows.filter((workflow) => !isIdle.has(workflow));
}

async function recordIdle(drive: Drive, idle: readonly Action[], askedAt: Date): Promise<void> {
  if (idle.length === 0) return;
  const at = drive.context.now();
  const none: Stopped = { at, stopped: 0, wereRunning: [], wereIdle: [] };
  const accepted = idle.map((action) => {
    const before = beforeOf(drive.of(action.workflow, 'disable') ?? action);
    const asked = action.state === 'planned' ? request(action, before, askedAt) : action;
    return accept(withStop(asked, none), at, drive.platform.pace.settleMs);
  });
  await drive.record({
    actions: accepted,
    journal: accepted.flatMap((action) => [
      journalLine(action, 'before', askedAt),
      journalLine(action, 'after', at, { outcome: 'ok', text: 'Nothing of it had to be stopped.' }),
    ]),
    events: accepted.map((action) =>
      eventAbout(drive.plan, action, at, {
        text: stopInWords(drive, none),
        data: { stopped: 0, wereRunning: [] },
      }),
    ),
  });
}

/** Stops what is running, queued and waiting. Also repeated by sweeps that still find something. */
async function stopExecutions(drive: Drive, workflow: string): Promise<void> {
  const action = drive.of(workflow, 'stop');
  if (!action || !['planned', 'requested', 'accepted', 'pending'].includes(action.state)) return;
  if (!drive.connection.capabilities.stop) return withoutStop(drive, action);
  const isFirst = action.state === 'planned' || action.state === 'requested';
  if (isFirst ? !(await drive.mayGoOn()) : await drive.isPaused()) return;
  const now = drive.context.now();
  const before = beforeOf(drive.of(workflow, 'disable') ?? action);
  const asked = action.state === 'planned' ? request(action, before, now) : withAskedAgain(action);
  await drive.record({ actions: [asked], journal: [journalLine(asked, 'before', now)] });
  try {
    const stopped = await pull(drive, asked, () => drive.platform.stop(workflow, drive.signal));
    const current = drive.current(asked);
    const again = triesOf(current)?.calls !== triesOf(asked)?.calls;
    const met = withStop(withAnsweredTry(current), stopped);
    const accepted = isFirst ? accept(met, stopped.at, drive.platform.pace.settleMs) : met;
    await drive.record({
      actions: [accepted],
      journal: [journalLine(accepted, 'after', stopped.at, { outcome: 'ok' })],
      events:
        // What sweep after sweep finds once more is counted in the verdict.
        isFirst || again || (stopped.stopped > 0 && stopOf(current)?.stopped === 0)
          ? [
              eventAbout(drive.plan, { ...accepted, state: 'accepted' }, stopped.at, {
                text: sentences(stopInWords(drive, stopped), triesInWords(accepted)),
                data: { stopped: stopped.stopped, wereRunning: [...stopped.wereRunning] },
              }),
            ]
          : [],
    });
  } catch (error) {
    await recordFailed(drive, asked, error, { wasAsked: wasAskedBefore(action) });
  }
}

/**
 * Where nothing can be stopped, what still runs is only looked at: two empty sweeps prove as much
 * there as after a stop, and what does not end is contradicted. Nobody is told that it was stopped.
 */
async function withoutStop(drive: Drive, action: Action): Promise<void> {
  const cannot = 'This connection has no way to stop executions';
  if (!drive.connection.capabilities.listExecutions) {
    await skip(drive, [action], `${cannot}; restart the platform’s workers.`, 'failed');
    return;
  }
  if (action.state !== 'planned') return;
  const now = drive.context.now();
  const before = beforeOf(drive.of(action.workflow, 'disable') ?? action);
  const watched = accept(request(action, before, now), now, drive.platform.pace.settleMs);
  const reason = `${cannot}, so it is only looked whether any still runs.`;
  await drive.record({
    actions: [watched],
    events: [eventAbout(drive.plan, { ...watched, state: 'pending', reason }, now)],
  });
}

function sentences(...some: readonly string[]): string {
  return some.filter((one) => one !== '').join(' ');
}

function stopInWords({ connection }: Drive, { stopped, neverBegan = 0 }: Stopped): string {
  if (connection.capabilities.stop === 'with_disable') {
    return 'There they end with it; none is stopped alone.';
  }
  // What it lists may go on all the same, so the number is the platform's own.
  const who = platformNames[connection.kind];
  if (stopped === 0) return `${who} lists no execution as stopped.`;
  const before = neverBegan === 0 ? '' : `, ${neverBegan} of them before beginning`;
  return `${who} lists ${counted(stopped, 'execution')} as stopped${before}.`;
}
