import type { NodeFact } from '../node-texts.ts';
import { groupsAt, stringAt, valueAt } from './analyse-node.ts';
import type { N8nNode, Parameters } from './analyse-node.ts';

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** When the clock starts a workflow, in words; polling triggers ask their service at such times too. */
export function scheduleFacts(node: N8nNode, timeZone: string | undefined): NodeFact[] {
  return rulesOf(node).map((value) => ({
    kind: 'schedule',
    value,
    ...(timeZone === undefined ? {} : { label: timeZone }),
  }));
}

function rulesOf({ shortType, parameters }: N8nNode): string[] {
  switch (shortType) {
    case 'scheduleTrigger':
      // Where nobody set a rule, n8n fills its default in.
      if (parameters['rule'] === undefined) return [intervalInWords({})];
      return clockInWords(groupsAt(parameters, 'rule', 'interval').map(intervalInWords));
    case 'interval':
      return [
        every(numberAt(parameters, 'interval', 1), stringAt(parameters, 'unit') ?? 'seconds'),
      ];
    case 'cron':
      return clockInWords(groupsAt(parameters, 'triggerTimes', 'item').map(timeInWords));
    default:
      return groupsAt(parameters, 'pollTimes', 'item').map(timeInWords);
  }
}

/** A clock whose rules are an expression, or nothing that can be read, is a clock all the same. */
function clockInWords(rules: string[]): string[] {
  return rules.length > 0 ? rules : ['rule not readable'];
}

/** One rule of the schedule trigger. Absent fields have the defaults of n8n's editor. */
function intervalInWords(rule: Parameters): string {
  const field = stringAt(rule, 'field') ?? 'days';
  const at = clock(numberAt(rule, 'triggerAtHour', 0), numberAt(rule, 'triggerAtMinute', 0));
  switch (field) {
    case 'seconds':
      return every(numberAt(rule, 'secondsInterval', 30), 'seconds');
    case 'minutes':
      return every(numberAt(rule, 'minutesInterval', 5), 'minutes');
    case 'hours': {
      const minute = numberAt(rule, 'triggerAtMinute', 0);
      return `${every(numberAt(rule, 'hoursInterval', 1), 'hours')} at minute ${minute}`;
    }
    case 'days':
      return `${every(numberAt(rule, 'daysInterval', 1), 'days')} at ${at}`;
    case 'weeks': {
      const given = valueAt(rule, 'triggerAtDay');
      const days = (Array.isArray(given) ? given : [0]).map(weekday).join(', ');
      return `${every(numberAt(rule, 'weeksInterval', 1), 'weeks')} on ${days} at ${at}`;
    }
    case 'months': {
      const day = numberAt(rule, 'triggerAtDayOfMonth', 1);
      return `${every(numberAt(rule, 'monthsInterval', 1), 'months')} on day ${day} at ${at}`;
    }
    case 'cronExpression':
      return `cron ${stringAt(rule, 'expression') ?? '(no rule)'}`;
    default:
      return `rule ${field}`;
  }
}

/** One time of the old cron node, and of every polling trigger. */
function timeInWords(time: Parameters): string {
  const minute = numberAt(time, 'minute', 0);
  const at = clock(numberAt(time, 'hour', 14), minute);
  switch (stringAt(time, 'mode') ?? 'everyDay') {
    case 'everyMinute':
      return every(1, 'minutes');
    case 'everyHour':
      return `${every(1, 'hours')} at minute ${minute}`;
    case 'everyDay':
      return `${every(1, 'days')} at ${at}`;
    case 'everyWeek':
      return `every week on ${weekday(valueAt(time, 'weekday') ?? 1)} at ${at}`;
    case 'everyMonth':
      return `every month on day ${numberAt(time, 'dayOfMonth', 1)} at ${at}`;
    case 'everyX':
      return every(numberAt(time, 'value', 2), stringAt(time, 'unit') ?? 'hours');
    case 'custom':
      return `cron ${stringAt(time, 'cronExpression') ?? '(no rule)'}`;
    default:
      return `rule ${stringAt(time, 'mode')}`;
  }
}

function every(count: number | string, units: string): string {
  return count === 1 ? `every ${units.replace(/s$/, '')}` : `every ${count} ${units}`;
}

function clock(hour: number | string, minute: number | string): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

function weekday(day: unknown): string {
  const number = Number(day);
  return weekdays[number % 7] ?? `day ${typeof day === 'string' ? day : number}`;
}

/** A number, or the expression that stands in its place. */
function numberAt(parameters: Parameters, key: string, absent: number): number | string {
  const found = valueAt(parameters, key);
  if (typeof found === 'number') return found;
  if (typeof found !== 'string' || found === '') return absent;
  return Number.isFinite(Number(found)) ? Number(found) : found;
}
