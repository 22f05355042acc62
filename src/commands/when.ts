import { DateTime, Duration, IANAZone } from 'luxon';

import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import { showBoth } from './show-time.ts';

/** When something happened, as a person said it. */
export type When = {
  readonly at: Date;
  /** What was not plain about it: the clocks were changed in that night. A whole sentence. */
  readonly note?: string;
};

const examples = '`at:14:05`, `at:"yesterday 23:10"`, `at:"2026-11-20 14:05"`, `at:"10m ago"`';

/** What is said to be older than so many years is a slip of the keyboard. */
const yearsBack = 10;

/** The zone in which this caller reads and writes times. */
export function zoneOf({ store, caller }: Pick<CommandContext, 'store' | 'caller'>): string {
  return caller.person.timeZone ?? store.instance.timeZone;
}

/** `europe/berlin` → `Europe/Berlin`; undefined for `CET+1` and misspelt ones. */
export function zoneCalled(typed: string): string | undefined {
  if (!IANAZone.isValidZone(typed)) return undefined;
  const asked = typed.toLowerCase();
  const known = Intl.supportedValuesOf('timeZone').find((zone) => zone.toLowerCase() === asked);
  // The list holds one name for each zone, often the older one (`Asia/Calcutta`).
  const capitals = asked.replaceAll(/(?<=^|[/_-])[a-z]/g, (letter) => letter.toUpperCase());
  return known ?? (asked === 'utc' ? 'UTC' : capitals);
}

/**
 * Reads `14:05`, `yesterday 23:10`, `2026-11-20 14:05`, `2026-11-20T13:05Z`, `10m ago`, `now`.
 *
 * A time of day is of today in that zone. When clocks are set back and an hour comes twice, the
 * earlier one is taken unless an offset says otherwise; when they are set forward, a time that was
 * left out is read as on a clock that nobody has changed yet. Both are said in `note`.
 *
 * @throws UserError `bad_input` for what cannot be read, for the future and for long ago
 */
export function readWhen(text: string, { now, zone }: { now: Date; zone: string }): When {
  const typed = text.trim().replaceAll(/\s+/g, ' ');
  const when = ago(typed, now) ?? instant(typed) ?? wallClock(typed, now, zone);
  if (when === undefined) {
    throw new UserError('bad_input', `“${typed}” is no time that I can read.`, {
      hint: `e.g. ${examples}`,
    });
  }
  if (when.at > now) throw future(typed, when.at, now, zone);
  if (DateTime.fromJSDate(now).minus({ years: yearsBack }).toJSDate() > when.at) {
    throw new UserError('bad_input', `“${typed}” is more than ${yearsBack} years ago.`, {
      hint: `It is now ${showBoth(now, zone)}.`,
    });
  }
  return when;
}

const unitNames: readonly (readonly [RegExp, 'days' | 'hours' | 'minutes' | 'seconds'])[] = [
  [/^d(?:ays?)?$/, 'days'],
  [/^h(?:(?:ou)?rs?)?$/, 'hours'],
  [/^m(?:in(?:ute)?s?)?$/, 'minutes'],
  [/^s(?:ec(?:ond)?s?)?$/, 'seconds'],
];

/** `now`, `10m ago`, `1h30m ago`, `2 hours ago`, and `10m` alone. */
function ago(typed: string, now: Date): When | undefined {
  const said = typed.toLowerCase();
  if (said === 'now') return { at: now };
  const match = /^(?:\d{1,6} ?[a-z]+ ?)+?(?:ago)?$/.exec(said);
  if (match === null) return undefined;
  let span = Duration.fromMillis(0);
  for (const [, amount, unit] of said.replace(/ ?ago$/, '').matchAll(/(\d+) ?([a-z]+)/g)) {
    const name = unitNames.find(([pattern]) => pattern.test(unit ?? ''))?.[1];
    if (name === undefined) return undefined;
    span = span.plus({ [name]: Number(amount) });
  }
  return { at: DateTime.fromJSDate(now).minus(span).toJSDate() };
}

/** A date and time that carries its own offset. */
function instant(typed: string): When | undefined {
  const iso = typed
    .toUpperCase()
    .replace(/^(\d{4}-\d{2}-\d{2}) /, '$1T')
    .replace(/ ?(?:UTC|GMT)$/, 'Z')
    .replace(/ (?=[+-]\d{2})/, '');
  if (!/^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}(?::?\d{2})?)$/.test(iso)) return undefined;
  const read = DateTime.fromISO(iso, { zone: 'utc' });
  return read.isValid ? { at: read.toJSDate() } : undefined;
}

const day = String.raw`(?<day>today|yesterday|\d{4}-\d{2}-\d{2})`;
const time = String.raw`(?<hour>\d{1,2})[:.](?<minute>\d{2})(?:[:.](?<second>\d{2}))?(?: ?(?<half>am|pm))?`;
const wall = new RegExp(`^(?:${day}[ t,]+(?:at )?)?${time}(?<utc> ?(?:z|utc|gmt))?$`, 'i');

function wallClock(typed: string, now: Date, zone: string): When | undefined {
  const parts = wall.exec(typed)?.groups;
  if (parts === undefined) return undefined;
  const readIn = parts['utc'] === undefined ? zone : 'utc';
  const date = dayOf(parts['day'], now, readIn);
  const hour = hourOf(Number(parts['hour']), parts['half']);
  if (date === undefined || hour === undefined) return undefined;
  const wanted = {
    year: date.year,
    month: date.month,
    day: date.day,
    hour,
    minute: Number(parts['minute']),
    second: Number(parts['second'] ?? 0),
  };
  const read = DateTime.fromObject(wanted, { zone: readIn });
  if (!read.isValid) return undefined;
  const clock = `${pad(wanted.hour)}:${pad(wanted.minute)}`;
  if (read.hour !== wanted.hour || read.minute !== wanted.minute) {
    const note = `Clocks were set forward and left out ${clock}; taken as ${showBoth(read.toJSDate(), zone)}.`;
    return { at: read.toJSDate(), note };
  }
  return earlierOf(read, clock, zone);
}

/** An hour that came twice is taken as the first of both. */
function earlierOf(read: DateTime, clock: string, zone: string): When {
  const [first, second] = read.getPossibleOffsets().toSorted((a, b) => a.toMillis() - b.toMillis());
  if (first === undefined || second === undefined) return { at: read.toJSDate() };
  const other = second.toFormat("yyyy-MM-dd'T'HH:mmZZ");
  const note =
    `Clocks were set back and ${clock} came twice; taken as the earlier one, ` +
    `${showBoth(first.toJSDate(), zone)}. The later one is at:${other}.`;
  return { at: first.toJSDate(), note };
}

function dayOf(said: string | undefined, now: Date, zone: string): DateTime | undefined {
  const today = DateTime.fromJSDate(now, { zone });
  const word = said?.toLowerCase();
  if (word === undefined || word === 'today') return today;
  if (word === 'yesterday') return today.minus({ days: 1 });
  const date = DateTime.fromISO(word, { zone });
  return date.isValid ? date : undefined;
}

function hourOf(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
}

function future(typed: string, at: Date, now: Date, zone: string): UserError {
  const dayBefore = DateTime.fromJSDate(at, { zone }).minus({ days: 1 });
  const onlyTime = !/today|\d{4}-/i.test(typed);
  const hint =
    onlyTime && dayBefore.toJSDate() <= now
      ? `If it was yesterday: \`at:"yesterday ${dayBefore.toFormat('HH:mm')}"\``
      : `It is now ${showBoth(now, zone)}.`;
  return new UserError(
    'bad_input',
    `${showBoth(at, zone)} is in the future; the timeline holds what happened.`,
    { hint },
  );
}

function pad(part: number): string {
  return String(part).padStart(2, '0');
}
