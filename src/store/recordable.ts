import type { Json, JsonObject } from '../domain/json.ts';
import type { Actor, Attachment, NewTimelineEvent } from '../domain/timeline.ts';

/** Longest text of an event, in code points. */
export const textLimit = 4_000;

type Redact = (text: string) => string;

/**
 * What is committed to and stored of an event's words, with foreign text made recordable.
 *
 * A workflow may carry any name, and its containment must still be recorded: lone surrogates and
 * NUL become U+FFFD, composition becomes NFC. What `Json` forbids is a bug of ours and refused when
 * the commitment is made.
 */
export function recordableBody(
  event: Pick<NewTimelineEvent, 'text' | 'data'>,
  redact: Redact,
): { readonly text: string; readonly data?: JsonObject } {
  const text = firstCodePoints(recordableText(event.text, redact), textLimit);
  if (event.data === undefined) return { text };
  return { text, data: recordableObject(event.data, redact) };
}

/** The actor as it is committed to and stored. */
export function recordableActor(actor: Actor, redact: Redact): Actor {
  if (actor.kind === 'firebreak') return { kind: 'firebreak' };
  const name = recordableText(actor.name, redact);
  return actor.kind === 'person'
    ? { kind: 'person', id: actor.id, name }
    : { kind: 'connection', name };
}

/**
 * What is chained of bytes kept elsewhere.
 *
 * @throws TypeError when a hash is no SHA-256 in lower-case hex, or a size no count of bytes
 */
export function recordableAttachments(
  attachments: readonly Attachment[] = [],
): readonly Attachment[] {
  return attachments.map(({ sha256, size, type }) => {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new TypeError('An attachment needs its SHA-256.');
    if (!Number.isSafeInteger(size) || size < 0) throw new TypeError('An attachment has a size.');
    return { sha256, size, type: recordableText(type, (text) => text) };
  });
}

/** The instant itself, when it is one. @throws RangeError for an invalid date or one past the year 9999 */
export function checkedInstant(at: Date): Date {
  const year = at.getUTCFullYear();
  if (Number.isNaN(year) || year < 0 || year > 9999) {
    throw new RangeError('A timeline event needs a time between the years 0 and 9999.');
  }
  return at;
}

function recordableText(text: string, redact: Redact): string {
  return redact(text.toWellFormed()).toWellFormed().replaceAll('\0', '\uFFFD').normalize('NFC');
}

function recordableObject(object: JsonObject, redact: Redact): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [
      recordableText(key, redact),
      recordableJson(value, redact),
    ]),
  );
}

function recordableJson(value: Json, redact: Redact): Json {
  if (typeof value === 'string') return recordableText(value, redact);
  if (isList(value)) return value.map((item) => recordableJson(item, redact));
  if (isPlainObject(value)) return recordableObject(value, redact);
  // Numbers, booleans, null; and whatever slipped past the types, which the recorder refuses.
  return value;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isPlainObject(value: Json): value is JsonObject {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function firstCodePoints(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const points = Array.from(text);
  return points.length <= limit ? text : `${points.slice(0, limit - 1).join('')}…`;
}
