import cronParser from 'cron-parser';

import { groupsAt, stringAt, valueAt } from './analyse-node.ts';
import type { N8nNode, Parameters } from './analyse-node.ts';

/**
 * When a schedule fires next, at the latest.
 *
 * A cron rule of which every `skip`-th fire counts, or a bound in ms for what cannot be told
 * exactly: n8n fills minutes and seconds that nobody chose with numbers of its own.
 */
export type ScheduleRule = CronRule | { readonly everyMs: number };

type CronRule = {
  readonly cron: string;
  readonly skip: number;
  /** How much later than the rule says it may fire, because nobody chose the minute. */
  readonly slackMs?: number;
};

/** More than any editor allows; each counted fire is computed. */
const maxCount = 366;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** The rules by which the clock starts a workflow; empty for nodes that are no schedule. */
export function scheduleRulesOf(node: N8nNode): readonly ScheduleRule[] {
  if (node.disabled) return [];
  switch (node.shortType) {
    case 'scheduleTrigger': {
      const rules = groupsAt(node.parameters, 'rule', 'interval');
      return (rules.length > 0 ? rules : [{}]).map(scheduleRule);
    }
    case 'cron':
      return groupsAt(node.parameters, 'triggerTimes', 'item').map(cronNodeRule);
    case 'interval': {
      const unitMs = { seconds: 1_000, minutes: minuteMs, hours: hourMs };
      const unit = stringAt(node.parameters, 'unit') ?? 'seconds';
      const count = numberAt(node.parameters, 'interval') ?? 1;
      return [every(count * (isUnit(unit) ? unitMs[unit] : hourMs))];
    }
    default:
      return [];
  }
}

function isUnit(text: string): text is 'seconds' | 'minutes' | 'hours' {
  return ['seconds', 'minutes', 'hours'].includes(text);
}

// Follows n8n 2.40.7, `Schedule/GenericFunctions.js`. Where a step does not divide its field, n8n
// lets cron fire each time and skips, hence `skip`. The last second stands for n8n's own choice.
function scheduleRule(rule: Parameters): ScheduleRule {
  const minute = numberAt(rule, 'triggerAtMinute');
  const hour = numberAt(rule, 'triggerAtHour');
  const count = (key: string, absent: number): number =>
    Math.min(Math.max(Math.trunc(numberAt(rule, key) ?? absent), 1), maxCount);
  switch (stringAt(rule, 'field') ?? 'days') {
    case 'cronExpression':
      return { cron: stringAt(rule, 'expression') ?? '', skip: 1 };
    case 'seconds':
      return every(Math.min(count('secondsInterval', 30), 60) * 1_000);
    case 'minutes':
      return every(count('minutesInterval', 5) * minuteMs + minuteMs);
    case 'hours': {
      const hours = count('hoursInterval', 1);
      if (minute === undefined) return every((hours + 1) * hourMs);
      return 24 % hours === 0
        ? { cron: `59 ${minute} ${hours === 1 ? '*' : `*/${hours}`} * * *`, skip: 1 }
        : { cron: `59 ${minute} * * * *`, skip: hours };
    }
    case 'weeks': {
      const given = valueAt(rule, 'triggerAtDay');
      const named = Array.isArray(given) ? given.map(Number) : [0];
      const days = [...new Set(named)].filter((day) => [0, 1, 2, 3, 4, 5, 6, 7].includes(day));
      const weeks = count('weeksInterval', 1);
      if (hour === undefined) return every((weeks * 7 + 1) * dayMs);
      const on = days.length === 0 ? '*' : days.join(',');
      return atMinute(minute, `${hour} * * ${on}`, weeks === 1 ? 1 : weeks * (days.length || 7));
    }
    case 'months': {
      const months = count('monthsInterval', 1);
      const day = numberAt(rule, 'triggerAtDayOfMonth');
      if (hour === undefined || day === undefined) return every((months * 31 + 1) * dayMs);
      return atMinute(minute, `${hour} ${day} * *`, months);
    }
    default: {
      const days = count('daysInterval', 1);
      if (hour === undefined) return every((days + 1) * dayMs);
      return atMinute(minute, `${hour} * * *`, days);
    }
  }
}

/** A bound that is a whole number of ms, whatever somebody typed as a count. */
function every(ms: number): ScheduleRule {
  return { everyMs: Math.ceil(Math.min(Math.max(ms, 1), maxCount * dayMs)) };
}

function atMinute(minute: number | undefined, rest: string, skip: number): CronRule {
  const cron = `59 ${minute ?? 0} ${rest}`;
  return minute === undefined ? { cron, skip, slackMs: hourMs } : { cron, skip };
}

// Follows n8n 2.40.7, `toCronExpression` of n8n-workflow, with the defaults of n8n's editor.
function cronNodeRule(time: Parameters): ScheduleRule {
  const minute = numberAt(time, 'minute') ?? 0;
  const hour = numberAt(time, 'hour') ?? 14;
  const value = numberAt(time, 'value') ?? 2;
  switch (stringAt(time, 'mode') ?? 'everyDay') {
    case 'everyMinute':
      return every(minuteMs);
    case 'everyHour':
      return { cron: `59 ${minute} * * * *`, skip: 1 };
    case 'everyX':
      return stringAt(time, 'unit') === 'minutes'
        ? every((value + 1) * minuteMs)
        : every((value + 1) * hourMs);
    case 'everyWeek': {
      const weekday = numberAt(time, 'weekday') ?? 1;
      return { cron: `59 ${minute} ${hour} * * ${weekday}`, skip: 1 };
    }
    case 'everyMonth':
      return {
        cron: `59 ${minute} ${hour} ${numberAt(time, 'dayOfMonth') ?? 1} * *`,
        skip: 1,
      };
    case 'custom':
      return { cron: stringAt(time, 'cronExpression') ?? '', skip: 1 };
    default:
      return { cron: `59 ${minute} ${hour} * * *`, skip: 1 };
  }
}

function numberAt(parameters: Parameters, key: string): number | undefined {
  const found = valueAt(parameters, key);
  if (found === undefined || found === null || found === '') return undefined;
  const number = Number(found);
  return Number.isFinite(number) ? number : undefined;
}

/** A rule that cannot be read: it is looked for only once, because that can take a second. */
export const unreadableRule: ScheduleRule = { cron: '', skip: 1 };

export type NextFire = {
  readonly at: Date;
  /** False when it is only the latest instant possible. */
  readonly isExact: boolean;
};

/**
 * The first fire after an instant by which each rule has fired at least once.
 *
 * @param zone the zone of the rules; undefined when n8n's own applies, which its API does not tell
 * @returns undefined when a rule cannot be read
 */
export function nextFire(
  rules: readonly ScheduleRule[],
  after: Date,
  zone: string | undefined,
): NextFire | undefined {
  const fires = rules.map((rule) => nextOf(rule, after, zone));
  let latest: NextFire | undefined;
  for (const fire of fires) {
    if (!fire) return undefined;
    if (!latest || fire.at > latest.at) latest = fire;
  }
  return latest;
}

function nextOf(rule: ScheduleRule, after: Date, zone: string | undefined): NextFire | undefined {
  if ('everyMs' in rule) {
    return { at: new Date(after.getTime() + rule.everyMs), isExact: false };
  }
  // The parser takes an empty rule for one that always fires.
  if (!/^\s*\S+(\s+\S+){4,5}\s*$/.test(rule.cron)) return undefined;
  try {
    const fire = zone === undefined ? nextInAnyZone(rule, after) : nextInZone(rule, after, zone);
    if (rule.slackMs === undefined) return fire;
    return { at: new Date(fire.at.getTime() + rule.slackMs), isExact: false };
  } catch {
    // An expression n8n itself would refuse, or a zone that does not exist.
    return undefined;
  }
}

function nextInZone(rule: CronRule, after: Date, tz: string): NextFire {
  const fires = cronParser.parseExpression(rule.cron, { currentDate: after, tz });
  let at = fires.next().toDate();
  for (let fire = 1; fire < rule.skip; fire += 1) at = fires.next().toDate();
  return { at, isExact: rule.skip === 1 };
}

/** From the first zone to the last; zones that are not whole hours apart lie on quarters. */
const allOffsets = { first: -12 * hourMs, last: 14 * hourMs };
/** Rules for every hour differ between zones only where those lie on quarters. */
const quarterOffsets = { first: 0, last: 45 * minuteMs };
const offsetStepMs = 15 * minuteMs;
/** What a change to or from summer time may add. */
const clockChangeMs = hourMs;
/** Rules that fire more often in the window read are near enough to their next fire. */
const maxFires = 2_000;

/** The latest of the next fires over every zone there is. */
function nextInAnyZone(rule: CronRule, after: Date): NextFire {
  // A rule for every second fires as often as one for every minute, as far as waiting goes.
  const cron = rule.cron.trim().replace(/^\S+(?=(\s+\S+){5}$)/, '59');
  const isHourly = cron.endsWith(' * * * *');
  const { first, last } = isHourly ? quarterOffsets : allOffsets;
  const fires = cronParser.parseExpression(cron, {
    currentDate: new Date(after.getTime() + first),
    tz: 'UTC',
  });
  const local: number[] = [];
  let past = 0;
  while (past < rule.skip && local.length < maxFires + rule.skip) {
    const at = fires.next().toDate().getTime();
    local.push(at);
    if (at > after.getTime() + last) past += 1;
  }
  let latest = after.getTime();
  for (let offset = first; offset <= last; offset += offsetStepMs) {
    const next = local.findIndex((at) => at > after.getTime() + offset);
    const at = next === -1 ? undefined : local[next + rule.skip - 1];
    latest = Math.max(latest, (at ?? local.at(-1) ?? latest) - offset);
  }
  return { at: new Date(latest + (isHourly ? 0 : clockChangeMs)), isExact: false };
}
