import { PlatformError } from '../../errors.ts';
import type { N8nUser } from './answers.ts';
import type { N8nClient } from './client.ts';

/** The name a person is known by: full name, else address. */
export function nameOfUser({ id, firstName, lastName, email }: N8nUser): string {
  const full = [firstName, lastName].filter(Boolean).join(' ');
  return full || email || id;
}

/** Whose key this is, in words for people. */
export async function whoHolds(
  client: N8nClient,
  mayListUsers: boolean,
  signal: AbortSignal,
): Promise<string> {
  const nobody = 'an API key whose owner n8n does not tell';
  const id = client.api.subject();
  if (id === undefined || !mayListUsers) return nobody;
  try {
    const { items } = await client.users(signal);
    const user = items.find((one) => one.id === id);
    if (!user) return nobody;
    const address = user.email ? ` <${user.email}>` : '';
    const role = user.role ? `, ${user.role.replace(/^global:/, '')}` : '';
    return `${nameOfUser(user)}${address}${role}`;
  } catch (error) {
    if (error instanceof PlatformError && error.code === 'refused') return nobody;
    throw error;
  }
}
