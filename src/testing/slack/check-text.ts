import { isFields } from './fields.ts';

/** Hears of what would be refused, and where it stands. */
export type Note = (path: string, what: string) => void;

/** A text that must be there, and no longer than that. */
export function checkLength(note: Note, path: string, value: unknown, atMost: number): void {
  if (typeof value !== 'string' || value === '') return note(path, 'must be a text, not empty');
  if (value.length > atMost) note(path, `must be less than ${atMost + 1} characters`);
}

/** A list that must be there, not empty, and no longer than that. */
export function checkList(note: Note, path: string, value: unknown, atMost: number): void {
  if (!Array.isArray(value) || value.length === 0) return note(path, 'must be a list, not empty');
  if (value.length > atMost) note(path, `no more than ${atMost} items allowed`);
}

/** A text object: what kind it is, and how long. */
export function checkText(
  note: Note,
  path: string,
  value: unknown,
  atMost: number,
  only?: 'plain_text',
): void {
  if (!isFields(value)) return note(path, 'must be a text object');
  const { type, text } = value;
  const isKnown = type === 'plain_text' || (type === 'mrkdwn' && only === undefined);
  if (!isKnown) note(path, `unsupported type ${String(type)}`);
  checkLength(note, `${path}/text`, text, atMost);
}
