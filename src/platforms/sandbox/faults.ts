import { PlatformError } from '../../errors.ts';
import type { Limits } from '../guarded-fetch.ts';
import { unanswered } from '../transport-error.ts';
import type { Call, Changes, SandboxFault } from './model.ts';
import { readFromWire } from './wire.ts';

/** What a fault does to the call that it meets. */
export type Misdeed = SandboxFault['does'];

/**
 * The faults that one call meets. Those that were to happen so many times are counted down.
 *
 * @returns the same faults in the order in which they were set
 */
export function meetFaults(
  changes: Changes,
  call: Call,
  about: readonly string[],
): readonly Misdeed[] {
  const met = changes.faults.filter(
    ({ fault }) =>
      (fault.call === undefined || fault.call === call) &&
      (fault.workflow === undefined || about.includes(fault.workflow)),
  );
  for (const one of met) {
    const { times } = one.fault;
    if (times === undefined) continue;
    if (times > 1) one.fault = { ...one.fault, times: times - 1 };
    else changes.faults = changes.faults.filter((other) => other !== one);
  }
  return met.map(({ fault }) => fault.does);
}

/** @throws PlatformError for faults that keep a call from having any effect */
export function failBefore(met: readonly Misdeed[], { reads }: { readonly reads: boolean }): void {
  for (const does of met) {
    if (does.kind === 'rate_limited') {
      const { retryAfterMs } = does;
      const says = 'The sandbox was called too often and asks us to come back later.';
      throw new PlatformError('sandbox', 'rate_limited', says, { retryAfterMs });
    }
    if (does.kind === 'fails' && does.code !== 'unreadable') {
      throw new PlatformError('sandbox', does.code, failures[does.code]);
    }
    if (does.kind === 'cuts' && does.when === 'before') throw cutOff(reads);
  }
}

/** @throws PlatformError for faults that lose the answer of a call that had its effect */
export async function failAfter(
  met: readonly Misdeed[],
  limits: Limits,
  wait: (ms: number, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
  { reads }: { readonly reads: boolean },
): Promise<void> {
  const { withinMs } = limits;
  for (const does of met) {
    if (does.kind === 'cuts' && does.when === 'after') throw cutOff(reads);
    if (does.kind === 'fails' && does.code === 'unreadable') {
      throw new PlatformError('sandbox', 'unreadable', unanswered(failures.unreadable, reads));
    }
    if (does.kind === 'is_slow') {
      await wait(Math.min(does.ms, withinMs), signal);
      if (does.ms > withinMs)
        throw new PlatformError('sandbox', 'timed_out', unanswered(timedOut, reads));
    }
    if (does.kind === 'drips' || does.kind === 'floods')
      await readFromWire(does, limits, signal, reads);
  }
}

const failures = {
  unauthorized: 'The sandbox does not accept this key.',
  refused: 'The sandbox does not allow this account to do that.',
  unavailable: 'The sandbox says that it cannot answer just now.',
  unreadable: 'The sandbox’s answer broke off.',
} as const;

const timedOut = 'The sandbox did not answer in time.';

function cutOff(reads: boolean): PlatformError {
  const says = 'The connection was cut before the sandbox answered.';
  return new PlatformError('sandbox', 'cut', unanswered(says, reads));
}
