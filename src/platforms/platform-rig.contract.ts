import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';

import type { FactKind } from '../domain/inventory.ts';
import type { Reading } from '../domain/verification.ts';
import { PlatformError } from '../errors.ts';
import type { PlatformErrorCode } from '../errors.ts';
import type { Check, CredentialKey, Platform } from './platform.ts';

/** A workflow that was planted, live unless it says otherwise, and what is known of it. */
export type Piece = {
  readonly id: string;
  readonly name: string;
  /** Every fact that analysis should find: kind, value, and where. */
  readonly facts: readonly (readonly [FactKind, string, 'draft' | 'live' | 'both'])[];
  /** Calls its entry point from outside, with `payload`; true when that ran it. */
  answers(): Promise<boolean>;
};

/** A credential, and whether its value arrives when the workflow that uses it is run. */
export type SentCredential = {
  readonly key: CredentialKey;
  readonly arrives: () => Promise<boolean>;
};

/** What a rig plants on its platform; every call plants something new. */
export interface ContractEstate {
  /** What callers send, which no evidence may hold. */
  readonly payload: string;
  /** Anyone may call it; it uses a credential and calls a host. */
  entrance(): Promise<Piece>;
  /** An entrance whose draft was changed after it went live. */
  differing(): Promise<Piece>;
  /** The clock starts it once a day. */
  nightly(): Promise<Piece>;
  /** An execution of it waits. */
  sleeper(): Promise<Piece>;
  /** An execution of it runs, and ends when it is stopped. */
  runner(): Promise<Piece>;
  /** An execution of it runs, in a node that goes on for a while when it is stopped. */
  goesOn(): Promise<Piece>;
  /** An entrance that calls a workflow of its own. */
  family(): Promise<{ readonly parent: Piece; readonly child: Piece }>;
  /** Somebody else edits the draft. */
  change(piece: Piece): Promise<void>;
  /** Somebody else switches it on, whatever version; resolves when it answers. */
  switchOnAgain(piece: Piece): Promise<void>;
  /** Whether it is on and in which version, read by another client. */
  activation(piece: Piece): Promise<string>;
  /** A credential that a workflow sends to a host; absent where none can be locked. */
  credential?(): Promise<SentCredential>;
  /**
   * A user who owns a workflow and a credential, and another who gets what is theirs; absent where
   * no user can be deleted.
   */
  person?(): Promise<{ readonly id: string; readonly to: string }>;
  /** So many more workflows, to fill pages. */
  more(count: number): Promise<void>;
}

/** A platform with an account on it, and someone else's hand on the same platform. */
export type ContractRig = {
  readonly platform: Platform;
  /** The account's secret; it may appear nowhere. */
  readonly secret: string;
  readonly estate: ContractEstate;
  /** How many calls left for the platform. */
  readonly calls: () => number;
  /** An account that lacks one permission. */
  readonly without: (permission: string) => Promise<Platform>;
  /** Permissions that `without` can leave out. */
  readonly lackable: readonly string[];
  /** The one without which nothing can be disabled. */
  readonly toDisable: string;
  /**
   * What the platform itself does not have. `drafts`: what is saved is what runs. `executions`: it
   * keeps no list of them, and they end with their workflow; then it tells what lives in it instead.
   */
  readonly hasNo?: {
    readonly drafts?: true;
    readonly executions?: true;
    /** It lists no credentials, and changes none. */
    readonly credentials?: true;
    /** What runs cannot be stopped. */
    readonly stop?: true;
    /** It switches on what calls a workflow that is off. */
    readonly order?: true;
  };
  /** How long a real platform is left alone after a switch-off, in ms: asked then, it may never settle. */
  readonly leftAloneMs?: number;
  /** An account whose secret is wrong. */
  readonly locked: () => Promise<Platform>;
  /** Nothing that is switched off takes effect between `hold` and `drain`. */
  readonly slow?: { hold(): void; drain(): void };
  /** Ways to say yes and not to do it. */
  readonly lies?: readonly ((piece: Piece) => void)[];
  /** The next call fails like this, and the error that it must become. */
  readonly faults?: readonly ContractFault[];
  close(): Promise<void>;
};

export type ContractFault = {
  readonly name: string;
  readonly code: PlatformErrorCode;
  readonly retryAfterMs?: number;
  /** The write takes effect although no answer comes. */
  readonly takesEffect: boolean;
  /** Makes every call fail until it is taken back. */
  readonly make: () => () => void;
};

/** An entrance whose draft differs from what is live, where there are drafts; else any. */
export async function anEntrance({ estate, hasNo }: ContractRig): Promise<Piece> {
  return hasNo?.drafts ? estate.entrance() : estate.differing();
}

/** Why a case about stopping is not tried. */
export const noStop = 'the platform cannot stop what runs';

/** Why a case about executions is not tried. */
export const noExecutions = 'the platform keeps no list of executions';

/** The signal of calls that nobody gives up. */
export const never = new AbortController().signal;

/** A busy n8n lets go of what was unpublished within minutes. */
const settleWithinMs = 180_000;

/** Runs and expects a PlatformError that gives nothing away. */
export async function failureOf(rig: ContractRig, run: Promise<unknown>): Promise<PlatformError> {
  const error: unknown = await run.then(
    (value) => assert.fail(`It answered ${inspect(value)}.`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof PlatformError, inspect(error));
  const shown = [inspect(error, { depth: 9 }), JSON.stringify(error), error.stack].join(' ');
  assert.ok(!shown.includes(rig.secret), 'the secret is in the error');
  assert.ok(!/https?:\/\//.test(error.message), 'a URL is in the message');
  assert.match(error.message, sentence);
  return error;
}

/** What Firebreak shows to people. Platforms may write their names in lower case. */
export const sentence = /^\S.*\.$/s;

/** Switches it off as the engine does, and says what is needed to check that. */
export async function disabled(
  { platform, leftAloneMs }: ContractRig,
  piece: Piece,
): Promise<Check> {
  const { memo } = await platform.observe(piece.id, never);
  const { at } = await platform.disable(piece.id, never);
  if (leftAloneMs !== undefined) await delay(leftAloneMs);
  return { workflow: piece.id, memo, acceptedAt: at };
}

/** Looks until nothing contradicts, as the engine does within the platform's own bound. */
export async function settled(
  piece: Piece,
  look: () => Promise<readonly Reading[]>,
): Promise<Reading> {
  const end = Date.now() + settleWithinMs;
  for (;;) {
    const reading = only(await look());
    assert.equal(reading.workflow, piece.id);
    if (!contradicts(reading)) return reading;
    if (Date.now() > end) assert.fail(`It did not settle: ${inspect(reading)}`);
    await delay(100);
  }
}

/** The one reading of the one target that was asked for. */
export function only(readings: readonly Reading[]): Reading {
  assert.equal(readings.length, 1);
  const [reading] = readings;
  assert.ok(reading);
  return reading;
}

/** True when some look says that it is not so. */
export function contradicts({ proofs }: Reading): boolean {
  return proofs.some(({ finding }) => finding === 'contradicts');
}
