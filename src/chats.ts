import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { copiesFiles, opensRooms } from './chat/chat.ts';
import type { Surface } from './chat/chat.ts';
import type { Complete, Dispatch, Known } from './commands/command.ts';
import { copyFile } from './jobs/copy-file.ts';
import type { CopyContext } from './jobs/copy-file.ts';
import { makeDelivery } from './jobs/deliver.ts';
import { furnishAnew, makeRoomWatch } from './jobs/furnish.ts';
import { makeHearing } from './jobs/hear.ts';
import { making } from './jobs/hearing.ts';
import { makeHomes } from './jobs/home.ts';
import { makeLead } from './jobs/lead.ts';
import { makeLiveCards } from './jobs/live-card.ts';
import { openRoom } from './jobs/open-room.ts';
import type { OpenRoomContext } from './jobs/open-room.ts';
import { makeReadBack } from './jobs/read-back.ts';
import type { Log } from './log.ts';
import type { Store } from './store/store.ts';

/** The chats of a server that runs. */
export type Chats = {
  /** What is due now: answers that go on, and messages that wait. For the clock, every second. */
  tick(this: void): Promise<void>;
  /** Forgets what was answered long ago. */
  forget(this: void): Promise<void>;
  /** Takes no more lines, and lets what is under way be answered and sent. */
  stop(this: void): Promise<void>;
};

/** Surfaces are given so long to let go, in ms. */
const stopMs = 10_000;

const wait = (ms: number, signal: AbortSignal): Promise<void> => pause(ms, undefined, { signal });

/** Lets people speak through these surfaces; resolves once they can. */
export async function openChats(
  surfaces: readonly Surface[],
  parts: {
    readonly store: Store;
    readonly dispatch: Dispatch;
    readonly complete: Complete;
    readonly known: Known;
    readonly log: Log;
    readonly now: () => Date;
    readonly newNonce: () => string;
    /** Where browsers elsewhere find the console. */
    readonly publicUrl?: string;
  },
): Promise<Chats> {
  const { log, ...rest } = parts;
  const onFailure = (error: unknown) => log.failure(error, { command: 'chat' });
  const common = { ...rest, by: randomUUID(), wait, onFailure };
  const byName = new Map(surfaces.map((surface) => [surface.name, surface]));
  const delivery = makeDelivery({ ...common, surfaces: byName });
  const opening = surfaces.filter(opensRooms).filter(({ isOpeningRooms }) => isOpeningRooms);
  const hearing = makeHearing({
    ...common,
    opensRooms: (name) => opening.some((surface) => surface.name === name),
    redact: log.redact,
    deliver: delivery.sweep,
    newId: randomUUID,
  });
  let isOpen = surfaces.length > 0;
  const ears = { ...hearing, lead: makeLead(common), readBack: makeReadBack(common) };
  for (const surface of surfaces) await surface.start(ears);
  const live = { ...common, making: () => making({ ...common, newId: randomUUID }) };
  const jobs = { opensRooms: opening.length > 0, copiesFiles: surfaces.some(copiesFiles) };
  await takeUpJobs({ ...live, surfaces: byName, deliver: delivery.sweep }, jobs);
  const showLive = makeLiveCards(live);
  const showHomes = makeHomes(live);
  const lookAtRooms = makeRoomWatch(common);
  return {
    tick: async () => {
      if (!isOpen) return;
      await hearing.sweep();
      await showLive();
      await showHomes();
      if (jobs.opensRooms) await lookAtRooms();
      await delivery.sweep();
    },
    forget: hearing.forget,
    stop: async () => {
      isOpen = false;
      const signal = AbortSignal.timeout(stopMs);
      await Promise.all(surfaces.map((surface) => surface.stop(signal).catch(onFailure)));
      await hearing.settled();
      await delivery.stop();
    },
  };
}

/** Takes up what was asked for in chats and is done apart from them. */
async function takeUpJobs(
  context: OpenRoomContext & Pick<CopyContext, 'now'>,
  which: { readonly opensRooms: boolean; readonly copiesFiles: boolean },
): Promise<void> {
  const { jobs } = context.store;
  if (which.opensRooms) {
    await jobs.work('room', { atOnce: 1 }, (data, signal) => openRoom(context, data, signal));
    await jobs.work('furnish', { atOnce: 1 }, (data, signal) => furnishAnew(context, data, signal));
  }
  if (which.copiesFiles) {
    const copying = { ...context, sha256, newId: randomUUID };
    await jobs.work('copy', { atOnce: 1 }, (data, signal) => copyFile(copying, data, signal));
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
