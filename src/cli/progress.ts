import type { View } from '../domain/reply.ts';
import { visible } from './render.ts';

/**
 * One line that says what is new in an answer since the one before; undefined when nothing of it can
 * be read, so that a person is not told the same again and again.
 */
export function progressLine(before: View, after: View): string | undefined {
  const known = fieldsOf(before);
  const news = [...fieldsOf(after)]
    .filter(([name, value]) => known.get(name) !== value)
    .map(([name, value]) => `${name}: ${value}`);
  const told = after.title === before.title ? news : [after.title, ...news];
  return told.length === 0 ? undefined : `… ${told.map((text) => visible(text)).join('  ·  ')}\n`;
}

function fieldsOf({ blocks }: View): ReadonlyMap<string, string> {
  return new Map(blocks.flatMap((block) => (block.kind === 'fields' ? block.fields : [])));
}
