import { secretAssignments, secretShapes } from './secret-shapes.ts';

/** Takes secrets out of text on its way to a log, a timeline, a reply or an export. */
export interface Redactor {
  /**
   * The text with each secret replaced by `‹redacted 3b7c›`. Never throws; twice is the same as once.
   */
  readonly redact: (text: string) => string;
  /** From now on this value is taken out wherever it stands, encoded as it may be. */
  readonly know: (secret: string) => void;
  /** From now on a secret leaves its fingerprint, so that people can see that two are the same. */
  readonly fingerprintWith: (fingerprint: Fingerprint) => void;
}

/** A keyed hash in hex: nobody without the key can try values against it. */
export type Fingerprint = (secret: string) => string;

/** Shorter values stand in ordinary words; taking them out would hide the text and protect nothing. */
export const shortestKnownSecret = 6;
const shownDigits = 4;
const marker = '‹redacted';
const looks = 4;
const patterns = [...secretShapes, ...secretAssignments];

type Hit = {
  readonly start: number;
  readonly end: number;
  readonly secret: string;
  readonly known: boolean;
};

/** @param fingerprint without it a secret is replaced by `‹redacted›` */
export function makeRedactor(fingerprint?: Fingerprint): Redactor {
  const forms = new Map<string, string>();
  let keyed = fingerprint;
  return {
    redact(text) {
      // What was taken out may have hidden the edge of another secret beside it, so look again.
      let rest = text;
      for (let look = 0; look < looks; look += 1) {
        const hits = [...knownHits(rest, forms), ...patternHits(rest)];
        if (hits.length === 0) return rest;
        rest = replaced(rest, merged(hits), keyed);
      }
      return rest;
    },
    know(secret) {
      for (const value of partsOf(secret.trim())) {
        // A part of the mark itself would never come to an end.
        if (value.length < shortestKnownSecret || marker.includes(value)) continue;
        for (const form of formsOf(value)) {
          if (form.length >= shortestKnownSecret) forms.set(form, value);
        }
      }
    },
    fingerprintWith(given) {
      keyed = given;
    },
  };
}

/** A name and a password as they are given; no address, and no line that frames a key. */
const nameAndPassword = /^[^\s:/]+:(?!\/\/)(?<password>\S.*)$/;
const framed = /^-----/;

/** A secret, each of its lines, and the password of a line that is one with a name: all are secret alone. */
function partsOf(secret: string): readonly string[] {
  const lines = secret.split(/\s*\n\s*/).filter((line) => !framed.test(line));
  const passwords = lines.flatMap((line) => nameAndPassword.exec(line)?.groups?.['password'] ?? []);
  return [...new Set([secret, ...lines, ...passwords])];
}

function* knownHits(text: string, forms: ReadonlyMap<string, string>): Generator<Hit> {
  for (const [form, secret] of forms) {
    for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + form.length)) {
      yield { start: at, end: at + form.length, secret, known: true };
    }
  }
}

function* patternHits(text: string): Generator<Hit> {
  for (const pattern of patterns) {
    for (const match of text.matchAll(pattern)) {
      const secret = match.groups?.['secret'] ?? match[0];
      // The group ends the match, or only a delimiter follows it.
      const start = match.index + match[0].lastIndexOf(secret);
      yield { start, end: start + secret.length, secret, known: false };
    }
  }
}

/** Hits that overlap become one, named after the known secret in it, else after the first. */
function merged(hits: readonly Hit[]): readonly Hit[] {
  const result: Hit[] = [];
  for (const hit of hits.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result.at(-1);
    if (last === undefined || hit.start >= last.end) {
      result.push(hit);
      continue;
    }
    const { secret, known } = hit.known && !last.known ? hit : last;
    result[result.length - 1] = {
      start: last.start,
      end: Math.max(last.end, hit.end),
      secret,
      known,
    };
  }
  return result;
}

function replaced(
  text: string,
  hits: readonly Hit[],
  fingerprint: Fingerprint | undefined,
): string {
  let result = '';
  let done = 0;
  for (const { start, end, secret } of hits) {
    const mark = fingerprint === undefined ? '' : ` ${fingerprint(secret).slice(0, shownDigits)}`;
    result += `${text.slice(done, start)}${marker}${mark}›`;
    done = end;
  }
  return result + text.slice(done);
}

/** The ways in which a value travels: as it is, and as encoders leave it. */
function formsOf(secret: string): ReadonlySet<string> {
  const value = secret.toWellFormed();
  const bytes = new TextEncoder().encode(value);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const url = encodeURIComponent(value);
  const json = JSON.stringify(value).slice(1, -1);
  const encoded = [0, 1, 2].map((offset) => innerBase64(bytes, offset));
  return new Set([
    secret,
    value,
    value.normalize('NFC'),
    value.normalize('NFD'),
    ...encoded,
    ...encoded.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    hex,
    hex.toUpperCase(),
    url,
    url.replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()),
    url.replaceAll('%20', '+'),
    new URLSearchParams([['', value]]).toString().slice(1),
    json,
    json.replaceAll('/', String.raw`\/`),
    JSON.stringify(json).slice(1, -1),
  ]);
}

/**
 * The base64 digits that this value alone decides when `offset` bytes stand before it, as the user
 * name does in `Basic` authentication. Whatever surrounds it cannot change them.
 */
function innerBase64(bytes: Uint8Array, offset: number): string {
  const before = Array.from({ length: offset }, () => '\0').join('');
  const binary = before + Array.from(bytes, (byte) => String.fromCodePoint(byte)).join('');
  const text = btoa(binary).replaceAll('=', '');
  const own = offset === 0 ? 0 : offset + 1;
  const whole = binary.length % 3 === 0 ? text.length : text.length - 1;
  return text.slice(own, whole);
}
