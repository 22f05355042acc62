import type { Json } from '../../domain/json.ts';
import { PlatformError } from '../../errors.ts';
import type { Accepted, Stopped } from '../platform.ts';
import { definitionOf, enabledSteps, listedAt } from './activation.ts';
import { chanceOf } from './chance.ts';
import { switchOnAt } from './estate.ts';
import { unended } from './executions.ts';
import type { Misdeed } from './faults.ts';
import type { Look } from './look.ts';
import { readMemo } from './memo.ts';
import type { Memo } from './memo.ts';
import { touch } from './model.ts';
import type { Switch, WorkflowNow } from './model.ts';

/** Who the sandbox says did what an account asked for. */
const responder = 'Firebreak';

/** A switch-off takes effect so much after its answer, as n8n's does; in ms. */
const leastLagMs = 200;
const mostLagMs = 900;
/** So does a switch-on. */
const onLagMs = 100;

/** Switches a workflow off, or says so. */
export function disable(look: Look, id: string, met: readonly Misdeed[]): Accepted {
  const workflow = look.workflow(id);
  const at = new Date(look.now);
  if (listedAt(workflow, look.now) === undefined) return { at, answer: 'already' };
  if (changesNothing(met)) return { at, answer: 'accepted' };
  touch(look.changes, id).switches.push({
    at: look.now,
    on: false,
    by: responder,
    ...effectOf(met, look.now, lagMs(workflow, look.now)),
  });
  const helpedAfterMs =
    met.find((does) => does.kind === 'resurrects')?.afterMs ?? workflow.helpedAfterMs;
  if (helpedAfterMs !== undefined) switchOnAt(look, id, look.now + helpedAfterMs, { ifOff: true });
  return { at, answer: 'accepted' };
}

/** Switches a workflow off and puts it away, or says so. */
export function archive(look: Look, id: string, met: readonly Misdeed[]): Accepted {
  const workflow = look.workflow(id);
  const at = new Date(look.now);
  if (workflow.isArchived) return { at, answer: 'already' };
  if (changesNothing(met)) return { at, answer: 'accepted' };
  const changed = touch(look.changes, id);
  changed.isArchived = true;
  const effect = effectOf(met, look.now, lagMs(workflow, look.now));
  changed.switches.push({ at: look.now, on: false, by: responder, ...effect });
  return { at, answer: 'accepted' };
}

/** Brings a workflow back from where it was put, off. */
export function unarchive(look: Look, id: string): Accepted {
  const { isArchived } = look.workflow(id);
  if (isArchived) touch(look.changes, id).isArchived = false;
  return { at: new Date(look.now), answer: isArchived ? 'accepted' : 'already' };
}

/** Ends what of a workflow is running or waiting, or says so. */
export function stop(look: Look, id: string, met: readonly Misdeed[]): Stopped {
  const open = unended(look.workflow(id), look.now);
  const running = open.filter(({ status }) => status === 'running').map((one) => one.id);
  const waiting = open.filter(({ status }) => status !== 'running').map((one) => one.id);
  const isMissed = met.some((does) => does.kind === 'wakes');
  const wereIdle = isMissed ? [] : waiting;
  const stopped = running.length + wereIdle.length;
  const isLie = met.some((does) => does.kind === 'lies');
  if (stopped > 0 && !isLie) touch(look.changes, id).stops.push(look.now);
  if (isMissed && waiting.length > 0) {
    const { stops, wakes } = touch(look.changes, id);
    wakes.push({ at: look.now, missedBy: stops.length });
  }
  return { at: new Date(look.now), stopped, wereRunning: running, wereIdle };
}

/** Puts a workflow back on, in the version that was live before, or says so. */
export function enable(look: Look, id: string, recorded: Json, met: readonly Misdeed[]): Accepted {
  const workflow = look.workflow(id);
  const memo = readMemo(recorded);
  const at = new Date(look.now);
  const version = listedAt(workflow, look.now);
  if ((version ?? null) === memo.liveVersion) return { at, answer: 'already' };
  if (version !== undefined) {
    throw conflict(
      memo.active
        ? 'Somebody switched another version of it on meanwhile, so it was left as it is.'
        : 'Somebody switched it on meanwhile; it was off before, so it was left as it is.',
    );
  }
  if (workflow.isArchived)
    throw conflict('It is archived in the sandbox. Unarchive it there first.');
  const definition = definitionOf(workflow, memo.liveVersion ?? undefined);
  if (!definition) throw conflict('The version that was live before is no longer kept.');
  refuseCallsToOff(look, workflow, memo);
  if (changesNothing(met)) return { at, answer: 'accepted' };
  touch(look.changes, id).switches.push({
    at: look.now,
    on: true,
    version: definition.version,
    by: responder,
    ...effectOf(met, look.now, onLagMs),
  });
  return { at, answer: 'accepted' };
}

function changesNothing(met: readonly Misdeed[]): boolean {
  return met.some((does) => does.kind === 'lies' && does.how === 'stays active');
}

/** When a switch becomes true of what runs. */
function effectOf(
  met: readonly Misdeed[],
  now: number,
  lag: number,
): Pick<Switch, 'effectAt' | 'isHeld'> {
  if (met.some((does) => does.kind === 'holds')) return { effectAt: null, isHeld: true };
  if (met.some((does) => does.kind === 'lies')) return { effectAt: null };
  return { effectAt: now + (met.find((does) => does.kind === 'delays')?.ms ?? lag) };
}

function refuseCallsToOff(look: Look, workflow: WorkflowNow, memo: Memo): void {
  const steps = enabledSteps(definitionOf(workflow, memo.liveVersion ?? undefined));
  for (const { calls } of steps) {
    const called = calls === undefined ? undefined : look.find(calls);
    if (called && listedAt(called, look.now) === undefined) {
      throw conflict('It calls a workflow that is off; switch that one on first.');
    }
  }
}

function lagMs({ id }: WorkflowNow, now: number): number {
  return leastLagMs + Math.floor(chanceOf(`${id} ${now}`) * (mostLagMs - leastLagMs));
}

function conflict(says: string): PlatformError {
  return new PlatformError('sandbox', 'conflict', says);
}
