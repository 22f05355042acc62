import { eq, sql } from 'drizzle-orm';

import { instanceChain } from '../domain/timeline.ts';
import { UserError } from '../errors.ts';
import { appendEvents } from './append-events.ts';
import type { Db } from './database.ts';
import type { Scribe } from './scribe.ts';
import type { Sealer } from './seal.ts';
import type { Instance } from './store.ts';
import { instance, signingKeys } from './tables/instance.ts';
import { people } from './tables/people.ts';
import { openChain } from './timeline-append.ts';

/** Held while an instance is made or its keys are compared, so that two first starts make one. */
const instanceLock = 4_126_052_712;

/** What a first start needs beside the hands of the scribe, whose instance is not known yet. */
export type FirstStart = {
  readonly scribe: Omit<Scribe, 'instanceId'>;
  readonly sealer: Sealer;
  readonly timeZone: string;
  readonly operatorName: string;
};

/**
 * The instance of this database. The first start makes it: identity, local operator, signing key
 * and the first event of its own timeline, all or nothing.
 *
 * @throws UserError `not_ready` when this data directory's key did not seal the database's secrets
 */
export async function openInstance(db: Db, start: FirstStart): Promise<Instance> {
  const [known] = await db.select().from(instance);
  if (known !== undefined && (await isOurs(db, start, known))) return shown(known);
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${sql.raw(String(instanceLock))})`);
    const [row] = await tx.select().from(instance);
    if (row === undefined) return create(tx, start);
    if (!(await isOurs(tx, start, row))) {
      await addSigningKey(tx, { ...start.scribe, instanceId: row.id });
    }
    return shown(row);
  });
}

/** True when this database has had its first start. */
export async function hasInstance(db: Db): Promise<boolean> {
  return (await db.select({ id: instance.id }).from(instance)).length > 0;
}

type Row = typeof instance.$inferSelect;

function shown({ id, createdAt, timeZone, operator }: Row): Instance {
  return { id, createdAt, timeZone, operator };
}

/** True when nothing has to be written: the usual start. */
async function isOurs(db: Db, { sealer, scribe }: FirstStart, row: Row): Promise<boolean> {
  if (row.sealingKeyId !== sealer.keyId) {
    throw new UserError('not_ready', 'The encryption key does not open this database.', {
      hint:
        'Put back the key file (secret.key in the data directory) or the key setting ' +
        'with which this database was made. Nothing was changed.',
    });
  }
  const found = await db
    .select()
    .from(signingKeys)
    .where(eq(signingKeys.keyId, scribe.signer.keyId));
  return found.length > 0;
}

async function create(tx: Db, start: FirstStart): Promise<Instance> {
  const { scribe, sealer, timeZone, operatorName } = start;
  const createdAt = scribe.now();
  const made = { id: scribe.newId(), createdAt, timeZone, operator: scribe.newId() };
  const own: Scribe = { ...scribe, instanceId: made.id };
  await tx.insert(instance).values({ ...made, sealingKeyId: sealer.keyId });
  await tx.insert(people).values({
    id: made.operator,
    handle: 'operator',
    name: operatorName,
    permissions: ['admin', 'responder', 'approver', 'auditor'],
    addedAt: createdAt,
    revision: 1,
  });
  await tx.insert(signingKeys).values(keyOf(own));
  await openChain(tx, own, made.id, createdAt);
  await appendEvents(tx, own, [
    {
      chain: instanceChain,
      kind: 'instance_created',
      actor: { kind: 'firebreak' },
      source: 'system',
      occurredAt: createdAt,
      text: `This instance was made; its local operator is ${operatorName}.`,
      data: { operator: made.operator, time_zone: timeZone, signing_key: own.signer.keyId },
    },
  ]);
  return made;
}

/** Another signing key than before is legitimate after a rotation, and never silent. */
async function addSigningKey(tx: Db, scribe: Scribe): Promise<void> {
  const added = await tx
    .insert(signingKeys)
    .values(keyOf(scribe))
    .onConflictDoNothing()
    .returning({ keyId: signingKeys.keyId });
  if (added.length === 0) return;
  await appendEvents(tx, scribe, [
    {
      chain: instanceChain,
      kind: 'signing_key_added',
      actor: { kind: 'firebreak' },
      source: 'system',
      occurredAt: scribe.now(),
      text: `Checkpoints are signed with another key from now on: ${scribe.signer.keyId}.`,
      data: { signing_key: scribe.signer.keyId },
    },
  ]);
}

function keyOf({ signer, now }: Scribe) {
  return { keyId: signer.keyId, publicKeyPem: signer.publicKeyPem, addedAt: now() };
}
