import type { Route } from './graph-layout.ts';
import { boxSize } from './graph-layout.ts';
import { versionOf } from './graph-style.ts';
import { textWidth } from './graph-text.ts';

/** Words on a line, with the ground that is kept free for them; `x` and `y` are its top left corner. */
export type LineNote = {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

type Point = readonly [number, number];
/** Where on a leg, from 0 to 1, and how far below it. */
type Place = { readonly at: number; readonly down: number };

export const noteSize = 10;
const noteHeight = 13;
const notePadding = 2;
const arrowLength = 8;
/** How far a line that goes back swings out of its column. */
export const swing = 34;

/** Where on a leg of a line words may stand, best first. */
const places = [0.5, 0.45, 0.55, 0.4, 0.6, 0.35, 0.65, 0.3, 0.7, 0.75, 0.8];
const samples = Array.from({ length: 25 }, (_, index) => index / 24);

/**
 * `live only` on each line where draft and live version differ: on the line itself, where the fewest
 * others pass, and rather near its source, since lines to one target share their end.
 */
export function versionNotes(routes: readonly Route[]): readonly LineNote[] {
  const curves = routes.map((route) => ({
    route,
    points: legsOf(route).flatMap((leg) => samples.map((at) => onLeg(leg, at))),
  }));
  const notes: LineNote[] = [];
  for (const { route } of curves) {
    const version = versionOf(route.edge.label);
    if (version === undefined) continue;
    const others = curves.filter((one) => one.route !== route).flatMap(({ points }) => points);
    const free = legsOf(route)
      .flatMap((leg) => placesOn(leg).map((place) => noteOn(version, leg, place)))
      .map((note) => ({
        note,
        covers:
          others.filter((point) => isIn(note, point)).length +
          notes.filter((one) => overlap(one, note)).length * samples.length,
      }));
    const [best] = free.toSorted((a, b) => a.covers - b.covers);
    if (best) notes.push(best.note);
  }
  return notes;
}

/** Between columns words may also stand just beside the line; elsewhere there are boxes. */
function placesOn({ from, to }: Leg): readonly Place[] {
  const shifts = to[0] - from[0] < boxSize.width ? [0, -noteHeight, noteHeight] : [0];
  return shifts.flatMap((down) => places.map((at) => ({ at, down })));
}

function noteOn(text: string, leg: Leg, { at, down }: Place): LineNote {
  const width = textWidth(text, noteSize) + 2 * notePadding;
  const [middle, y] = onLeg(leg, at);
  // It covers no arrow: a line that goes back has it on its left, any other on its right.
  const goesBack = leg.to[0] <= leg.from[0];
  const least = leg.from[0] + (goesBack ? arrowLength : notePadding);
  const most = goesBack ? Infinity : leg.to[0] - arrowLength - width;
  const x = Math.max(least, Math.min(most, middle - width / 2));
  return { text, x, y: y - noteHeight / 2 + down, width, height: noteHeight };
}

function isIn({ x, y, width, height }: LineNote, [pointX, pointY]: Point): boolean {
  return pointX > x && pointX < x + width && pointY > y && pointY < y + height;
}

function overlap(a: LineNote, b: LineNote): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** One stretch of a line, from column to column; its curve bends at `middle`. */
type Leg = { readonly from: Point; readonly to: Point; readonly middle: number };

function legsOf({ points, returns }: Route): readonly Leg[] {
  const ends = returns ? [...points.slice(0, 1), ...points.slice(-1)] : points;
  return ends.slice(1).flatMap((to, index) => {
    const from = ends[index];
    if (from === undefined) return [];
    const middle = returns ? Math.max(from[0], to[0]) + swing : (from[0] + to[0]) / 2;
    return [{ from, to, middle }];
  });
}

/** A point of a leg as it is drawn. @param at from 0 to 1 */
function onLeg({ from, to, middle }: Leg, at: number): Point {
  const [near, away] = [(1 - at) ** 3, at ** 3];
  const [first, second] = [3 * (1 - at) ** 2 * at, 3 * (1 - at) * at ** 2];
  return [
    near * from[0] + (first + second) * middle + away * to[0],
    (near + first) * from[1] + (second + away) * to[1],
  ];
}
