import { z } from 'zod';

import type { Connection } from '../domain/connection.ts';
import type { Incident } from '../domain/incident.ts';
import type { Credential, ItemKey, Workflow } from '../domain/inventory.ts';
import { keyText } from '../domain/inventory.ts';
import type { RevocationRecord, RevocationWay } from '../domain/revocation.ts';
import { UserError } from '../errors.ts';
import type { ResolvedItem } from '../store/store.ts';
import type { CommandContext } from './command.ts';
import { exactlyNamed } from './exactly-named.ts';
import { withFoundOn } from './found-on.ts';
import { likely } from './likely.ts';

/** A reference (`c3`) or a whole name, in quotes when it holds blanks. */
export const credentialInput = z.string().trim().min(1).max(300);

/** One credential, where it is, and how it can be revoked. */
export type ChosenCredential = {
  readonly credential: Credential;
  readonly connection: Connection;
  readonly way: RevocationWay;
};

/**
 * The one credential that was named; what is only like it is a candidate.
 *
 * @throws UserError `not_found` or `ambiguous` with the candidates
 */
export async function credentialOf(
  context: CommandContext,
  typed: string,
): Promise<ChosenCredential> {
  const { store } = context;
  const found = await store.inventory.resolve('credential', typed);
  const exact = exactlyNamed(found, typed);
  const [item, ...others] = exact;
  if (item === undefined) {
    assertOne(typed);
    throw new UserError('not_found', `There is no credential “${typed}”.`, {
      hint: '`cred list` shows all; type a reference or a whole name.',
      candidates: (found.length > 0 ? found : await likeIt(context, typed)).map(labelOf),
      typed,
    });
  }
  if (others.length > 0) {
    throw new UserError('ambiguous', `Several credentials are called “${typed}”. Say which one.`, {
      hint: `e.g. \`${item.ref}\``,
      candidates: exact.map(labelOf),
      typed,
    });
  }
  return await chosenCredential(context, item.key);
}

/** @throws UserError `bad_input` for several references: what is done to a credential is planned for it alone */
function assertOne(typed: string): void {
  const [first = '', ...others] = typed.split(/[\s,]+/).filter((word) => word !== '');
  if (others.length === 0 || ![first, ...others].every(isReference)) return;
  throw new UserError(
    'bad_input',
    'Credentials are taken one at a time, each with a line of its own.',
    {
      hint: `Begin with \`${first}\` alone.`,
      candidates: [first, ...others],
      typed,
    },
  );
}

/** Those whose names are near what was typed: a slip of the hand begins no name and is part of none. */
async function likeIt(
  { store }: CommandContext,
  typed: string,
): Promise<readonly Pick<Credential, 'ref' | 'name' | 'connectionName'>[]> {
  if (isReference(typed)) return [];
  const all = await store.inventory.credentials();
  return likely(
    typed,
    all.map((one) => ({ ...one, called: [one.name] })),
  );
}

function isReference(typed: string): boolean {
  return /^c\d+$/i.test(typed);
}

function labelOf({
  ref,
  name,
  connectionName,
}: Pick<ResolvedItem, 'ref' | 'name' | 'connectionName'>): string {
  return `${ref} ${name} on ${connectionName}`;
}

/** The same by its key. @throws UserError `not_found` when the last look did not find it any more */
export async function chosenCredential(
  { store, wayOf }: CommandContext,
  key: { readonly connection: string; readonly id: string },
): Promise<ChosenCredential> {
  const all = await store.inventory.credentials();
  const credential = all.find((one) => keyText(one) === keyText(key));
  const connection = credential && (await store.connections.byId(credential.connection));
  if (!credential || !connection) {
    throw new UserError('not_found', 'The last look did not find this credential any more.', {
      hint: '`scope sync` looks again.',
    });
  }
  return { credential, connection, way: wayOf(connection, credential) };
}

/** The present workflows that use it, each once, with what our own checks found of them. */
export async function usersOf(
  context: CommandContext,
  credential: ItemKey,
): Promise<readonly Workflow[]> {
  const used = await context.store.inventory.usersOfCredentials([credential]);
  const workflows = used.map(({ workflow }) => workflow);
  return await withFoundOn(context, workflows);
}

/** What became of it in this incident so far. */
export async function recordFor(
  { store }: CommandContext,
  incident: Incident,
  credential: Pick<Credential, 'connection' | 'id'>,
): Promise<RevocationRecord | undefined> {
  const records = await store.revocations.ofIncident(incident.id);
  return records.find(
    (one) => one.connection === credential.connection && one.credential === credential.id,
  );
}
