import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync } from 'node:crypto';
import { link, mkdir, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';

import { UserError } from '../errors.ts';
import { errorCode } from './database.ts';

const version = 1;
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
/** One byte each: which format, which key. */
const headBytes = 2;
/** The file in the data directory that holds the encryption key, unless it is a setting. */
export const sealingKeyFile = 'secret.key';

/** Encrypts what may not be read in a copy of the database: secrets and evidence. */
export interface Sealer {
  /** First 16 hex of SHA-256 of the key; says which key, gives nothing of it. */
  readonly keyId: string;
  /** @param aad the row's identity, `table|row|column|instance`, so that no sealed value can be moved */
  seal(bytes: Uint8Array, aad: string): Uint8Array;
  /** @throws SealError when the key, the place or a single bit is another */
  open(sealed: Uint8Array, aad: string): Uint8Array;
}

/** Sealed bytes did not open: another key, another place, or somebody changed them. */
export class SealError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SealError';
  }
}

/** The additional data that ties sealed bytes to their place. */
export function sealedPlace(place: {
  table: string;
  row: string;
  column: string;
  instance: string;
}): string {
  return `${place.table}|${place.row}|${place.column}|${place.instance}`;
}

/**
 * AES-256-GCM with a fresh 12-byte nonce and the full 16-byte tag.
 *
 * Layout: version, key id byte, nonce, tag, ciphertext.
 *
 * @param key         32 bytes
 * @param randomBytes where nonces come from
 */
export function makeSealer(key: Uint8Array, randomBytes: (size: number) => Uint8Array): Sealer {
  if (key.length !== keyBytes) throw new RangeError(`A key has ${keyBytes} bytes.`);
  const keyId = keyIdOf(key);
  const head = Uint8Array.of(version, Number.parseInt(keyId.slice(0, 2), 16));
  return {
    keyId,

    seal(bytes, aad) {
      const nonce = randomBytes(nonceBytes);
      if (nonce.length !== nonceBytes) throw new RangeError('The nonce has the wrong length.');
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
      cipher.setAAD(Buffer.concat([head, Buffer.from(aad, 'utf8')]));
      const body = Buffer.concat([cipher.update(bytes), cipher.final()]);
      return new Uint8Array(Buffer.concat([head, nonce, cipher.getAuthTag(), body]));
    },

    open(sealed, aad) {
      const bodyAt = headBytes + nonceBytes + tagBytes;
      if (sealed.length < bodyAt || sealed[0] !== version) {
        throw new SealError('These sealed bytes have a format that this version does not know.');
      }
      if (sealed[1] !== head[1]) throw new SealError('These bytes were sealed with another key.');
      const nonce = sealed.subarray(headBytes, headBytes + nonceBytes);
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
      decipher.setAAD(Buffer.concat([head, Buffer.from(aad, 'utf8')]));
      decipher.setAuthTag(sealed.subarray(headBytes + nonceBytes, bodyAt));
      try {
        const body = decipher.update(sealed.subarray(bodyAt));
        return new Uint8Array(Buffer.concat([body, decipher.final()]));
      } catch {
        // The cause says only "unable to authenticate"; it adds nothing.
        throw new SealError('These sealed bytes were changed, moved, or sealed with another key.');
      }
    },
  };
}

/** First 16 hex of SHA-256 of the key; see `Sealer.keyId`. */
export function keyIdOf(key: Uint8Array): string {
  const digest = createHash('sha256').update('firebreak-key-v1\n').update(key).digest('hex');
  return digest.slice(0, 16);
}

/** Where the key comes from: given by the operator (32 bytes, base64), or a file in the data directory. */
export type SealingKeySource = { readonly base64: string } | { readonly dir: string };

/**
 * The 32-byte key of this installation, or undefined when it has none yet.
 *
 * @throws UserError when the given text is no key, or the file is one that others may read
 */
export async function loadSealingKey(source: SealingKeySource): Promise<Uint8Array | undefined> {
  if ('base64' in source) return parseKey(source.base64, 'The given encryption key');
  return readKeyFile(join(source.dir, sealingKeyFile));
}

/** The key of this installation; a new file is made when there is none. @throws UserError as above */
export async function loadOrCreateSealingKey(
  source: SealingKeySource,
  randomBytes: (size: number) => Uint8Array,
): Promise<Uint8Array> {
  const known = await loadSealingKey(source);
  if (known !== undefined) return known;
  if (!('dir' in source)) throw new Error('A given key is either a key or refused.');
  await mkdir(source.dir, { recursive: true, mode: 0o700 });
  const path = join(source.dir, sealingKeyFile);
  await makeKeyFile(path, randomBytes);
  const made = await readKeyFile(path);
  if (made === undefined) throw new Error(`${path} vanished while it was being made.`);
  return made;
}

/** Written whole under another name first, so that a second process never reads half a key. */
async function makeKeyFile(path: string, randomBytes: (size: number) => Uint8Array): Promise<void> {
  const draft = `${path}.${Buffer.from(randomBytes(8)).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${Buffer.from(randomBytes(keyBytes)).toString('base64')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, path);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  } finally {
    await unlink(draft);
  }
}

async function readKeyFile(path: string): Promise<Uint8Array | undefined> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (file === undefined) return undefined;
  try {
    const { mode } = await file.stat();
    if ((mode & 0o077) !== 0) {
      throw new UserError('not_ready', `Others may read the encryption key ${path}.`, {
        hint: `chmod 600 ${path}`,
      });
    }
    return parseKey(await file.readFile('utf8'), `The encryption key in ${path}`);
  } finally {
    await file.close();
  }
}

function parseKey(text: string, what: string): Uint8Array {
  const trimmed = text.trim();
  const key = Buffer.from(trimmed, 'base64');
  if (key.length !== keyBytes || key.toString('base64') !== trimmed) {
    throw new UserError('not_ready', `${what} is not 32 bytes in base64.`, {
      hint: 'Make one with: openssl rand -base64 32',
    });
  }
  return new Uint8Array(key);
}

const fingerprintDigits = 16;

/** Makes keyed hashes of values; the key is derived, so that it opens nothing. */
export function fingerprintWith(key: Uint8Array): (secret: string) => string {
  const own = Buffer.from(hkdfSync('sha256', key, '', 'firebreak secret fingerprint', 32));
  return (secret) =>
    createHmac('sha256', own).update(secret).digest('hex').slice(0, fingerprintDigits);
}
