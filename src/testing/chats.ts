import { randomBytes, randomUUID } from 'node:crypto';

import type { Dispatch } from '../commands/command.ts';
import type { ChatSurface } from '../domain/heard.ts';
import { makeRedactor } from '../domain/redaction.ts';
import type { Reply } from '../domain/reply.ts';
import type { Delivery } from '../jobs/deliver.ts';
import { makeDelivery } from '../jobs/deliver.ts';
import type { Hearing } from '../jobs/hear.ts';
import { makeHearing } from '../jobs/hear.ts';
import type { Store } from '../store/store.ts';
import { NeutralSurface } from './neutral-surface.ts';
import { shown } from './replies.ts';
import type { TestClock } from './store.ts';
import { untilAborted } from './until.ts';

/** One process that hears and delivers, on surfaces without vendors. */
export type Process = {
  readonly hearing: Hearing;
  readonly delivery: Delivery;
  /** Does everything that can be done now, as the clock's ticks would. */
  readonly work: () => Promise<void>;
};

/** Chats around an instance. */
export type Chats = {
  readonly slack: NeutralSurface;
  readonly discord: NeutralSurface;
  readonly failures: unknown[];
  readonly work: () => Promise<void>;
  /**
   * Another process on the same store. Its ears are handed to nobody.
   *
   * @param around what stands between it and the store, for its hearing and its commands each
   */
  readonly process: (name: string, around?: (store: Store) => Store) => Process;
};

/** Puts chats around an instance; time is the test's. */
export async function chatsOn(parts: {
  readonly store: Store;
  readonly clock: TestClock;
  readonly dispatch: Dispatch;
}): Promise<Chats> {
  const failures: unknown[] = [];
  const slack = new NeutralSurface('slack');
  const discord = new NeutralSurface('discord');
  const surfaces = new Map<ChatSurface, NeutralSurface>([
    ['slack', slack],
    ['discord', discord],
  ]);
  const start: Chats['process'] = (by, around = (store) => store) => {
    const store = around(parts.store);
    const common = {
      store,
      now: parts.clock.now,
      by,
      wait: untilAborted,
      onFailure: (error: unknown) => failures.push(error),
    };
    const delivery = makeDelivery({ ...common, surfaces });
    const hearing = makeHearing({
      ...common,
      dispatch: throughStore(parts.dispatch, around),
      complete: () => Promise.resolve([]),
      known: () => Promise.resolve({}),
      redact: makeRedactor(store.fingerprint).redact,
      deliver: delivery.sweep,
      newId: randomUUID,
      newNonce: () => randomBytes(32).toString('base64url'),
    });
    const work = async () => {
      await hearing.settled();
      await hearing.sweep();
      await hearing.settled();
      await delivery.settled();
      await delivery.sweep();
      await delivery.settled();
    };
    return { hearing, delivery, work };
  };
  const first = start('first');
  for (const surface of surfaces.values()) await surface.start(first.hearing);
  return { slack, discord, failures, work: first.work, process: start };
}

/** Commands have a store of their own: what they store goes through what is around it, too. */
function throughStore(dispatch: Dispatch, around: (store: Store) => Store): Dispatch {
  return (caller, line) => {
    const { keeping = (store) => store } = caller;
    return dispatch({ ...caller, keeping: (store) => keeping(around(store)) }, line);
  };
}

/** The words of a reply. */
export function wordsOf(reply: Reply | undefined): string {
  if (reply === undefined) return '';
  if (reply.kind === 'problem') return `${reply.message} ${reply.hint ?? ''}`;
  return shown(reply);
}
