import type { NotHad } from '../domain/evidence.ts';
import { PlatformError } from '../errors.ts';
import type { Captured } from './platform.ts';

/** A part of what is saved before a workflow is touched, or why it could not be had. */
export type Part<T> = { readonly value: T } | { readonly why: string };

/** A part that cannot be had must not keep the others from being saved. */
export async function orWhy<T>(part: Promise<T>, signal: AbortSignal): Promise<Part<T>> {
  try {
    return { value: await part };
  } catch (error) {
    if (!(error instanceof PlatformError) || signal.aborted) throw error;
    return { why: error.message };
  }
}

/** A part with its name in the words of people, where it could not be had. */
export function notHad(name: string, part: Part<unknown>): readonly NotHad[] {
  return 'why' in part ? [{ part: name, why: part.why }] : [];
}

/** The document that says what could not be had; none where everything was. */
export function capturedGaps(gaps: readonly NotHad[]): readonly Captured[] {
  if (gaps.length === 0) return [];
  return [{ ...capturedJson('capture.json', { notHad: gaps }), notHad: gaps }];
}

/** A part as it is saved, to be read by people too. */
export function capturedJson(title: string, value: unknown): Captured {
  const bytes = new TextEncoder().encode(`${JSON.stringify(value, undefined, 2)}\n`);
  return { title, mediaType: 'application/json', bytes };
}
