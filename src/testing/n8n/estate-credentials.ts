import { randomBytes } from 'node:crypto';

import type { N8nApi } from './n8n-api.ts';
import type { CredentialRef } from './nodes.ts';

/** What each of the estate's credentials is there for. */
export const credentialPurposes = [
  'stripeLive', // the one that leaked
  'stripeLiveEu', // its name starts like the leaked one's
  'stripeTest',
  'nightly',
  'slowBatch',
  'webhookAuth',
  'hostile', // its name is a query
  'unused', // used by nobody, and named like another one
  'deleted', // no longer there, but still named by a workflow
] as const;
export type CredentialPurpose = (typeof credentialPurposes)[number];

/** A credential of the estate, with the secret that must appear nowhere. */
export type EstateCredential = CredentialRef & { readonly secret: string };

export type EstateCredentials = Readonly<Record<CredentialPurpose, EstateCredential>>;

/** A secret that is like no other text, so that it is found wherever it leaks. */
export function plantedSecret(prefix: string): string {
  return `${prefix}_${randomBytes(18).toString('hex')}`;
}

/** Makes the estate's credentials: eight that stay and one that is deleted. */
export async function makeCredentials(api: N8nApi): Promise<EstateCredentials> {
  const make = async (
    name: string,
    type: string,
    prefix: string,
    fields: (secret: string) => Readonly<Record<string, unknown>>,
  ): Promise<EstateCredential> => {
    const secret = plantedSecret(prefix);
    const id = await api.createCredential({ name, type, data: fields(secret) });
    return { id, name, type, secret };
  };
  const credentials: EstateCredentials = {
    stripeLive: await make('Stripe live', 'httpHeaderAuth', 'sk_live', header),
    stripeLiveEu: await make('Stripe live EU', 'httpHeaderAuth', 'sk_live', header),
    stripeTest: await make('Stripe test', 'httpQueryAuth', 'sk_test', (value) => ({
      name: 'api_key',
      value,
    })),
    nightly: await make('Nightly export', 'httpBasicAuth', 'pw', (password) => ({
      user: 'export',
      password,
    })),
    slowBatch: await make('Slow batch', 'httpHeaderAuth', 'tok', header),
    webhookAuth: await make('Webhook password', 'httpHeaderAuth', 'hook', (value) => ({
      name: 'x-hook-password',
      value,
    })),
    hostile: await make('x" OR active:true', 'httpHeaderAuth', 'tok', header),
    unused: await make('Stripe test', 'httpHeaderAuth', 'sk_test', header),
    deleted: await make('Old FTP', 'httpHeaderAuth', 'tok', header),
  };
  await api.deleteCredential(credentials.deleted.id);
  return credentials;
}

function header(secret: string): Readonly<Record<string, unknown>> {
  return { name: 'Authorization', value: `Bearer ${secret}` };
}
