import type { Field, Filled, Form } from '../domain/form.ts';
import type { Asking, Ears } from './chat.ts';

/** So long is waited for what is known, in ms: what opens a form is good for three seconds. */
export const knownWithinMs = 1_000;

/**
 * A form with what is known in the fields that its line left empty. A form that opens without it is
 * worth more than one that comes too late, or not at all. Undefined for who may not say the line:
 * they hear that before they have filled in anything.
 *
 * @param ask who asks, and where; it may take a while to find out
 */
export async function withKnown(
  form: Form,
  line: string,
  {
    ask,
    known,
    wait,
  }: {
    readonly ask: () => Promise<Asking>;
    readonly known: Ears['known'];
    readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  },
): Promise<Form | undefined> {
  if (known === undefined) return form;
  const over = new AbortController();
  const found = ask()
    .then((asking) => known(asking, line))
    .catch(nothing);
  const late = wait(knownWithinMs, over.signal).then(nothing, nothing);
  const filled = await Promise.race([found, late]);
  over.abort();
  if (filled === undefined) return undefined;
  return { ...form, fields: form.fields.map((field) => filledField(field, filled)) };
}

const nothing = (): Filled => ({});

function filledField(field: Field, filled: Filled): Field {
  const value = filled[field.id];
  if (field.value !== undefined || value === undefined || !fits(field, value)) return field;
  return { ...field, value };
}

/** A chat cuts what is longer, and then the form would say something else. */
const typedAtMost = 3_000;

function fits({ ask }: Field, value: string): boolean {
  if (ask.kind === 'tick' || ask.kind === 'choice') return true;
  return value.length <= Math.min(ask.charactersAtMost ?? typedAtMost, typedAtMost);
}
