/** A platform that asks for more than this is not rate limiting, it is down; in ms. */
const longestMs = 3_600_000;

/**
 * How long a `Retry-After` header asks us to wait, in ms: seconds or an HTTP date (RFC 9110 10.2.3).
 *
 * @returns undefined when the header is absent or says nothing readable
 */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  const text = header?.trim();
  if (text === undefined || text === '') return undefined;
  const ms = /^\d+$/.test(text)
    ? Number(text) * 1_000
    : // Without the name of a day first, the parser takes almost anything for a date.
      /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text)
      ? Date.parse(text) - now.getTime()
      : Number.NaN;
  if (!Number.isFinite(ms)) return undefined;
  return Math.min(Math.max(Math.ceil(ms), 0), longestMs);
}
