/** `1 workflow`, `12 workflows`. */
export function counted(amount: number, noun: string, plural = `${noun}s`): string {
  return `${amount.toLocaleString('en')} ${amount === 1 ? noun : plural}`;
}

/** `w3`, `w3 and w9`, `w3, w9, w10 and 14 more`: what is left out is counted. */
export function listed(items: readonly string[], most = 5): string {
  const shown = items.length > most ? items.slice(0, most) : items;
  const left = items.length - shown.length;
  if (left > 0) return `${shown.join(', ')} and ${left.toLocaleString('en')} more`;
  const last = shown.at(-1);
  if (last === undefined) return '';
  return shown.length === 1 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** `12 min`, `3 h`, `2 days`: the largest unit that fits, rounded down. */
export function span(ms: number): string {
  if (ms < minuteMs) return `${Math.max(0, Math.floor(ms / 1000))} s`;
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)} min`;
  if (ms < 2 * dayMs) return `${Math.floor(ms / hourMs)} h`;
  return `${Math.floor(ms / dayMs)} days`;
}

/** `12 min ago`; `just now` below five seconds, also when clocks disagree a little. */
export function ago(at: Date, now: Date): string {
  const ms = now.getTime() - at.getTime();
  return ms < 5000 ? 'just now' : `${span(ms)} ago`;
}
