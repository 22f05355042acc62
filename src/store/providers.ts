import { and, eq } from 'drizzle-orm';
import { z } from 'zod';

import type { ItemKey } from '../domain/inventory.ts';
import type { Provider, ProviderSecrets } from '../domain/provider.ts';
import { Secret } from '../domain/secret.ts';
import { StaleError, UserError } from '../errors.ts';
import type { Db } from './database.ts';
import { isUuid, present } from './rows.ts';
import type { Sealer } from './seal.ts';
import { SealError, sealedPlace } from './seal.ts';
import type { NewProvider, Providers } from './store.ts';
import { providers } from './tables/providers.ts';

const sealedSecrets = z.object({ secret: z.string(), clientSecret: z.string().exactOptional() });

/** The one place where the secrets of ways to providers are opened. */
export function providersStore(db: Db, sealer: Sealer, instanceId: string): Providers {
  return {
    async secrets(key) {
      if (!isUuid(key.connection)) return undefined;
      const [row] = await db.select({ sealed: providers.sealed }).from(providers).where(isOf(key));
      if (row === undefined) return undefined;
      try {
        return secretsOf(sealer.open(row.sealed, placeOf(key, instanceId)));
      } catch (error) {
        if (!(error instanceof SealError)) throw error;
        throw new UserError('not_ready', 'The secret for this provider cannot be opened.', {
          hint: 'The database was changed by hand, or its key is another one. Enter it again: firebreak provider …',
        });
      }
    },
  };
}

/** Writes ways to providers, each with its secrets. @throws StaleError */
export async function writeProviders(
  tx: Db,
  sealer: Sealer,
  instanceId: string,
  list: readonly NewProvider[],
): Promise<void> {
  for (const { key, provider, secrets } of list) {
    const sealed = sealer.seal(bytesOf(secrets), placeOf(key, instanceId));
    const row = {
      ...provider,
      account: provider.account ?? null,
      sealed,
      revision: provider.revision + 1,
    };
    const written =
      provider.revision === 0
        ? await tx
            .insert(providers)
            .values({ connection: key.connection, credential: key.id, ...row })
            .onConflictDoNothing()
            .returning({ revision: providers.revision })
        : await tx
            .update(providers)
            .set(row)
            .where(and(isOf(key), eq(providers.revision, provider.revision)))
            .returning({ revision: providers.revision });
    if (written.length === 0) throw new StaleError('The way to this provider');
  }
}

/** Removes ways to providers, and with them what opens them. @throws StaleError */
export async function dropProviders(
  tx: Db,
  list: readonly { readonly key: ItemKey; readonly revision: number }[],
): Promise<void> {
  for (const { key, revision } of list) {
    const dropped = await tx
      .delete(providers)
      .where(and(isOf(key), eq(providers.revision, revision)))
      .returning({ revision: providers.revision });
    if (dropped.length === 0) throw new StaleError('The way to this provider');
  }
}

/** A way to a provider as it is read beside its credential. */
export function providerOf(row: typeof providers.$inferSelect | null): Provider | undefined {
  if (row === null) return undefined;
  const { kind, baseUrl, privateHostAllowed, account, revision } = row;
  return { kind, baseUrl, privateHostAllowed, revision, ...present({ account }) };
}

function isOf(key: ItemKey) {
  return and(eq(providers.connection, key.connection), eq(providers.credential, key.id));
}

function placeOf(key: ItemKey, instance: string): string {
  const row = `${key.connection}/${key.id}`;
  return sealedPlace({ table: 'providers', row, column: 'sealed', instance });
}

function bytesOf({ secret, clientSecret }: ProviderSecrets): Uint8Array {
  const revealed = {
    secret: secret.reveal(),
    ...(clientSecret ? { clientSecret: clientSecret.reveal() } : {}),
  };
  return new TextEncoder().encode(JSON.stringify(revealed));
}

function secretsOf(bytes: Uint8Array): ProviderSecrets {
  const { secret, clientSecret } = sealedSecrets.parse(JSON.parse(new TextDecoder().decode(bytes)));
  return {
    secret: new Secret(secret),
    ...(clientSecret === undefined ? {} : { clientSecret: new Secret(clientSecret) }),
  };
}
