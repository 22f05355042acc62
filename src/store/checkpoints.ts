import { and, asc, desc, eq, sql } from 'drizzle-orm';

import { UserError } from '../errors.ts';
import type { Db } from './database.ts';
import { rowsOf } from './database.ts';
import type { Scribe } from './scribe.ts';
import type { StoredCheckpoint } from './store.ts';
import { chains, checkpoints } from './tables/timeline.ts';

/** Signs one head and keeps the signature. The chain must be locked by this transaction. */
export async function writeCheckpoint(
  tx: Db,
  scribe: Scribe,
  head: { readonly incident: string; readonly seq: number; readonly head: string },
): Promise<void> {
  const canonical = scribe.recorder.canonical({
    v: 1,
    tenant: scribe.instanceId,
    incident: head.incident,
    seq: head.seq,
    head: head.head,
    time: scribe.now().toISOString(),
    key_id: scribe.signer.keyId,
  });
  await tx.insert(checkpoints).values({
    incident: head.incident,
    seq: head.seq,
    canonical,
    signature: scribe.signer.signCheckpoint(canonical),
  });
}

/**
 * Signs the head of a chain as it is now, unless this key has signed that very head already or
 * the chain is still empty.
 */
export async function signHead(tx: Db, scribe: Scribe, incident: string): Promise<void> {
  const [head] = await rowsOf<{ seq: number; head: string }>(
    tx,
    sql`select seq, head from ${chains} where ${eq(chains.incident, incident)} for update`,
  );
  if (head === undefined) throw new UserError('not_found', 'There is no such timeline.');
  if (head.seq === 0) return;
  const signed = await tx
    .select({ canonical: checkpoints.canonical })
    .from(checkpoints)
    .where(and(eq(checkpoints.incident, incident), eq(checkpoints.seq, head.seq)))
    .orderBy(desc(checkpoints.seq));
  const mine = `"key_id":${JSON.stringify(scribe.signer.keyId)}`;
  if (signed.some(({ canonical }) => canonical.includes(mine))) return;
  await writeCheckpoint(tx, scribe, { incident, ...head });
}

/** All checkpoints of a chain, oldest first. */
export async function checkpointsOf(
  db: Db,
  incident: string,
): Promise<readonly StoredCheckpoint[]> {
  return db
    .select({ canonical: checkpoints.canonical, signature: checkpoints.signature })
    .from(checkpoints)
    .where(eq(checkpoints.incident, incident))
    .orderBy(asc(checkpoints.seq), asc(checkpoints.canonical));
}
