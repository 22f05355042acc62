import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';

import type { Json } from '../domain/json.ts';
import type { ExportSource } from '../exports/export.ts';
import type { Genesis, SigningKey, StoredCheckpoint, StoredEntry } from '../record/record.ts';
import { checkpointDomain, entryDomain } from '../record/record.ts';
import { makeRecorder } from '../record/recorder.ts';

const recorder = makeRecorder();
const start = Date.parse('2026-11-22T08:17:44.123Z');

/** A signer made from 32 fixed bytes, so that its signatures are the same in every run. */
export function aSigner(seed = 1): SigningKey & { signCheckpoint(canonical: string): string } {
  const pkcs8 = Buffer.concat([
    Buffer.from('302e020100300506032b657004220420', 'hex'),
    Buffer.alloc(32, seed),
  ]);
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey);
  const der = publicKey.export({ format: 'der', type: 'spki' });
  return {
    keyId: createHash('sha256').update(der).digest('hex').slice(0, 16),
    publicKeyPem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    signCheckpoint: (canonical) =>
      sign(null, Buffer.from(checkpointDomain + canonical), privateKey).toString('base64url'),
  };
}

export type TimelineWish = {
  readonly entries?: number;
  /** A checkpoint after every so many entries, and after the last. */
  readonly checkpointEvery?: number;
  readonly signer?: ReturnType<typeof aSigner>;
  /** Another key that signs from an entry on. */
  readonly laterSigner?: { readonly from: number; readonly signer: ReturnType<typeof aSigner> };
  readonly event?: (seq: number) => {
    readonly kind?: string;
    readonly actor?: Json;
    readonly body?: Json;
    readonly occurredAt?: Date;
    readonly recordedAt?: Date;
    readonly skewMs?: number;
    readonly erased?: boolean;
  };
};

/** A chain as the store would keep it, made page by page. */
export function aTimeline(wish: TimelineWish = {}): ExportSource['timeline'] {
  const signer = wish.signer ?? aSigner();
  const { laterSigner } = wish;
  const genesis: Genesis = {
    tenant: '0b6d1f6e-58a3-4d0b-9c6c-1f7a3f2d9e10',
    incident: '7d1a4c52-1d0e-4f0e-8a54-6a2f54ab7c31',
    created_at: new Date(start).toISOString(),
    key_id: signer.keyId,
    nonce: Buffer.alloc(32, 9).toString('base64url'),
  };
  const every = wish.checkpointEvery ?? 50;
  const total = wish.entries ?? 3;
  const checkpoints: StoredCheckpoint[] = [];
  for (const { entry, seq, at } of chain(genesis, wish)) {
    if (seq % every !== 0 && seq !== total) continue;
    const by = laterSigner && seq >= laterSigner.from ? laterSigner.signer : signer;
    const canonical = recorder.canonical({
      v: 1,
      tenant: genesis.tenant,
      incident: genesis.incident,
      seq,
      head: entry.hash,
      time: at,
      key_id: by.keyId,
    });
    checkpoints.push({ canonical, signature: by.signCheckpoint(canonical) });
  }
  const keys = [signer, ...(laterSigner ? [laterSigner.signer] : [])].map(
    ({ keyId, publicKeyPem }) => ({ keyId, publicKeyPem }),
  );
  return { genesis, keys, checkpoints, entries: pages(genesis, wish) };
}

const pageSize = 500;

async function* pages(genesis: Genesis, wish: TimelineWish): AsyncGenerator<StoredEntry[]> {
  let page: StoredEntry[] = [];
  for (const { entry } of chain(genesis, wish)) {
    page.push(entry);
    if (page.length < pageSize) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

function* chain(
  genesis: Genesis,
  wish: TimelineWish,
): Generator<{ entry: StoredEntry; seq: number; at: string }> {
  let prev = recorder.genesis(genesis);
  for (let seq = 1; seq <= (wish.entries ?? 3); seq += 1) {
    const event = wish.event?.(seq) ?? {};
    const at = (event.recordedAt ?? new Date(start + seq * 1000)).toISOString();
    const actor = salted('actor', seq, event.actor ?? { kind: 'firebreak' });
    const body = salted('body', seq, event.body ?? { text: `Event ${seq}.` });
    const { before, after } = recorder.splitEntry({
      tenant: genesis.tenant,
      incident: genesis.incident,
      id: `00000000-0000-4000-8000-${String(seq).padStart(12, '0')}`,
      kind: event.kind ?? 'note_added',
      occurred_at: event.occurredAt?.toISOString() ?? at,
      source: 'cli',
      actor_commit: recorder.commit(actor.salt, actor.value),
      body_commit: recorder.commit(body.salt, body.value),
      attachments: [],
    });
    const skew = event.skewMs === undefined ? '' : `,"skew_ms":${event.skewMs}`;
    const canonical = `${before}${prev}","recorded_at":"${at}","seq":${seq}${skew}${after}`;
    const hash = recorder.sha256(entryDomain + canonical);
    yield { entry: { canonical, hash, ...(event.erased ? {} : { actor, body }) }, seq, at };
    prev = hash;
  }
}

function salted(part: string, seq: number, value: Json): { salt: string; value: Json } {
  return { salt: createHash('sha256').update(`${part} ${seq}`).digest('base64url'), value };
}

/** A whole export source around a timeline. */
export function anExportSource(
  wish: Partial<ExportSource> & { chain?: TimelineWish } = {},
): ExportSource {
  const { chain: chainWish, ...rest } = wish;
  return {
    incident: {
      id: '7d1a4c52-1d0e-4f0e-8a54-6a2f54ab7c31',
      name: 'INC-7',
      title: 'Leaked Stripe key',
      severity: 'sev2',
      phase: 'containment',
      visibility: 'open',
      drill: false,
      declaredBy: 'ana',
      declaredAt: new Date(start),
      roles: [{ role: 'commander', person: 'ana', since: new Date(start) }],
      members: [],
      revision: 3,
    },
    timeline: aTimeline(chainWish),
    peopleNames: new Map([
      ['ana', 'Ana Álvarez'],
      ['ben', 'Ben'],
    ]),
    timeZone: 'Europe/Berlin',
    exportedAt: new Date(start + 3_600_000),
    exportedBy: 'ana',
    omissions: [],
    ...rest,
  };
}

/** All pieces of a document as one text. */
export async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}
