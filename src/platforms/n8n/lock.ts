import { PlatformError } from '../../errors.ts';
import type { Accepted, CredentialKey } from '../platform.ts';
import type { N8nCredentialFields } from './answers.ts';
import type { N8nClient } from './client.ts';

/** The field in which n8n keeps which hosts HTTP nodes may send a credential to. */
const domains = 'allowedHttpRequestDomains';

/**
 * Keeps HTTP Request and GraphQL nodes from using a credential; its secret stays. n8n reads it again
 * for each item, so that also an execution that runs is cut off.
 *
 * @throws PlatformError `refused` for types that have no such setting
 */
export async function block(
  client: N8nClient,
  credential: CredentialKey,
  signal: AbortSignal,
): Promise<Accepted> {
  await assertHasDomains(client, credential, signal);
  await client.changeCredential(credential.id, 'add', { [domains]: 'none' }, signal);
  return { at: client.api.now(), answer: 'accepted' };
}

/** Lets HTTP nodes send it to these hosts again; to any when none is named. */
export async function unblock(
  client: N8nClient,
  credential: CredentialKey,
  hosts: readonly string[],
  signal: AbortSignal,
): Promise<Accepted> {
  await assertHasDomains(client, credential, signal);
  const data =
    hosts.length === 0
      ? { [domains]: 'all' }
      : { [domains]: 'domains', allowedDomains: hosts.join(',') };
  await client.changeCredential(credential.id, 'add', data, signal);
  return { at: client.api.now(), answer: 'accepted' };
}

/** Puts a dud in place of all that it holds. n8n keeps no earlier value. */
export async function overwrite(
  client: N8nClient,
  credential: CredentialKey,
  dud: string,
  signal: AbortSignal,
): Promise<Accepted> {
  const fields = await client.credentialFields(credential.type, signal);
  await client.changeCredential(credential.id, 'replace', worthless(fields, dud), signal);
  return { at: client.api.now(), answer: 'accepted' };
}

/** Deletes it, also while workflows use it: they fail from then on. n8n keeps nothing of it. */
export async function remove(
  client: N8nClient,
  credential: CredentialKey,
  signal: AbortSignal,
): Promise<Accepted> {
  const wasThere = await client.deleteCredential(credential.id, signal);
  return { at: client.api.now(), answer: wasThere ? 'accepted' : 'already' };
}

/**
 * A value that n8n takes for this type and that opens nothing: the dud in every text. Whoever calls
 * a webhook that asks for it cannot guess it, and as the name of a host it leads nowhere.
 */
function worthless(
  { properties, required }: N8nCredentialFields,
  dud: string,
): Readonly<Record<string, unknown>> {
  const data: Record<string, unknown> = {};
  for (const [name, { type, enum: choices }] of Object.entries(properties)) {
    if (choices) {
      // Replacing would lift a block, too.
      if (name === domains) data[name] = 'none';
      else if (required.includes(name)) data[name] = choices[0];
    } else if (type === 'string') {
      data[name] = /url$/i.test(name) ? `https://${dud}/` : dud;
    } else if (required.includes(name)) {
      data[name] = type === 'number' ? 0 : type === 'boolean' ? false : dud;
    }
  }
  return data;
}

async function assertHasDomains(
  client: N8nClient,
  { type }: CredentialKey,
  signal: AbortSignal,
): Promise<void> {
  const { properties } = await client.credentialFields(type, signal);
  if (properties[domains]) return;
  throw new PlatformError(
    'n8n',
    'refused',
    'n8n has no setting that blocks this kind of credential. Disable the workflows that use it, or ' +
      'overwrite it.',
  );
}
