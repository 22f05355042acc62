import { z } from 'zod';

import type { PlatformUser } from '../domain/inventory.ts';
import { keyText } from '../domain/inventory.ts';
import { UserError } from '../errors.ts';
import type { ResolvedItem } from '../store/store.ts';
import type { CommandContext } from './command.ts';
import { exactlyNamed } from './exactly-named.ts';
import { likely } from './likely.ts';

/** A reference (`u3`), an address or a whole name, in quotes when it holds blanks. */
export const userInput = z.string().trim().min(1).max(300);

/**
 * The one user of a platform that was named; who is only called like it is a candidate.
 *
 * @throws UserError `not_found` or `ambiguous` with the candidates
 */
export async function userOf(
  { store }: CommandContext,
  typed: string,
  on?: string,
): Promise<PlatformUser> {
  const all = await store.inventory.allUsers();
  const byAddress = all.filter(({ email }) => email === typed.toLowerCase());
  const found = await store.inventory.resolve('user', typed);
  const named = byAddress.length > 0 ? byAddress.map(itemOf) : exactlyNamed(found, typed);
  const exact = named.filter(({ key }) => on === undefined || key.connection === on);
  const [item, ...others] = exact;
  if (others.length > 0) {
    throw new UserError('ambiguous', `Several users are called “${typed}”. Say which one.`, {
      hint: `e.g. \`${others[0]?.ref}\``,
      candidates: exact.map(labelOf),
      typed,
    });
  }
  const user = item && all.find((one) => keyText(one) === keyText(item.key));
  if (user) return user;
  throw new UserError('not_found', `There is no user “${typed}” on a platform.`, {
    hint: '`user list` shows all; type a reference, an address or a whole name.',
    candidates: (found.length > 0 ? found : likeThem(all, typed)).map(labelOf),
    typed,
  });
}

/** Those whose name or address is near what was typed. */
function likeThem(all: readonly PlatformUser[], typed: string): readonly ResolvedItem[] {
  if (/^u\d+$/i.test(typed)) return [];
  const known = all.map((user) => ({
    user,
    called: [user.name, ...(user.email === undefined ? [] : [user.email])],
  }));
  return likely(typed, known).map(({ user }) => itemOf(user));
}

function itemOf({ connection, id, ref, name, connectionName }: PlatformUser): ResolvedItem {
  return { kind: 'user', key: { connection, id }, ref, name, connectionName };
}

function labelOf({ ref, name, connectionName }: ResolvedItem): string {
  return `${ref} ${name} on ${connectionName}`;
}
