import cronParser from 'cron-parser';
import { z } from 'zod';

import { textsIn } from '../node-texts.ts';
import { isExpression, stringAt, valueAt } from './analyse-node.ts';
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
/** Longer than any rule that n8n's editor can make, in ms. */
const maxPeriodMs = (maxCount * 31 + 1) * dayMs;

/** A rule that cannot be read: it is looked for only once, because that can take a second. */
export const unreadableRule: ScheduleRule = { cron: '', skip: 1 };

/**
 * The rules by which the clock starts a workflow; empty for nodes that are no schedule.
 *
 * A clock always has a rule. What is an expression or no number where one belongs is
 * `unreadableRule`, never the editor's default: silence up to a fire that nobody set proves nothing.
 */
export function scheduleRulesOf(node: N8nNode): readonly ScheduleRule[] {
  if (node.disabled) return [];
  const { parameters } = node;
  switch (node.shortType) {
    case 'scheduleTrigger':
      // The one default that n8n itself fills in: a node on which nobody set anything.
      if (parameters['rule'] === undefined) return [scheduleRule({})];
      return groupRules(valueAt(parameters, 'rule', 'interval'), scheduleRule);
    case 'cron':
      return groupRules(valueAt(parameters, 'triggerTimes', 'item'), cronNodeRule);
    case 'interval':
      return [readably(parameters, intervalNodeRule)];
    default:
      return [];
  }
}

/** The rules of a list of groups, of which each must be one. */
function groupRules(
  groups: unknown,
  ruleOf: (group: Parameters) => ScheduleRule,
): readonly ScheduleRule[] {
  if (!Array.isArray(groups) || groups.length === 0) return [unreadableRule];
  return groups.map((group: unknown) => {
    const parsed = parametersSchema.safeParse(group);
    return parsed.success ? readably(parsed.data, ruleOf) : unreadableRule;
  });
}

const parametersSchema = z.record(z.string(), z.unknown());

function readably(
  parameters: Parameters,
  ruleOf: (parameters: Parameters) => ScheduleRule,
): ScheduleRule {
  if (textsIn(parameters).some(({ value }) => isExpression(value))) return unreadableRule;
  try {
    return ruleOf(parameters);
  } catch (error) {
    if (error instanceof Unreadable) return unreadableRule;
    throw error;
  }
}

/** Thrown by the reading of one value, caught where its rule is read. */
class Unreadable extends Error {}

function intervalNodeRule(parameters: Parameters): ScheduleRule {
  const unit = wordAt(parameters, 'unit', 'seconds', ['seconds', 'minutes', 'hours']);
  const unitMs = unit === 'seconds' ? 1_000 : unit === 'minutes' ? minuteMs : hourMs;
  return every((numberAt(parameters, 'interval') ?? 1) * unitMs);
}

const fields = [
  'seconds',
  'minutes',
  'hours',
  'days',
  'weeks',
  'months',
  'cronExpression',
] as const;

// Follows n8n 2.40.7, `Schedule/GenericFunctions.js`. Where a step does not divide its field, n8n
// lets cron fire each time and skips, hence `skip`. The last second stands for n8n's own choice.
function scheduleRule(rule: Parameters): ScheduleRule {
  const minute = numberAt(rule, 'triggerAtMinute');
  const hour = numberAt(rule, 'triggerAtHour');
  switch (wordAt(rule, 'field', 'days', fields)) {
    case 'cronExpression':
      return { cron: stringAt(rule, 'expression') ?? '', skip: 1 };
    case 'seconds':
      return every(Math.min(countAt(rule, 'secondsInterval', 30), 60) * 1_000);
    case 'minutes':
      return every(countAt(rule, 'minutesInterval', 5) * minuteMs + minuteMs);
    case 'hours': {
      const hours = countAt(rule, 'hoursInterval', 1);
      if (minute === undefined) return every((hours + 1) * hourMs);
      return 24 % hours === 0
        ? { cron: `59 ${minute} ${hours === 1 ? '*' : `*/${hours}`} * * *`, skip: 1 }
        : { cron: `59 ${minute} * * * *`, skip: hours };
    }
    case 'weeks': {
      const days = weekdaysAt(rule, 'triggerAtDay');
      const weeks = countAt(rule, 'weeksInterval', 1);
      if (hour === undefined) return every((weeks * 7 + 1) * dayMs);
      const on = days.length === 0 ? '*' : days.join(',');
      return atMinute(minute, `${hour} * * ${on}`, weeks === 1 ? 1 : weeks * (days.length || 7));
    }
    case 'months': {
      const months = countAt(rule, 'monthsInterval', 1);
      const day = numberAt(rule, 'triggerAtDayOfMonth');
      if (hour === undefined || day === undefined) return every((months * 31 + 1) * dayMs);
      // Where its step divides the year n8n names the months, so one without that day is left out.
      return 12 % months === 0
        ? atMinute(minute, `${hour} ${day} */${months} *`, 1)
        : atMinute(minute, `${hour} ${day} * *`, months);
    }
    case 'days': {
      const days = countAt(rule, 'daysInterval', 1);
      if (hour === undefined) return every((days + 1) * dayMs);
      return atMinute(minute, `${hour} * * *`, days);
    }
  }
}

/** A bound that is a whole number of ms. */
function every(ms: number): ScheduleRule {
  if (!(ms > 0 && ms <= maxPeriodMs)) throw new Unreadable();
  return { everyMs: Math.ceil(ms) };
}

function atMinute(minute: number | undefined, rest: string, skip: number): CronRule {
  const cron = `59 ${minute ?? 0} ${rest}`;
  return minute === undefined ? { cron, skip, slackMs: hourMs } : { cron, skip };
}

const modes = [
  'everyMinute',
  'everyHour',
  'everyDay',
  'everyWeek',
  'everyMonth',
  'everyX',
  'custom',
] as const;

// Follows n8n 2.40.7, `toCronExpression` of n8n-workflow, with the defaults of n8n's editor.
function cronNodeRule(time: Parameters): ScheduleRule {
  const minute = numberAt(time, 'minute') ?? 0;
  const hour = numberAt(time, 'hour') ?? 14;
  switch (wordAt(time, 'mode', 'everyDay', modes)) {
    case 'everyMinute':
      return every(minuteMs);
    case 'everyHour':
      return { cron: `59 ${minute} * * * *`, skip: 1 };
    case 'everyX': {
      const unit = wordAt(time, 'unit', 'hours', ['minutes', 'hours']);
      return every((countAt(time, 'value', 2) + 1) * (unit === 'minutes' ? minuteMs : hourMs));
    }
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
    case 'everyDay':
      return { cron: `59 ${minute} ${hour} * * *`, skip: 1 };
  }
}

/** @returns undefined when it is absent @throws Unreadable for what is no number */
function numberAt(parameters: Parameters, key: string): number | undefined {
  const found = valueAt(parameters, key);
  return found === undefined ? undefined : numberOf(found);
}

function numberOf(value: unknown): number {
  const isText = typeof value === 'string' && value.trim() !== '';
  const number = typeof value === 'number' || isText ? Number(value) : Number.NaN;
  if (!Number.isFinite(number)) throw new Unreadable();
  return number;
}

/** How many of its units lie between two fires. */
function countAt(parameters: Parameters, key: string, absent: number): number {
  const count = Math.trunc(numberAt(parameters, key) ?? absent);
  // A smaller bound than the rule's own would let its silence count too early.
  if (count < 1 || count > maxCount) throw new Unreadable();
  return count;
}

function weekdaysAt(parameters: Parameters, key: string): readonly number[] {
  const given = valueAt(parameters, key);
  if (given === undefined) return [0];
  if (!Array.isArray(given)) throw new Unreadable();
  const days = given.map(numberOf);
  if (!days.every((day) => [0, 1, 2, 3, 4, 5, 6, 7].includes(day))) throw new Unreadable();
  return [...new Set(days)];
}

function wordAt<const T extends string>(
  parameters: Parameters,
  key: string,
  absent: T,
  known: readonly T[],
): T {
  const given = valueAt(parameters, key);
  if (given === undefined) return absent;
  const found = known.find((word) => word === given);
  if (found === undefined) throw new Unreadable();
  return found;
}

export type NextFire = {
  readonly at: Date;
  /** False when it is only the latest instant possible. */
  readonly isExact: boolean;
};

/** Up to how long the second fire of a schedule is waited for, in ms. */
const soonMs = 10 * minuteMs;
/** How late the second of two fires may come and still be on time, in ms. */
const lateMs = 5_000;
/** How late the only fire that is waited for may come: a busy server may be that far behind, in ms. */
const lateOnceMs = 60_000;

/** A fire whose absence shows that a schedule is off. */
export type MissedFire = NextFire & {
  /** Which one since the silence began. */
  readonly which: 'first' | 'second';
  /** How much later than `at` it may come, in ms. */
  readonly lateMs: number;
};

/**
 * Which fire of a schedule has to be missed before its silence shows anything: the second, so that
 * the silence is longer than one period of it. Where that is far off the first has to do, which is
 * given more time to come late.
 *
 * @returns undefined when a rule cannot be read
 */
export function fireToMiss(
  rules: readonly ScheduleRule[],
  after: Date,
  zone: string | undefined,
): MissedFire | undefined {
  const first = nextFire(rules, after, zone);
  if (!first) return undefined;
  const isNear = first.at.getTime() - after.getTime() <= soonMs;
  const second = isNear ? nextFire(rules, first.at, zone) : undefined;
  return second && second.at.getTime() - after.getTime() <= soonMs
    ? { ...second, which: 'second', lateMs }
    : { ...first, which: 'first', lateMs: lateOnceMs };
}

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
