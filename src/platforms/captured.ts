import { PlatformError } from '../errors.ts';
import type { Captured } from './platform.ts';

/** A part of what is saved before a workflow is touched, or why it could not be had. */
type Part<T> = { readonly value: T } | { readonly why: string };

/** A part that cannot be had must not keep the others from being saved. */
export async function orWhy<T>(part: Promise<T>, signal: AbortSignal): Promise<Part<T>> {
  try {
    return { value: await part };
  } catch (error) {
    if (!(error instanceof PlatformError) || signal.aborted) throw error;
    return { why: error.message };
  }
}

/** What `capture.json` says of a part: nothing when it is there. */
export function missingPart(
  title: string,
  part: Part<unknown>,
): readonly { readonly title: string; readonly why: string }[] {
  return 'why' in part ? [{ title, why: part.why }] : [];
}

/** A part as it is saved, to be read by people too. */
export function capturedJson(title: string, value: unknown): Captured {
  const bytes = new TextEncoder().encode(`${JSON.stringify(value, undefined, 2)}\n`);
  return { title, mediaType: 'application/json', bytes };
}
