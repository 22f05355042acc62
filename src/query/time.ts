import { DateTime, Duration } from 'luxon';

import type { Comparison, Query } from '../domain/query.ts';

/** The zone in which dates are read, and the instant from which `1h` is counted back. */
export type ReadingTime = { readonly now: Date; readonly timeZone: string };

/** Examples for whoever typed a time that cannot be read. */
export const timeExamples =
  'changed:>2026-11-20, changed:>"2026-11-20 14:05", changed:yesterday, ran:<1h (within the last hour), ran:>30d (longer ago)';

const units: Readonly<Record<string, 'seconds' | 'minutes' | 'hours' | 'days' | 'weeks'>> = {
  s: 'seconds',
  sec: 'seconds',
  m: 'minutes',
  min: 'minutes',
  mins: 'minutes',
  h: 'hours',
  hr: 'hours',
  hour: 'hours',
  hours: 'hours',
  d: 'days',
  day: 'days',
  days: 'days',
  w: 'weeks',
  week: 'weeks',
  weeks: 'weeks',
};
const turned = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;

/**
 * Reads the value of `changed:` or `ran:`.
 *
 * - A span counts back from now, a day as 24 hours, and is compared by *age*: `<1h` is within the last hour, `>30d` is
 *   longer ago. Without a comparison it means *within*.
 * - A date (`2026-11-20`, `today`, `yesterday`) is read in the given zone. `>` and `>=` begin with
 *   its first instant, because who looks for what was touched since a day wants that day too; `<`
 *   ends before it, `<=` includes all of it. Without a comparison it means that whole day.
 * - A date-time (`2026-11-20 14:05`, `2026-11-20T14:05Z`) or a time of day (`14:05`, the latest
 *   one that has passed) is an instant; without a comparison it means that minute.
 *
 * @returns undefined when it is none of these
 */
export function readTime(
  field: 'changed' | 'ran',
  comparison: Comparison | undefined,
  value: string,
  { now, timeZone }: ReadingTime,
): Query | undefined {
  const here = DateTime.fromJSDate(now, { zone: timeZone });
  const term = (sign: Comparison, at: DateTime): Query => ({
    kind: 'time',
    field,
    comparison: sign,
    at: at.toJSDate(),
  });
  const span = readSpan(value);
  if (span !== undefined) {
    const at = DateTime.max(here.toUTC().minus(span), DateTime.fromMillis(0));
    return term(comparison ? turned[comparison] : '>=', at);
  }
  const period = readPeriod(value.trim(), here);
  if (period === undefined) return undefined;
  const { from, to, instant } = period;
  if (comparison === undefined) {
    return { kind: 'and', of: [term('>=', from), term('<', to)] };
  }
  if (instant) return term(comparison, from);
  if (comparison === '>' || comparison === '>=') return term('>=', from);
  return comparison === '<' ? term('<', from) : term('<', to);
}

function readSpan(value: string): Duration | undefined {
  const [, amount, unit] = /^(\d{1,6})\s*([a-z]+)(?:\s+ago)?$/i.exec(value.trim()) ?? [];
  const named = unit?.toLowerCase() ?? '';
  const known = Object.hasOwn(units, named) ? units[named] : undefined;
  return known === undefined ? undefined : Duration.fromObject({ [known]: Number(amount) });
}

type Period = { readonly from: DateTime; readonly to: DateTime; readonly instant: boolean };

function readPeriod(value: string, here: DateTime): Period | undefined {
  const [, day, time] = /^(today|yesterday)(?:[ T]+(\d{1,2}:\d\d(?::\d\d)?))?$/i.exec(value) ?? [];
  if (day !== undefined) {
    const start = here.startOf('day').minus({ days: day.toLowerCase() === 'today' ? 0 : 1 });
    return time === undefined ? wholeDay(start) : minuteAt(start, time);
  }
  if (/^\d{1,2}:\d\d(:\d\d)?$/.test(value)) {
    const today = minuteAt(here.startOf('day'), value);
    return today && today.from > here ? minuteAt(today.from.minus({ days: 1 }), value) : today;
  }
  if (/^\d{4}-\d\d-\d\d$/.test(value)) {
    const start = DateTime.fromISO(value, { zone: here.zone });
    return start.isValid ? wholeDay(start) : undefined;
  }
  if (!/^\d{4}-\d\d-\d\d[ T]+\d/.test(value)) return undefined;
  const padded = value.replace(/[ T]+(?=\d)/, 'T').replace(/T(\d):/, 'T0$1:');
  const from = DateTime.fromISO(padded.replace(/ (?=[Z+-])/i, ''), { zone: here.zone });
  return from.isValid ? { from, to: from.plus({ minutes: 1 }), instant: true } : undefined;
}

function wholeDay(start: DateTime): Period {
  return { from: start, to: start.plus({ days: 1 }), instant: false };
}

function minuteAt(day: DateTime, time: string): Period | undefined {
  const [hour, minute, second = 0] = time.split(':').map(Number);
  if (hour === undefined || minute === undefined) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const from = day.set({ hour, minute, second, millisecond: 0 });
  return { from, to: from.plus({ minutes: 1 }), instant: true };
}
