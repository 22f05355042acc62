import type { DraftPart } from '../domain/draft-parts.ts';
import { shownName } from './hard-coded-secrets.ts';
import { hashOf } from './hash.ts';

/** Parts of the same name are told apart by their number. */
export function nodeParts(
  nodes: readonly { readonly name: string; readonly content: unknown }[],
): readonly DraftPart[] {
  const seen = new Map<string, number>();
  return nodes.map(({ name, content }) => {
    const shown = shownName(name);
    const count = (seen.get(shown) ?? 0) + 1;
    seen.set(shown, count);
    return wholePart(count === 1 ? `node “${shown}”` : `node “${shown}” (${count})`, content);
  });
}

/** A part of the workflow that is no node of it: `connections`, `settings`. */
export function wholePart(name: string, content: unknown): DraftPart {
  return { name, digest: digest(content) };
}

const digestDigits = 16;

function digest(value: unknown): string {
  return hashOf(value).slice(0, digestDigits);
}
