import { DateTime } from 'luxon';

/** How the reader's clock and UTC show an instant. */
export type ShowMoment = {
  /** The reader's zone as it is used. */
  readonly zone: string;
  /** `2026-11-22 09:17:44` in the reader's zone. */
  local(instant: Date): string;
  /** `2026-11-22 08:17:44Z` */
  utc(instant: Date): string;
  /** Both: `2026-11-22 09:17:44 (08:17:44Z)`, with the UTC day where it differs. */
  both(instant: Date): string;
};

const utc = (instant: Date): DateTime => DateTime.fromJSDate(instant, { zone: 'utc' });
const day = 'yyyy-MM-dd';
const time = 'HH:mm:ss';

/** @param timeZone IANA name; an unknown one falls back to UTC, because an export must not fail on it */
export function showMoment(timeZone: string): ShowMoment {
  const zone = DateTime.local({ zone: timeZone }).isValid ? timeZone : 'UTC';
  const local = (instant: Date): DateTime => DateTime.fromJSDate(instant, { zone });
  return {
    zone,
    local: (instant) => local(instant).toFormat(`${day} ${time}`),
    utc: (instant) => `${utc(instant).toFormat(`${day} ${time}`)}Z`,
    both(instant) {
      const [here, there] = [local(instant), utc(instant)];
      const sameDay = here.toFormat(day) === there.toFormat(day);
      return `${here.toFormat(`${day} ${time}`)} (${there.toFormat(sameDay ? time : `${day} ${time}`)}Z)`;
    },
  };
}
