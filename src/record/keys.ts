import { randomBytes } from 'node:crypto';
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
} from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { link, mkdir, open, unlink } from 'node:fs/promises';
import path from 'node:path';

import { UserError } from '../errors.ts';
import type { Signer } from './record.ts';
import { checkpointDomain } from './record.ts';

/** The file in the data directory that holds the instance's private signing key (PKCS #8, PEM). */
export const signingKeyFile = 'signing-key.pem';

/**
 * The instance's signer; its key is made at the first start.
 *
 * @throws UserError `not_ready` when others may read the key file, or it holds no Ed25519 key
 */
export async function loadOrCreateSigner(dir: string): Promise<Signer> {
  const kept = await loadSigner(dir);
  if (kept !== undefined) return kept;
  const file = path.join(dir, signingKeyFile);
  await createKey(dir, file);
  const made = await readKey(file);
  if (made === undefined) throw new Error(`${file} vanished while it was being made.`);
  return signerOf(made);
}

/**
 * The instance's signer, where its key is there; nothing is made.
 *
 * @throws UserError as `loadOrCreateSigner`
 */
export async function loadSigner(dir: string): Promise<Signer | undefined> {
  const kept = await readKey(path.join(dir, signingKeyFile));
  return kept === undefined ? undefined : signerOf(kept);
}

/** First 16 hex digits of SHA-256 over the public key's SPKI DER. */
export function keyIdOf(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('hex').slice(0, 16);
}

function signerOf(privateKey: KeyObject): Signer {
  const publicKey = createPublicKey(privateKey);
  return {
    keyId: keyIdOf(publicKey),
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    signCheckpoint: (canonical) =>
      sign(null, Buffer.from(checkpointDomain + canonical), privateKey).toString('base64url'),
  };
}

async function readKey(file: string): Promise<KeyObject | undefined> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw new UserError('not_ready', `The signing key ${file} cannot be read.`, {
      hint: `Let only the user who runs Firebreak read it: chmod 600 ${file}`,
    });
  });
  if (handle === undefined) return undefined;
  try {
    const { mode } = await handle.stat();
    if ((mode & 0o077) !== 0) {
      throw new UserError('not_ready', `Others on this machine may read the signing key ${file}.`, {
        hint: `Close it, and ask who had access since: chmod 600 ${file}`,
      });
    }
    return parseKey(await handle.readFile('utf8'), file);
  } finally {
    await handle.close();
  }
}

function parseKey(pem: string, file: string): KeyObject {
  const wrong = new UserError('not_ready', `${file} does not hold an Ed25519 private key.`, {
    hint: 'Put the key back from your backup. A new key would not match the checkpoints that were signed.',
  });
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // The cause is dropped: OpenSSL's message could quote the key.
  }
  throw wrong;
}

/** Whoever is first wins; the file appears whole or not at all, also when the power fails. */
async function createKey(dir: string, file: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync('ed25519');
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await handle.sync();
    await handle.close();
    await link(draft, file);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await handle.close();
    await unlink(draft);
  }
  const folder = await open(dir, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
