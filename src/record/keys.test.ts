import assert from 'node:assert/strict';
import { createHash, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, it } from 'node:test';

import { UserError } from '../errors.ts';
import { loadOrCreateSigner, signingKeyFile } from './keys.ts';

const root = await mkdtemp(path.join(tmpdir(), 'firebreak-keys-'));
after(() => rm(root, { recursive: true }));

let count = 0;
function aDirectory(): string {
  count += 1;
  return path.join(root, String(count), 'data');
}

it('makes a key at the first start, which only its owner may read, and keeps it', async () => {
  const dir = aDirectory();
  const first = await loadOrCreateSigner(dir);
  const again = await loadOrCreateSigner(dir);

  assert.equal(again.keyId, first.keyId);
  assert.equal((await stat(path.join(dir, signingKeyFile))).mode & 0o777, 0o600);
  assert.equal((await stat(dir)).mode & 0o777, 0o700);
  assert.deepEqual(await readdir(dir), [signingKeyFile]);
});

it('names the key by the hash of its public half and signs behind the domain', async () => {
  const signer = await loadOrCreateSigner(aDirectory());
  const publicKey = createPublicKey(signer.publicKeyPem);
  const der = publicKey.export({ type: 'spki', format: 'der' });

  assert.equal(signer.keyId, createHash('sha256').update(der).digest('hex').slice(0, 16));
  const signature = Buffer.from(signer.signCheckpoint('{"seq":1}'), 'base64url');
  assert.equal(signature.length, 64);
  const signed = Buffer.from('timeline-checkpoint-v1\n{"seq":1}');
  assert.ok(verify(null, signed, publicKey, signature));
});

it('makes one key when several processes start at once', async () => {
  const dir = aDirectory();
  const signers = await Promise.all(Array.from({ length: 8 }, () => loadOrCreateSigner(dir)));

  assert.equal(new Set(signers.map((signer) => signer.keyId)).size, 1);
  assert.deepEqual(await readdir(dir), [signingKeyFile]);
});

it('takes a key file that nobody may write', async () => {
  const dir = aDirectory();
  const { keyId } = await loadOrCreateSigner(dir);
  await chmod(path.join(dir, signingKeyFile), 0o400);
  assert.equal((await loadOrCreateSigner(dir)).keyId, keyId);
});

it('refuses a key file that others may read, and says what to do', async () => {
  const dir = aDirectory();
  await loadOrCreateSigner(dir);
  const file = path.join(dir, signingKeyFile);
  for (const mode of [0o640, 0o604, 0o602]) {
    await chmod(file, mode);
    await assert.rejects(loadOrCreateSigner(dir), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /Others on this machine may read the signing key/);
      assert.ok(error.hint?.includes(`chmod 600 ${file}`));
      return true;
    });
  }
});

const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
for (const [name, content] of [
  ['an empty file', ''],
  ['half a key', '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2Vw'],
  ['an RSA key', rsa.export({ type: 'pkcs8', format: 'pem' }).toString()],
] as const) {
  it(`refuses ${name} and leaves it untouched, because a new key would orphan the old chain`, async () => {
    const dir = aDirectory();
    await loadOrCreateSigner(dir);
    const file = path.join(dir, signingKeyFile);
    await writeFile(file, content);
    await assert.rejects(loadOrCreateSigner(dir), (error) => {
      assert.ok(error instanceof UserError && error.cause === undefined);
      assert.match(error.message, /does not hold an Ed25519 private key/);
      return true;
    });
    assert.equal(await readFile(file, 'utf8'), content);
  });
}
