import type { Item } from './flow-file.ts';

/** When an inject node starts its flow by the clock, in words; undefined when only by hand. */
export function scheduleOf(item: Item): string | undefined {
  if (item.type !== 'inject') return undefined;
  const { repeat, crontab } = item;
  const seconds = Number(repeat);
  if (repeat !== '' && Number.isFinite(seconds) && seconds > 0) return everyInWords(seconds);
  if (typeof crontab !== 'string' || crontab.trim() === '') return undefined;
  const daily = /^0?(\d{1,2})\s+0?(\d{1,2})\s+\*\s+\*\s+\*$/.exec(crontab.trim());
  if (!daily) return `cron ${crontab.trim()}`;
  const [minute = '', hour = ''] = daily.slice(1);
  return `every day at ${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
}

/** True when an inject node starts its flow once at each start of it, hence at each deploy of it too. */
export function startsOnce(item: Item): boolean {
  return item.type === 'inject' && item['once'] === true;
}

const units = [
  [86_400, 'days'],
  [3_600, 'hours'],
  [60, 'minutes'],
] as const;

function everyInWords(seconds: number): string {
  const [length, name] = units.find(([size]) => seconds % size === 0) ?? [1, 'seconds'];
  const count = seconds / length;
  return count === 1 ? `every ${name.slice(0, -1)}` : `every ${count} ${name}`;
}
