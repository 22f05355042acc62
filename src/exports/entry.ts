import type { StoredEntry } from '../record/record.ts';

/** What a reader wants of a chained entry. */
export type ReadableEntry = {
  readonly seq: number;
  readonly occurredAt: Date;
  readonly recordedAt: Date;
  readonly skewMs?: number;
  /** Absent when erased. */
  readonly who?: string;
  /** Absent when erased. */
  readonly text?: string;
  /** That a plan was set going by somebody who proved who they are, and with which kind of code. */
  readonly proved?: { readonly plan: string; readonly code: string };
};

/** @throws Error when the store holds an entry that is none */
export function readEntry({ canonical, actor, body }: StoredEntry): ReadableEntry {
  const fields: unknown = JSON.parse(canonical);
  const seq = member(fields, 'seq');
  const skewMs = member(fields, 'skew_ms');
  if (typeof seq !== 'number') throw new Error('An entry of the chain has no seq.');
  return {
    seq,
    occurredAt: instant(member(fields, 'occurred_at')),
    recordedAt: instant(member(fields, 'recorded_at')),
    ...(typeof skewMs === 'number' && { skewMs }),
    ...(actor && { who: nameOf(actor.value) }),
    ...(body && {
      text: words(member(body.value, 'text')),
      ...provedIn(member(body.value, 'data')),
    }),
  };
}

function provedIn(data: unknown): Pick<ReadableEntry, 'proved'> {
  const plan = member(data, 'name');
  const code = member(member(data, 'way'), 'code');
  return typeof plan === 'string' && typeof code === 'string' ? { proved: { plan, code } } : {};
}

function nameOf(actor: unknown): string {
  const kind = member(actor, 'kind');
  return kind === 'firebreak' ? 'Firebreak' : words(member(actor, 'name'));
}

function words(value: unknown): string {
  return typeof value === 'string' ? value : '(unreadable)';
}

function instant(value: unknown): Date {
  const date = new Date(typeof value === 'string' ? value : Number.NaN);
  if (Number.isNaN(date.getTime())) throw new Error('An entry of the chain has no valid time.');
  return date;
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
