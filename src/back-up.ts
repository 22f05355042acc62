import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { copyPath, removeLeftCopies } from './backup-copies.ts';
import { checkChain } from './check-chain.ts';
import { findServer } from './cli/where.ts';
import type { Config } from './config.ts';
import type { Person } from './domain/person.ts';
import { may } from './domain/person.ts';
import type { View } from './domain/reply.ts';
import type { NewTimelineEvent } from './domain/timeline.ts';
import { instanceChain } from './domain/timeline.ts';
import { listed, span } from './domain/wording.ts';
import { UserError } from './errors.ts';
import { forgetOperatorToken } from './operator-token.ts';
import { loadOrCreateSigner, signingKeyFile } from './record/keys.ts';
import type { StoreOptions } from './store/open.ts';
import { restoreStore } from './store/restore.ts';
import type { Restored } from './store/restore.ts';
import type { Store } from './store/store.ts';

/**
 * Everything the instance holds, as the bytes of a backup. That it was taken, by whom, is on the
 * instance's timeline once it was handed over; one that broke off is called that.
 *
 * It is written to a file first: whoever reads slowly must not hold the database up. Whoever stops
 * reading must return the generator, or the file stays.
 *
 * @throws UserError `not_allowed` for others than admins
 */
export async function* backUp(
  context: {
    readonly store: Store;
    readonly dataDir: string;
    readonly now: () => Date;
    readonly newId: () => string;
  },
  by: Person,
): AsyncGenerator<Uint8Array> {
  const { store } = context;
  if (!may(by, 'admin')) {
    throw new UserError('not_allowed', 'Only an admin may take everything away in a backup.');
  }
  await removeLeftCopies(context.dataDir, context.now());
  const path = copyPath(context.dataDir, context.newId());
  const told = { begun: false, whole: false };
  try {
    await store.backup(path);
    for await (const chunk of createReadStream(path)) {
      told.begun = true;
      yield bytesOf(chunk);
    }
    told.whole = true;
  } finally {
    await rm(path, { force: true });
    // A part may be all that somebody wanted, so it is written down too.
    if (told.begun) await store.save({ events: [handedOver(by, context.now(), told.whole)] });
  }
}

function handedOver(by: Person, now: Date, whole: boolean): NewTimelineEvent {
  return {
    chain: instanceChain,
    kind: whole ? 'backup_made' : 'backup_broken_off',
    actor: { kind: 'person', id: by.id, name: by.name },
    source: 'cli',
    occurredAt: now,
    text: whole
      ? `${by.name} made a backup of this instance.`
      : `A backup of this instance for ${by.name} broke off; a part of it was handed over.`,
  };
}

function bytesOf(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  throw new TypeError('A file gives bytes.');
}

/** What the simulated platforms did is in files of the data directory (`platforms/sandbox`). */
async function hasSandboxState(dataDir: string): Promise<boolean> {
  return stat(join(dataDir, 'sandbox')).then(
    () => true,
    () => false,
  );
}

function beginsAnew(simulated: readonly string[]): string {
  const they = simulated.length === 1 ? 'platform' : 'platforms';
  const begin = simulated.length === 1 ? 'begins' : 'begin';
  return (
    `The simulated ${they} ${listed(simulated)} ${begin} anew, because what happened on them is in ` +
    'no backup: what was contained is switched on there again. Copying the directory sandbox from ' +
    'the old data directory brings it along.'
  );
}

function signsAnew({ before, now }: NonNullable<Restored['resigned']>): string {
  return (
    `The ${signingKeyFile} did not come along: timelines are signed with another key from now on, ` +
    `${now}, and were with ${listed(before)} until now. Both are in every export. Whoever verifies ` +
    'with a key file needs the new one beside it: firebreak public-key'
  );
}

/**
 * Fills this installation from a backup.
 *
 * @throws UserError `conflict` while a server runs here or when the database is not empty;
 *   `not_ready` for a damaged file or without its key
 */
export async function bringBack(
  config: Config,
  options: Omit<StoreOptions, 'signer'>,
  file: string,
): Promise<View> {
  if ((await findServer(config.dataDir, fetch)) !== undefined) {
    throw new UserError('conflict', 'A server runs on this data directory.', {
      hint: 'Stop it first. A restore fills an empty database only.',
    });
  }
  const { recorder } = options;
  const restored = await restoreStore(
    {
      ...options,
      signer: () => loadOrCreateSigner(config.dataDir),
      checkChain: (timeline, chain) => checkChain(recorder, timeline, chain),
    },
    resolve(file),
  );
  await forgetOperatorToken(config.dataDir);
  const anew = (await hasSandboxState(config.dataDir)) ? [] : restored.simulated;
  const gap = span(options.now().getTime() - restored.takenAt.getTime());
  return {
    kind: 'view',
    title: `Restored as it was ${gap} ago (${restored.takenAt.toISOString()}).`,
    blocks: [
      {
        kind: 'fields',
        fields: [
          ['timelines', `${restored.chains} checked from first to last entry`],
          ['plans made void', String(restored.plans)],
          ['sessions ended', String(restored.sessions)],
          ['tokens ended', String(restored.tokens)],
        ],
      },
      {
        kind: 'text',
        text:
          'Everyone but you needs a new token: firebreak person invite <handle>. ' +
          'Sync every connection before you plan: what was found then may have moved.',
      },
      ...(restored.resigned ? [{ kind: 'text' as const, text: signsAnew(restored.resigned) }] : []),
      ...(anew.length === 0 ? [] : [{ kind: 'text' as const, text: beginsAnew(anew) }]),
    ],
    next: [],
    audience: 'person',
    outcome: 'done',
    data: {
      instance: restored.instance,
      takenAt: restored.takenAt.toISOString(),
      timelines: restored.chains,
      ...(restored.resigned ? { signingKey: restored.resigned.now } : {}),
      voided: { plans: restored.plans, sessions: restored.sessions, tokens: restored.tokens },
    },
  };
}
