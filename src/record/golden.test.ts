import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';

import { z } from 'zod';

import { jsonExporter } from '../exports/json.ts';
import { anExportSource, textOf } from '../testing/timeline.ts';
import { publicKeysOf } from './public-keys.ts';
import { checkpointDomain, entryDomain } from './record.ts';
import { makeRecorder } from './recorder.ts';
import { verifyBundle } from './verify.ts';

const recorder = makeRecorder();
const page = await readFile(new URL('../../docs/timeline-format.md', import.meta.url), 'utf8');
const [, afterVectors = ''] = page.split('```json\n');
const [vectorsText = ''] = afterVectors.split('```');
const file = page.slice(
  page.indexOf('```text\n{"format":"firebreak-timeline-v1",\n"exported_at":"') + 8,
  page.lastIndexOf('```'),
);

const salted = z.object({ salt: z.string(), value_jcs: z.string(), commit: z.string() });
const vectors = z
  .object({
    seed: z.string(),
    public_key_pem: z.string(),
    key_id: z.string(),
    genesis: z.object({
      tenant: z.string(),
      incident: z.string(),
      created_at: z.string(),
      key_id: z.string(),
      nonce: z.string(),
    }),
    genesis_jcs: z.string(),
    genesis_hash: z.string(),
    entries: z
      .array(z.object({ actor: salted, body: salted, entry_jcs: z.string(), hash: z.string() }))
      .length(4),
    checkpoint_jcs: z.string(),
    signature: z.string(),
  })
  .parse(JSON.parse(vectorsText));

const entryFields = z.object({
  tenant: z.string(),
  incident: z.string(),
  id: z.string(),
  kind: z.string(),
  occurred_at: z.string(),
  source: z.string(),
  attachments: z.array(z.object({ sha256: z.string(), size: z.int(), type: z.string() })),
  prev: z.string(),
  recorded_at: z.string(),
  seq: z.int(),
  skew_ms: z.int().exactOptional(),
});

describe('the vectors of docs/timeline-format.md', () => {
  it('give our genesis', () => {
    assert.equal(recorder.canonical(vectors.genesis), vectors.genesis_jcs);
    assert.equal(recorder.genesis(vectors.genesis), vectors.genesis_hash);
  });

  for (const [index, { actor, body, entry_jcs, hash }] of vectors.entries.entries()) {
    it(`give our entry ${index + 1}`, () => {
      for (const { salt, value_jcs, commit } of [actor, body]) {
        const value = z.json().parse(JSON.parse(value_jcs));
        assert.equal(recorder.canonical(value), value_jcs);
        assert.equal(recorder.commit(salt, value), commit);
      }
      const { prev, recorded_at, seq, skew_ms, ...facts } = entryFields.parse(
        JSON.parse(entry_jcs),
      );
      const { before, after } = recorder.splitEntry({
        ...facts,
        actor_commit: actor.commit,
        body_commit: body.commit,
      });
      const skew = skew_ms === undefined ? '' : `,"skew_ms":${skew_ms}`;
      const canonical = `${before}${prev}","recorded_at":"${recorded_at}","seq":${seq}${skew}${after}`;
      assert.equal(canonical, entry_jcs);
      assert.equal(recorder.sha256(entryDomain + canonical), hash);
      assert.equal(prev, vectors.entries[index - 1]?.hash ?? vectors.genesis_hash);
    });
  }

  it('give our key id and signature', () => {
    const key = createPrivateKey({
      key: Buffer.from(`302e020100300506032b657004220420${vectors.seed}`, 'hex'),
      format: 'der',
      type: 'pkcs8',
    });
    const pem = createPublicKey(key).export({ format: 'pem', type: 'spki' });
    assert.equal(pem, vectors.public_key_pem);
    assert.equal(publicKeysOf(vectors.public_key_pem)[0]?.[0], vectors.key_id);
    const signature = sign(null, Buffer.from(checkpointDomain + vectors.checkpoint_jcs), key);
    assert.equal(signature.toString('base64url'), vectors.signature);
  });

  it('give our file, byte for byte', async () => {
    const [first, second, third, fourth] = vectors.entries.map(
      ({ actor, body, entry_jcs, hash }) => ({
        canonical: entry_jcs,
        hash,
        actor: { salt: actor.salt, value: JSON.parse(actor.value_jcs) as unknown },
        body: { salt: body.salt, value: JSON.parse(body.value_jcs) as unknown },
      }),
    );
    assert.ok(first && second && third && fourth);
    const { body: _erased, ...erased } = third;
    const source = anExportSource({
      timeline: {
        genesis: vectors.genesis,
        keys: [{ keyId: vectors.key_id, publicKeyPem: vectors.public_key_pem }],
        checkpoints: [{ canonical: vectors.checkpoint_jcs, signature: vectors.signature }],
        entries: (async function* () {
          yield [first, second, erased, fourth];
        })(),
      },
      exportedAt: new Date('2026-11-22T08:20:00.000Z'),
    });
    assert.equal(await textOf(jsonExporter(recorder).write(source)), file);
  });

  it('are good, with the third entry redacted', async () => {
    const report = await verifyBundle(bytesOf(file), { keyPem: vectors.public_key_pem });
    assert.equal(report.good, true);
    assert.deepEqual(report.redacted, { count: 1, first: [3] });
    assert.equal(report.head, vectors.entries[3]?.hash);
  });
});

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
