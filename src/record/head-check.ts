import { verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import canonicalize from 'canonicalize';

import { UserError } from '../errors.ts';
import type { BundleCheckpoint, BundleGenesis, BundleKey } from './bundle.ts';
import { BadTimeline } from './chain-check.ts';
import { publicKeysOf } from './public-keys.ts';
import type { Signature, VerifyReport } from './record.ts';

/** Holds a chain against its signed heads. Checkpoints are taken first, then the chain passes by. */
export class HeadCheck {
  readonly #keys: Map<string, KeyObject>;
  readonly #given: boolean;
  readonly #heads: { readonly signed: BundleCheckpoint['checkpoint']; readonly good: boolean }[] =
    [];
  #next = 0;
  #agreed = 0;
  #last: BundleCheckpoint['checkpoint'] | undefined;

  /** @throws UserError `bad_input` when `keyPem` holds no Ed25519 public key */
  constructor(keyPem: string | undefined) {
    this.#given = keyPem !== undefined;
    this.#keys = new Map(keyPem === undefined ? [] : publicKeysOf(keyPem));
    if (this.#given && this.#keys.size === 0) {
      throw new UserError('bad_input', 'The key file holds no Ed25519 public key.', {
        hint: 'It is a text that starts with -----BEGIN PUBLIC KEY-----',
      });
    }
  }

  /** @throws BadTimeline */
  takeKey({ key_id, public_key_pem }: BundleKey): void {
    const [found, ...more] = publicKeysOf(public_key_pem);
    if (found === undefined || more.length > 0 || found[0] !== key_id) {
      throw new BadTimeline({ reason: `The key that came with the file is not key ${key_id}.` });
    }
    if (!this.#given) this.#keys.set(...found);
  }

  /** @throws BadTimeline */
  takeCheckpoint({ checkpoint, signature }: BundleCheckpoint, genesis: BundleGenesis): void {
    const { seq, key_id } = checkpoint;
    if (checkpoint.tenant !== genesis.tenant || checkpoint.incident !== genesis.incident) {
      throw new BadTimeline({
        reason: `The checkpoint of entry ${seq} belongs to another timeline.`,
      });
    }
    const key = this.#keys.get(key_id);
    if (key === undefined && !this.#given) {
      throw new BadTimeline({
        reason: `The checkpoint of entry ${seq} is signed with key ${key_id}, which is not in the file.`,
      });
    }
    if (key !== undefined && !isSigned(checkpoint, signature, key)) {
      throw new BadTimeline({
        reason: `The signature of the checkpoint of entry ${seq} does not match: it was changed, or somebody without key ${key_id} made it.`,
      });
    }
    const before = this.#heads.at(-1)?.signed;
    if (before !== undefined && before.seq > seq) {
      throw new BadTimeline({ reason: `The checkpoint of entry ${seq} is out of order.` });
    }
    if (before?.seq === seq && before.head !== checkpoint.head) {
      throw new BadTimeline({
        seq,
        reason: 'The chain forks: two heads were signed for this entry.',
      });
    }
    this.#heads.push({ signed: checkpoint, good: key !== undefined });
  }

  /** An entry of the chain passes by. @throws BadTimeline when another head was signed here */
  pass(seq: number, head: string): void {
    for (let at = this.#heads[this.#next]; at?.signed.seq === seq; at = this.#heads[this.#next]) {
      if (at.signed.head !== head) {
        const first = this.#agreed + 1;
        throw new BadTimeline({
          seq: first,
          ...(seq > first && { through: seq }),
          reason: `Another chain was signed: the checkpoint of ${at.signed.time} names a different head for entry ${seq}, so the chain was rewritten or forked.`,
        });
      }
      if (at.good) this.#last = at.signed;
      this.#next += 1;
      this.#agreed = seq;
    }
  }

  /** @throws BadTimeline when the end of the chain is missing, or nobody signed it */
  end(seq: number): void {
    const beyond = this.#heads.at(-1)?.signed;
    if (beyond !== undefined && beyond.seq > seq) {
      throw new BadTimeline({
        seq: seq + 1,
        isMissing: true,
        reason: `The end was cut off: the checkpoint of ${beyond.time} covers ${beyond.seq} entries, the file has ${seq}.`,
      });
    }
    if (seq === 0) throw new BadTimeline({ reason: 'The timeline is empty.' });
    const covered = this.#last?.seq ?? 0;
    if (covered === seq) return;
    const who = this.#given ? 'No key of the key file signed' : 'Nobody signed';
    throw new BadTimeline({
      seq: covered + 1,
      reason: `${who} it or what follows: the last good checkpoint covers ${covered} of ${seq} entries.`,
    });
  }

  get summary(): Pick<VerifyReport, 'checkpoints' | 'keysFrom' | 'vouched' | 'head'> {
    const passed = this.#heads.slice(0, this.#next);
    const good = passed.filter((head) => head.good);
    return {
      vouched: this.#last?.seq ?? 0,
      ...(this.#last && { head: this.#last.head }),
      keysFrom: this.#given ? 'key file' : 'file',
      checkpoints: {
        good: good.length,
        unchecked: passed.length - good.length,
        signers: signersOf(good.map(({ signed }) => signed)),
        ...(this.#last && {
          last: { seq: this.#last.seq, time: this.#last.time, keyId: this.#last.key_id },
        }),
      },
    };
  }
}

function signersOf(heads: readonly BundleCheckpoint['checkpoint'][]): readonly Signature[] {
  const signers: Signature[] = [];
  for (const { key_id: keyId, seq } of heads) {
    const before = signers.at(-1);
    const goesOn = before?.keyId === keyId;
    if (goesOn) signers.pop();
    signers.push({ keyId, good: (goesOn ? before.good : 0) + 1, last: seq });
  }
  return signers;
}

function isSigned(
  checkpoint: BundleCheckpoint['checkpoint'],
  signature: string,
  key: KeyObject,
): boolean {
  const text = `timeline-checkpoint-v1\n${canonicalize(checkpoint)}`;
  return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'));
}
