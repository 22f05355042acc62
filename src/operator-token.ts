import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { returnOperator } from './domain/people.ts';
import { issueToken } from './domain/person-tokens.ts';
import type { Person } from './domain/person.ts';
import { may } from './domain/person.ts';
import { Secret } from './domain/secret.ts';
import { UserError } from './errors.ts';
import type { Recorder } from './record/record.ts';
import type { Store } from './store/store.ts';

/** The file in the data directory with the local operator's token. */
export const operatorTokenFile = 'operator.token';

/**
 * The token of the local operator. Whoever can read the data directory is the operator.
 *
 * It is made when the file is missing, at the first start and on a second machine that shares the
 * PostgreSQL and has the keys, and when it is the token of another database, as after going back
 * from PostgreSQL to the embedded one.
 *
 * When no admin can get in any more, the operator becomes one again.
 *
 * @throws UserError `not_allowed` when the operator was switched off
 */
export async function operatorToken(
  dataDir: string,
  context: {
    readonly store: Store;
    readonly recorder: Recorder;
    readonly now: () => Date;
    readonly newNonce: () => string;
  },
): Promise<Secret> {
  const { store, recorder, now } = context;
  const kept = await keptOperatorToken(dataDir);
  const operator = await operatorOf(store, now());
  if (kept && (await store.people.byToken(recorder.sha256(kept.reveal()), 'cli', now()))) {
    return kept;
  }
  const text = `fbt_${context.newNonce()}`;
  const token = { id: randomUUID(), kind: 'cli', sha256: recorder.sha256(text) } as const;
  await store.save(issueToken(operator, token, { person: operator, source: 'system', now: now() }));
  if (kept) await forgetOperatorToken(dataDir);
  await writeFile(join(dataDir, operatorTokenFile), `${text}\n`, { mode: 0o600, flag: 'wx' });
  return new Secret(text);
}

async function operatorOf(store: Store, now: Date): Promise<Person> {
  const { people, instance } = store;
  const operator = await people.byId(instance.operator);
  if (!operator) throw new UserError('not_ready', 'The local operator is missing.');
  const isLockedOut = !(await people.entering(now)).some((one) => may(one, 'admin'));
  if (isLockedOut) await store.save(returnOperator(operator, now));
  const found = isLockedOut ? await people.byId(operator.id) : operator;
  if (found && !found.disabledAt) return found;
  throw operatorIsOff(operator);
}

/** Why the local operator cannot speak, and who can change that. */
export function operatorIsOff({ handle }: Person): UserError {
  return new UserError('not_allowed', `@${handle} was switched off.`, {
    hint:
      'Another admin switches them on again, with a token of their own: ' +
      `firebreak ir "person enable @${handle}" --token-file FILE`,
  });
}

/** Takes away a token that no longer opens anything; the next start makes another. */
export async function forgetOperatorToken(dataDir: string): Promise<void> {
  await rm(join(dataDir, operatorTokenFile), { force: true });
}

/** The token as it lies in the data directory, or undefined when there is none yet. */
export async function keptOperatorToken(dataDir: string): Promise<Secret | undefined> {
  try {
    return new Secret((await readFile(join(dataDir, operatorTokenFile), 'utf8')).trim());
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new UserError('not_ready', `The operator’s token in ${dataDir} cannot be read.`, {
      hint: 'Run as the user who owns the data directory.',
    });
  }
}
