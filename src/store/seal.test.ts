import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

import { UserError } from '../errors.ts';
import { SealError, loadOrCreateSealingKey, makeSealer, sealedPlace } from './seal.ts';

const place = sealedPlace({
  table: 'connection_secrets',
  row: '7',
  column: 'sealed',
  instance: 'i',
});
const text = new TextEncoder();

describe('a sealer', () => {
  const sealer = makeSealer(randomBytes(32), randomBytes);

  it('opens what it sealed, also nothing at all', () => {
    for (const value of ['s3cret', '', 'ü🔥'.repeat(1_000)]) {
      const sealed = sealer.seal(text.encode(value), place);
      assert.equal(new TextDecoder().decode(sealer.open(sealed, place)), value);
    }
  });

  it('gives other bytes each time, and none of the secret', () => {
    const [one, two] = [0, 1].map(() => Buffer.from(sealer.seal(text.encode('s3cret'), place)));
    assert.notDeepEqual(one, two);
    assert.equal(one?.includes('s3cret'), false);
  });

  it('refuses each single flipped byte and each cut', () => {
    const sealed = sealer.seal(text.encode('s3cret'), place);
    for (let at = 0; at < sealed.length; at += 1) {
      const flipped = Uint8Array.from(sealed, (byte, index) => (index === at ? byte ^ 1 : byte));
      assert.throws(() => sealer.open(flipped, place), SealError);
      assert.throws(() => sealer.open(sealed.subarray(0, at), place), SealError);
    }
  });

  it('refuses bytes that were moved to another row', () => {
    const sealed = sealer.seal(text.encode('s3cret'), place);
    const elsewhere = sealedPlace({
      table: 'connection_secrets',
      row: '8',
      column: 'sealed',
      instance: 'i',
    });
    assert.throws(() => sealer.open(sealed, elsewhere), SealError);
  });

  it('refuses what another key sealed', () => {
    const other = makeSealer(randomBytes(32), randomBytes);
    assert.throws(() => other.open(sealer.seal(text.encode('x'), place), place), SealError);
  });
});

describe('the sealing key', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'fb-key-'));
  after(() => rm(dir, { recursive: true }));

  it('is made once, readable by its owner alone, also when many start together', async () => {
    const keys = await Promise.all(
      Array.from({ length: 8 }, () => loadOrCreateSealingKey({ dir }, randomBytes)),
    );
    const again = await loadOrCreateSealingKey({ dir }, randomBytes);
    for (const key of keys) assert.deepEqual(key, again);
    assert.deepEqual(await readdir(dir), ['secret.key']);
    assert.equal((await stat(join(dir, 'secret.key'))).mode & 0o777, 0o600);
  });

  it('is refused when others may read it, or when it is no key', async () => {
    const path = join(dir, 'secret.key');
    const kept = await readFile(path, 'utf8');
    await chmod(path, 0o640);
    await assert.rejects(loadOrCreateSealingKey({ dir }, randomBytes), (error: unknown) => {
      assert.ok(error instanceof UserError);
      assert.equal(error.hint, `chmod 600 ${path}`);
      return true;
    });
    await chmod(path, 0o600);
    await writeFile(path, kept.slice(0, 20));
    await assert.rejects(loadOrCreateSealingKey({ dir }, randomBytes), /not 32 bytes in base64/);
  });

  it('is taken from the operator as base64, and never shown when it is wrong', async () => {
    const key = randomBytes(32);
    const taken = await loadOrCreateSealingKey({ base64: key.toString('base64') }, randomBytes);
    assert.deepEqual(Buffer.from(taken), key);
    await assert.rejects(loadOrCreateSealingKey({ base64: 'hunter2' }, randomBytes), (error) => {
      assert.ok(error instanceof UserError);
      assert.doesNotMatch(`${error.message} ${error.hint}`, /hunter2/);
      return true;
    });
  });
});
