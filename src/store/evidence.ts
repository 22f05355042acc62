import { createHash } from 'node:crypto';

import type { SQL } from 'drizzle-orm';
import { and, asc, eq, isNotNull } from 'drizzle-orm';

import type { Evidence, EvidenceOrigin } from '../domain/evidence.ts';
import { UserError } from '../errors.ts';
import { nextNumber } from './counters.ts';
import type { Db } from './database.ts';
import { storable } from './fold.ts';
import { isUuid, present } from './rows.ts';
import { SealError, sealedPlace, type Sealer } from './seal.ts';
import type { EvidenceStore, NewEvidence } from './store.ts';
import { evidence } from './tables/evidence.ts';

/** All columns but the bytes, which are large and sealed. */
const described = {
  id: evidence.id,
  incident: evidence.incident,
  number: evidence.number,
  title: evidence.title,
  mediaType: evidence.mediaType,
  sha256: evidence.sha256,
  sizeBytes: evidence.sizeBytes,
  collectedAt: evidence.collectedAt,
  collectedBy: evidence.collectedBy,
  connection: evidence.connection,
  workflow: evidence.workflow,
  workflowName: evidence.workflowName,
  room: evidence.room,
  message: evidence.message,
  file: evidence.file,
  author: evidence.author,
  plan: evidence.plan,
  notHad: evidence.notHad,
} as const;

/** Reads of evidence. Only `bytes` opens what is sealed. */
export function evidenceStore(db: Db, sealer: Sealer, instanceId: string): EvidenceStore {
  return {
    ofIncident: (incident) =>
      isUuid(incident) ? inOrder(db, eq(evidence.incident, incident)) : Promise.resolve([]),

    ofPlan: (incident, plan) =>
      isUuid(incident) && isUuid(plan)
        ? inOrder(db, and(eq(evidence.incident, incident), eq(evidence.plan, plan)))
        : Promise.resolve([]),

    lacking: (incident, plan) =>
      isUuid(incident) && isUuid(plan)
        ? inOrder(
            db,
            and(
              eq(evidence.incident, incident),
              eq(evidence.plan, plan),
              isNotNull(evidence.notHad),
            ),
          )
        : Promise.resolve([]),

    async byName(incident, name) {
      const [, digits] = /^(?:e-)?(\d{1,9})$/i.exec(name.trim()) ?? [];
      if (digits === undefined || !isUuid(incident)) return undefined;
      const [row] = await db
        .select(described)
        .from(evidence)
        .where(and(eq(evidence.incident, incident), eq(evidence.number, Number(digits))));
      return row && evidenceOf(row);
    },

    async bytes(id) {
      const [row] = isUuid(id)
        ? await db
            .select({ ...described, sealed: evidence.sealed })
            .from(evidence)
            .where(eq(evidence.id, id))
        : [];
      if (row === undefined) throw new UserError('not_found', 'There is no such evidence.');
      const bytes = opened(sealer, row.sealed, placeOf(row.id, instanceId), nameOf(row.number));
      if (bytes.length !== row.sizeBytes || hashOf(bytes) !== row.sha256) {
        throw damaged(nameOf(row.number), 'no longer matches the hash taken when it was collected');
      }
      return bytes;
    },
  };
}

async function inOrder(db: Db, where: SQL | undefined): Promise<readonly Evidence[]> {
  const rows = await db.select(described).from(evidence).where(where).orderBy(asc(evidence.number));
  return rows.map(evidenceOf);
}

/** So many bytes go into one statement, unless one document alone has more. */
const bytesAtOnce = 8 * 1024 * 1024;

/**
 * Seals and stores evidence, with its size and hash, and gives it its name in the incident: numbers
 * in one step and rows in few, because the others of the incident wait for both.
 */
export async function writeEvidence(
  tx: Db,
  sealer: Sealer,
  instanceId: string,
  list: readonly NewEvidence[],
): Promise<readonly Evidence[]> {
  const numbers = await numbersFor(tx, list);
  const rows = list.map((item) => ({
    id: item.id,
    incident: item.incident,
    number: numbers.get(item.id) ?? 0,
    title: storable(item.title),
    mediaType: item.mediaType,
    sha256: hashOf(item.bytes),
    sizeBytes: item.bytes.length,
    collectedAt: item.collectedAt,
    collectedBy: item.collectedBy ?? null,
    ...originColumns(item.from),
    plan: item.plan ?? null,
    notHad: item.notHad?.map(({ part, why }) => ({ part, why: storable(why) })) ?? null,
    sealed: sealer.seal(item.bytes, placeOf(item.id, instanceId)),
  }));
  for (let from = 0; from < rows.length;) {
    const to = from + countWithin(rows.slice(from));
    await tx.insert(evidence).values(rows.slice(from, to));
    from = to;
  }
  return rows.map(evidenceOf);
}

/** How many of these fit into one statement, at least one. */
function countWithin(rows: readonly { readonly sizeBytes: number }[]): number {
  let bytes = 0;
  const tooMany = rows.findIndex((row) => (bytes += row.sizeBytes) > bytesAtOnce);
  return tooMany === -1 ? rows.length : Math.max(1, tooMany);
}

/** The numbers of documents in their incidents, in their order. */
async function numbersFor(
  tx: Db,
  list: readonly NewEvidence[],
): Promise<ReadonlyMap<string, number>> {
  const numbers = new Map<string, number>();
  for (const [incident, own] of Map.groupBy(list, (item) => item.incident)) {
    const first = await nextNumber(tx, `evidence:${incident}`, own.length);
    for (const [index, { id }] of own.entries()) numbers.set(id, first + index);
  }
  return numbers;
}

function opened(sealer: Sealer, sealed: Uint8Array, place: string, name: string): Uint8Array {
  try {
    return sealer.open(sealed, place);
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    throw damaged(name, 'cannot be opened: it was changed, moved, or sealed with another key');
  }
}

function damaged(name: string, what: string): UserError {
  return new UserError('conflict', `${name} ${what}. Do not rely on it.`, {
    hint: 'compare with a backup or an earlier export; keep this copy as it is',
  });
}

function placeOf(row: string, instance: string): string {
  return sealedPlace({ table: 'evidence', row, column: 'sealed', instance });
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function nameOf(number: number): string {
  return `E-${number}`;
}

function evidenceOf(row: Omit<typeof evidence.$inferSelect, 'sealed'>): Evidence {
  return {
    id: row.id,
    name: nameOf(row.number),
    incident: row.incident,
    title: row.title,
    mediaType: row.mediaType,
    sha256: row.sha256,
    sizeBytes: row.sizeBytes,
    collectedAt: row.collectedAt,
    from: originOf(row),
    ...present({ collectedBy: row.collectedBy, plan: row.plan, notHad: row.notHad }),
  };
}

type OriginRow = Pick<
  typeof evidence.$inferSelect,
  'connection' | 'workflow' | 'workflowName' | 'room' | 'message' | 'file' | 'author'
>;

const noOrigin: OriginRow = {
  connection: null,
  workflow: null,
  workflowName: null,
  room: null,
  message: null,
  file: null,
  author: null,
};

function originColumns(from: EvidenceOrigin): OriginRow {
  if (from.kind === 'workflow') {
    const { connection, workflow, workflowName } = from;
    return { ...noOrigin, connection, workflow, workflowName: storable(workflowName) };
  }
  const { room, message, file, author } = from;
  return { ...noOrigin, room, message, file, author: storable(author) };
}

/** One of both is whole: a check of the table says so. */
function originOf(row: OriginRow): EvidenceOrigin {
  const { connection, workflow, workflowName, room, message, file, author } = row;
  if (connection !== null) {
    return {
      kind: 'workflow',
      connection,
      workflow: workflow ?? '',
      workflowName: workflowName ?? '',
    };
  }
  return {
    kind: 'message',
    room: room ?? '',
    message: message ?? '',
    file: file ?? '',
    author: author ?? '',
  };
}
