import { DateTime } from 'luxon';

/** `2026-11-22 14:05 CET`: an instant on the reader's wall clock. */
export function showTime(at: Date, zone: string): string {
  const local = DateTime.fromJSDate(at, { zone });
  return `${local.toFormat('yyyy-MM-dd HH:mm')} ${zoneName(local)}`;
}

/** `2026-11-22 14:05 CET (13:05 UTC)`; the UTC day too when it is another one. */
export function showBoth(at: Date, zone: string): string {
  const local = DateTime.fromJSDate(at, { zone });
  if (local.offset === 0) return showTime(at, zone);
  const utc = local.toUTC();
  const sameDay = utc.toISODate() === local.toISODate();
  return `${showTime(at, zone)} (${utc.toFormat(sameDay ? 'HH:mm' : 'yyyy-MM-dd HH:mm')} UTC)`;
}

/** `CET`, `EST`, where American or British English has a short name for it, else `UTC+8`. */
function zoneName(local: DateTime): string {
  const names = ['en-US', 'en-GB'].map((locale) => local.setLocale(locale).toFormat('ZZZZ'));
  const offset = local.offset === 0 ? 'UTC' : `UTC${local.toFormat('Z').replace(/:00$/, '')}`;
  return names.find((name) => !/^GMT[+-]?\d*|^UTC/.test(name)) ?? offset;
}

/** `3 min ago`. */
export { ago as showAge } from '../domain/wording.ts';
