import type { Part } from './card.ts';
import { cut } from './shown.ts';

/** How text is written on a surface: laid open, escaped in its way. May make it longer. */
export type Write = (text: string) => string;

/** What was written of a text, and how many of its characters were left out. */
export type Written = { readonly text: string; readonly left: number };

/** As much of the beginning of a text as takes no more room once it is written. */
export function written(text: string, room: number, write: Write): Written {
  let kept = cut(text, room);
  let made = write(kept);
  while (made.length > room && kept !== '') {
    const share = Math.floor((kept.length * room) / made.length);
    kept = cut(kept, Math.min(share, kept.length - 1));
    made = write(kept);
  }
  return { text: made.length > room ? '' : made, left: text.length - kept.length };
}

/** The same, with an ellipsis where something was left out. */
export function writtenShort(text: string, room: number, write: Write): string {
  const whole = written(text, room, write);
  if (whole.left === 0) return whole.text;
  return `${written(text, room - 1, write).text.trimEnd()}…`;
}

/** `12 more`, where a list, a table or a text was cut. */
export function more(amount: number, noun = ''): string {
  return `… ${amount.toLocaleString('en')} more${noun === '' ? '' : ` ${noun}`}`;
}

/** No `more` is longer. */
export const moreAtMost = 40;

/** What a surface made of a part, and how much of its room that takes. */
export type Drawn<Node> = { readonly nodes: readonly Node[]; readonly characters: number };

/** How much a surface can hold. */
export type Room = { readonly characters: number; readonly nodes: number };

/** The parts that fit, drawn, and how many do not. */
export type Fitted<Node> = { readonly nodes: readonly Node[]; readonly left: number };

/** With less room than this a part is counted, not begun. */
const leastRoom = 120;
/** So much of each later sentence is kept room for: a warning below a long table must be seen. */
const keptForWords = 300;

/**
 * Draws parts one after the other until the room is taken.
 *
 * @param draw makes a part no larger than the room it is given; `undefined` when there is nothing
 *   to be seen in it
 */
export function fitted<Node>(
  parts: readonly Part[],
  room: Room,
  draw: (part: Part, characters: number) => Drawn<Node> | undefined,
): Fitted<Node> {
  const nodes: Node[] = [];
  let left = 0;
  let taken = 0;
  let later = parts.reduce((sum, part) => sum + wantedBy(part), 0);
  for (const part of parts) {
    later -= wantedBy(part);
    const kept = part.kind === 'words' ? 0 : Math.min(later, Math.floor(room.characters / 3));
    const free = room.characters - taken - kept;
    const drawn = free < leastRoom ? undefined : draw(part, free);
    if (free < leastRoom || nodes.length + (drawn?.nodes.length ?? 0) > room.nodes) left += 1;
    else if (drawn !== undefined) {
      nodes.push(...drawn.nodes);
      taken += drawn.characters;
    }
  }
  return { nodes, left };
}

function wantedBy(part: Part): number {
  if (part.kind !== 'words') return 0;
  const length = part.spans.reduce((sum, { text }) => sum + text.length, 0);
  return Math.max(leastRoom, Math.min(length + moreAtMost, keptForWords));
}
