import { and, desc, eq } from 'drizzle-orm';

import type { Factor } from '../domain/factor.ts';
import { Secret } from '../domain/secret.ts';
import { StaleError, UserError } from '../errors.ts';
import type { Db } from './database.ts';
import { isUuid, present } from './rows.ts';
import type { Sealer } from './seal.ts';
import { SealError, sealedPlace } from './seal.ts';
import type { Factors } from './store.ts';
import { factors } from './tables/factors.ts';

/** Reads of factors, and the one place where their secrets are opened. */
export function factorsStore(db: Db, sealer: Sealer, instanceId: string): Factors {
  return {
    async of(person) {
      if (!isUuid(person)) return [];
      const rows = await db
        .select()
        .from(factors)
        .where(eq(factors.person, person))
        .orderBy(desc(factors.enrolledAt), desc(factors.id));
      return rows.map(factorOf);
    },

    async secret(id) {
      if (!isUuid(id)) return undefined;
      const [row] = await db
        .select({ sealed: factors.sealed })
        .from(factors)
        .where(eq(factors.id, id));
      if (row === undefined) return undefined;
      try {
        return new Secret(
          new TextDecoder().decode(sealer.open(row.sealed, placeOf(id, instanceId))),
        );
      } catch (error) {
        if (!(error instanceof SealError)) throw error;
        throw new UserError('not_ready', 'Your factor cannot be opened.', {
          hint: 'The database was changed by hand, or its key is another one. An admin takes the factor away: `person factor @you`.',
        });
      }
    },
  };
}

/** Writes factors. The secret of one is written with it, and never again. @throws StaleError */
export async function writeFactors(
  tx: Db,
  list: readonly Factor[],
  sealing: {
    readonly sealer: Sealer;
    readonly instanceId: string;
    readonly secrets: readonly { readonly factor: string; readonly secret: Secret }[];
  },
): Promise<void> {
  for (const factor of list) {
    const life = {
      confirmedAt: factor.confirmedAt ?? null,
      lastCounter: factor.lastCounter,
      refusals: factor.refusals,
      lockedUntil: factor.lockedUntil ?? null,
      removedAt: factor.removedAt ?? null,
      revision: factor.revision + 1,
    };
    if (factor.revision === 0) {
      const { secret } = sealing.secrets.find((one) => one.factor === factor.id) ?? {};
      if (secret === undefined) throw new TypeError('A new factor needs its secret.');
      const sealed = sealing.sealer.seal(
        new TextEncoder().encode(secret.reveal()),
        placeOf(factor.id, sealing.instanceId),
      );
      const { id, person, kind, enrolledAt } = factor;
      await tx.insert(factors).values({ id, person, kind, enrolledAt, sealed, ...life });
      continue;
    }
    const changed = await tx
      .update(factors)
      .set(life)
      .where(and(eq(factors.id, factor.id), eq(factors.revision, factor.revision)))
      .returning({ id: factors.id });
    if (changed.length === 0) throw new StaleError('This factor');
  }
}

function placeOf(factor: string, instance: string): string {
  return sealedPlace({ table: 'factors', row: factor, column: 'sealed', instance });
}

function factorOf(row: typeof factors.$inferSelect): Factor {
  const { sealed: _sealed, confirmedAt, lockedUntil, removedAt, ...rest } = row;
  return { ...rest, ...present({ confirmedAt, lockedUntil, removedAt }) };
}
