import { DateTime } from 'luxon';

/** How the reader's clock and UTC show an instant. */
export type ShowMoment = {
  /** The reader's zone as it is used. */
  readonly zone: string;
  /** Then each instant is shown once. */
  readonly isUtc: boolean;
  /** `2026-11-22 09:17:44` in the reader's zone. */
  local(instant: Date): string;
  /** `2026-11-22 08:17:44Z` */
  utc(instant: Date): string;
  /** Both: `2026-11-22 09:17:44 (08:17:44Z)`, with the UTC day where it differs; in UTC as `utc`. */
  both(instant: Date): string;
};

const utc = (instant: Date): DateTime => DateTime.fromJSDate(instant, { zone: 'utc' });
const day = 'yyyy-MM-dd';
const time = 'HH:mm:ss';

/** All that the IANA list calls it. */
const namesOfUtc = /^(?:etc\/)?(?:utc|uct|gmt|gmt[+-]?0|zulu|universal|greenwich)$/i;

/** @param timeZone IANA name; an unknown one falls back to UTC, because an export must not fail on it */
export function showMoment(timeZone: string): ShowMoment {
  const zone = DateTime.local({ zone: timeZone }).isValid ? timeZone : 'UTC';
  const isUtc = namesOfUtc.test(zone);
  const local = (instant: Date): DateTime => DateTime.fromJSDate(instant, { zone });
  const inUtc = (instant: Date): string => `${utc(instant).toFormat(`${day} ${time}`)}Z`;
  return {
    zone,
    isUtc,
    local: (instant) => local(instant).toFormat(`${day} ${time}`),
    utc: inUtc,
    both(instant) {
      if (isUtc) return inUtc(instant);
      const [here, there] = [local(instant), utc(instant)];
      const sameDay = here.toFormat(day) === there.toFormat(day);
      return `${here.toFormat(`${day} ${time}`)} (${there.toFormat(sameDay ? time : `${day} ${time}`)}Z)`;
    },
  };
}
