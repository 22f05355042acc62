import canonicalize from 'canonicalize';
import { z } from 'zod';

import type { BundleSource } from './record.ts';
import { bundleFormat } from './record.ts';

// Deliberately no code of the writer: what both share could be wrong in both.

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
// The last character holds bits that belong to no byte. They are zero: were they let through, a
// flipped one would leave a file that is changed and yet verifies.
const commitment = z.string().regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/);
const instant = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
const keyId = z.string().regex(/^[0-9a-f]{16}$/);
const salted = z.strictObject({ salt: commitment, value: z.unknown() });

const genesis = z.strictObject({
  created_at: instant,
  incident: z.string(),
  key_id: keyId,
  nonce: z.string(),
  tenant: z.string(),
});
const header = z.object({ name: z.string().exactOptional(), title: z.string().exactOptional() });
const key = z.strictObject({ key_id: keyId, public_key_pem: z.string() });
const checkpoint = z.strictObject({
  checkpoint: z.strictObject({
    head: hex64,
    incident: z.string(),
    key_id: keyId,
    seq: z.int().nonnegative(),
    tenant: z.string(),
    time: instant,
    v: z.literal(1),
  }),
  signature: z.string().regex(/^[A-Za-z0-9_-]{85}[AQgw]$/),
});
const entry = z.strictObject({
  actor: salted.exactOptional(),
  body: salted.exactOptional(),
  entry: z.strictObject({
    actor_commit: commitment,
    attachments: z.array(
      z.strictObject({ sha256: hex64, size: z.int().nonnegative(), type: z.string() }),
    ),
    body_commit: commitment,
    id: z.string(),
    incident: z.string(),
    kind: z.string(),
    occurred_at: instant,
    prev: hex64,
    recorded_at: instant,
    seq: z.int().positive(),
    skew_ms: z.int().exactOptional(),
    source: z.string(),
    tenant: z.string(),
    v: z.literal(1),
  }),
  hash: hex64,
});

export type BundleGenesis = z.infer<typeof genesis>;
export type BundleKey = z.infer<typeof key>;
export type BundleCheckpoint = z.infer<typeof checkpoint>;
export type BundleEntry = {
  /** The RFC 8785 text that was hashed. */
  readonly canonical: string;
  readonly fields: z.infer<typeof entry>['entry'];
  readonly hash: string;
  readonly actor?: SaltedText;
  readonly body?: SaltedText;
};
export type SaltedText = { readonly salt: string; readonly canonical: string };

/** What the reader finds, in this order. */
export type BundlePart =
  | { readonly kind: 'exported_at'; readonly at: string }
  | { readonly kind: 'incident'; readonly header: { name?: string; title?: string } }
  | { readonly kind: 'genesis'; readonly genesis: BundleGenesis }
  | { readonly kind: 'key'; readonly key: BundleKey }
  | { readonly kind: 'checkpoint'; readonly item: BundleCheckpoint }
  | { readonly kind: 'entry'; readonly item: BundleEntry }
  | { readonly kind: 'omissions'; readonly omissions: readonly string[] };

const firstLine = `{"format":"${bundleFormat}",`;

/** The file is not laid out as the format says: nothing after this place can be trusted. */
export class LayoutError extends Error {}

/** The file ends before a timeline does. */
export class CutShort extends LayoutError {}

/** The file ends in the middle of a line. */
export class CutLine extends CutShort {
  readonly rest: Uint8Array;

  constructor(rest: Uint8Array) {
    super('The file ends in the middle of a line: a part of it was cut off.');
    this.rest = rest;
  }
}

type Section =
  | 'format'
  | 'exported_at'
  | 'incident'
  | 'genesis'
  | List
  | 'omissions'
  | 'end'
  | 'over';
type List = 'keys' | 'checkpoints' | 'entries';

/** Reads an exported timeline line by line. A line is read strictly or not at all. */
export class BundleReader {
  #section: Section = 'format';
  #list: 'closed' | 'first' | 'next' | 'ending' = 'closed';

  /** True between the first and the last entry. */
  get isAmongEntries(): boolean {
    return this.#section === 'entries';
  }

  /** False while nothing was read that only an exported timeline begins with. */
  get isTimeline(): boolean {
    return this.#section !== 'format';
  }

  /** @param bytes of a line without its end. @throws LayoutError */
  read(bytes: Uint8Array): BundlePart | undefined {
    if (this.#section === 'format') {
      this.#begin(bytes);
      return undefined;
    }
    const line = decode(bytes);
    switch (this.#section) {
      case 'exported_at':
        this.#section = 'incident';
        return { kind: 'exported_at', at: member(line, 'exported_at', instant) };
      case 'incident':
        this.#section = 'genesis';
        return { kind: 'incident', header: member(line, 'incident', header) };
      case 'genesis':
        this.#section = 'keys';
        return { kind: 'genesis', genesis: member(line, 'genesis', genesis) };
      case 'keys':
        return this.#item(line, 'keys', 'checkpoints', (text) => {
          return { kind: 'key', key: strict(text, key) };
        });
      case 'checkpoints':
        return this.#item(line, 'checkpoints', 'entries', (text) => {
          return { kind: 'checkpoint', item: strict(text, checkpoint) };
        });
      case 'entries':
        return this.#item(line, 'entries', 'omissions', (text) => {
          return { kind: 'entry', item: strictEntry(text) };
        });
      case 'omissions':
        this.#section = 'end';
        return {
          kind: 'omissions',
          omissions: member(`${line},`, 'omissions', z.array(z.string())),
        };
      case 'end':
        if (line !== '}') throw unexpected();
        this.#section = 'over';
        return undefined;
      case 'over':
        throw new LayoutError('Something follows the end of the timeline.');
    }
  }

  /** @throws LayoutError when the file stops before its end */
  end(): void {
    if (!this.isTimeline) throw new LayoutError('The file is empty, or all of it was cut off.');
    if (this.#section !== 'over') {
      throw new CutShort('The file ends too early: a part of it was cut off.');
    }
  }

  /** The same, unless the file never began as a timeline: then that it is none. */
  explain(error: LayoutError): LayoutError {
    if (this.isTimeline || !(error instanceof CutLine)) return error;
    const text = Buffer.from(error.rest).toString();
    return firstLine.startsWith(text) ? error : notBegun(text);
  }

  #begin(bytes: Uint8Array): void {
    const line = Buffer.from(bytes).toString();
    if (line !== firstLine) throw notBegun(line);
    this.#section = 'exported_at';
  }

  #item(
    line: string,
    list: List,
    after: Section,
    partOf: (text: string) => BundlePart,
  ): BundlePart | undefined {
    if (this.#list === 'closed') {
      if (line !== `"${list}":[`) throw unexpected();
      this.#list = 'first';
      return undefined;
    }
    if (line === '],' && this.#list === 'ending') {
      this.#list = 'closed';
      this.#section = after;
      return undefined;
    }
    if (this.#list === 'ending') throw unexpected();
    this.#list = line.endsWith(',') ? 'next' : 'ending';
    return partOf(this.#list === 'next' ? line.slice(0, -1) : line);
  }
}

function notBegun(line: string): LayoutError {
  const [, format] = /^\{\s*"format"\s*:\s*"(firebreak-timeline-[\w.-]{1,20})"/.exec(line) ?? [];
  if (format === bundleFormat) return unexpected();
  if (format !== undefined) {
    return new LayoutError(`This is not a timeline in the format ${bundleFormat}.`);
  }
  // So begins what a pretty printer makes of any JSON.
  const perhaps = line.trim() === '{' ? ', or one that was reformatted' : '';
  return new LayoutError(
    `This is no Firebreak record${perhaps}: only what \`firebreak export INC-… --format json\` wrote can be verified.`,
  );
}

function member<T>(line: string, name: string, schema: z.ZodType<T>): T {
  const start = `"${name}":`;
  if (!line.startsWith(start) || !line.endsWith(',')) throw unexpected();
  return strict(line.slice(start.length, -1), schema);
}

// A line that is not in canonical form could be read differently by another parser (a key that
// stands twice, a number too large), so it is refused rather than interpreted.
function strict<T>(text: string, schema: z.ZodType<T>): T {
  const value = parse(text);
  if (canonicalize(value) !== text) throw unexpected();
  return shaped(value, schema);
}

// The same for an entry, keeping the texts that are hashed.
function strictEntry(text: string): BundleEntry {
  const { actor, body, entry: fields, hash } = shaped(parse(text), entry);
  const canonical = canonicalText(fields);
  const parts = {
    ...(actor && { actor: { salt: actor.salt, canonical: canonicalText(actor.value) } }),
    ...(body && { body: { salt: body.salt, canonical: canonicalText(body.value) } }),
  };
  const again =
    `{${partText('actor', parts.actor)}${partText('body', parts.body)}` +
    `"entry":${canonical},"hash":"${hash}"}`;
  if (again !== text) throw unexpected();
  return { ...parts, canonical, fields, hash };
}

function partText(name: string, part: SaltedText | undefined): string {
  return part ? `"${name}":{"salt":"${part.salt}","value":${part.canonical}},` : '';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unexpected();
  }
}

function canonicalText(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw unexpected();
  return text;
}

function shaped<T>(value: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw unexpected();
  return parsed.data;
}

function unexpected(): LayoutError {
  return new LayoutError(
    'The line is not in the form that the format prescribes: it was changed, or the file was reformatted.',
  );
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new LayoutError('The line holds bytes that are not UTF-8: it was changed.');
  }
}

const lineEnd = 0x0a;
const closingBrace = 0x7d;
const longestLineBytes = 16 * 1024 * 1024;

/** The lines of a file in batches, one for each piece that arrives. @throws LayoutError */
export async function* linesOf(source: BundleSource): AsyncGenerator<readonly Uint8Array[]> {
  let rest: Uint8Array = new Uint8Array();
  for await (const piece of source) {
    const arrived = typeof piece === 'string' ? Buffer.from(piece) : piece;
    const bytes = rest.length === 0 ? arrived : Buffer.concat([rest, arrived]);
    const lines: Uint8Array[] = [];
    let start = 0;
    for (let end = bytes.indexOf(lineEnd); end !== -1; end = bytes.indexOf(lineEnd, start)) {
      lines.push(bytes.subarray(start, end));
      start = end + 1;
    }
    // A copy, because whoever reads the file may use its buffer again.
    rest = bytes.slice(start);
    if (rest.length > longestLineBytes) throw new LayoutError('A line is longer than 16 MiB.');
    if (lines.length > 0) yield lines;
  }
  // An editor that drops the last line end does no harm.
  if (rest.length === 1 && rest[0] === closingBrace) yield [rest];
  else if (rest.length > 0) throw new CutLine(rest);
}
