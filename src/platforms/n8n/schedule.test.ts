import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { aNode } from '../../testing/n8n/sample-nodes.ts';
import { readNodes } from './analyse-node.ts';
import { nextFire, scheduleRulesOf, unreadableRule } from './schedule.ts';
import type { ScheduleRule } from './schedule.ts';

const after = new Date('2026-11-22T08:10:30.000Z');

function rulesOf(type: string, parameters: object, more: object = {}): readonly ScheduleRule[] {
  return readNodes([aNode({ type, parameters, ...more })]).flatMap(scheduleRulesOf);
}

function every(...interval: object[]): readonly ScheduleRule[] {
  return rulesOf('scheduleTrigger', { rule: { interval } });
}

function next(rules: readonly ScheduleRule[], zone?: string): string | undefined {
  return nextFire(rules, after, zone)?.at.toISOString();
}

describe('scheduleRulesOf and nextFire', () => {
  it('find the next fire of a daily rule in its zone', () => {
    const daily = every({ field: 'days', triggerAtHour: 6, triggerAtMinute: 0 });
    assert.equal(next(daily, 'Europe/Berlin'), '2026-11-23T05:00:59.000Z');
    assert.equal(next(daily, 'Asia/Kolkata'), '2026-11-23T00:30:59.000Z');
    assert.equal(nextFire(daily, after, 'Europe/Berlin')?.isExact, true);
  });

  it('wait for the latest fire over all zones where n8n does not tell which', () => {
    const daily = every({ triggerAtHour: 6, triggerAtMinute: 0 });
    const found = nextFire(daily, after, undefined);
    assert.ok(found && !found.isExact);
    for (const zone of ['Pacific/Kiritimati', 'Asia/Kathmandu', 'UTC', 'America/New_York']) {
      const there = nextFire(daily, after, zone);
      assert.ok(there && there.at <= found.at, zone);
    }
    assert.ok(found.at.getTime() - after.getTime() <= 25.1 * 3_600_000);
  });

  it('wait no longer than the next quarter for a rule of every hour', () => {
    const hourly = every({ field: 'hours', triggerAtMinute: 5 });
    assert.equal(next(hourly, 'UTC'), '2026-11-22T09:05:59.000Z');
    // Zones that lie on quarters have the fifth minute at :05, :20, :35 or :50 of UTC.
    assert.equal(next(hourly), '2026-11-22T09:05:59.000Z');
  });

  it('leave out the months without the day, as n8n does where the step divides the year', () => {
    const since = new Date('2026-07-31T12:00:00.000Z');
    const at = (months: number, day: number): string | undefined => {
      const rule = { triggerAtDayOfMonth: day, triggerAtHour: 9, triggerAtMinute: 0 };
      const rules = every({ field: 'months', monthsInterval: months, ...rule });
      return nextFire(rules, since, 'UTC')?.at.toISOString().slice(0, 10);
    };
    assert.equal(at(2, 31), '2027-01-31');
    assert.equal(at(4, 31), '2027-01-31');
    assert.equal(at(1, 31), '2026-08-31');
    assert.equal(at(3, 30), '2026-10-30');
    // Where it does not, every month with that day counts for one.
    assert.equal(at(5, 1), '2026-12-01');
  });

  it('bound what nobody chose by a whole period', () => {
    assert.equal(next(every({ field: 'hours', hoursInterval: 3 })), '2026-11-22T12:10:30.000Z');
    assert.equal(next(every({})), '2026-11-24T08:10:30.000Z');
    assert.equal(next(every({ field: 'minutes', minutesInterval: 5 })), '2026-11-22T08:16:30.000Z');
    assert.equal(next(every({ field: 'seconds' })), '2026-11-22T08:11:00.000Z');
  });

  it('add an hour where nobody chose the minute', () => {
    const daily = every({ triggerAtHour: 6 });
    assert.equal(next(daily, 'UTC'), '2026-11-23T07:00:59.000Z');
    assert.equal(nextFire(daily, after, 'UTC')?.isExact, false);
  });

  it('count the fires that n8n skips', () => {
    const thirdDay = every({ daysInterval: 3, triggerAtHour: 6, triggerAtMinute: 0 });
    assert.equal(next(thirdDay, 'UTC'), '2026-11-25T06:00:59.000Z');
    const fifthHour = every({ field: 'hours', hoursInterval: 5, triggerAtMinute: 0 });
    assert.equal(next(fifthHour, 'UTC'), '2026-11-22T13:00:59.000Z');
    const weekly = every({
      field: 'weeks',
      weeksInterval: 2,
      triggerAtDay: [1, 3],
      triggerAtHour: 6,
      triggerAtMinute: 0,
    });
    assert.equal(next(weekly, 'UTC'), '2026-12-02T06:00:59.000Z');
  });

  it('read cron expressions of five and six fields', () => {
    const cron = (expression: string) => every({ field: 'cronExpression', expression });
    assert.equal(next(cron('30 14 * * 1-5'), 'UTC'), '2026-11-23T14:30:00.000Z');
    assert.equal(next(cron('15 30 14 * * *'), 'UTC'), '2026-11-22T14:30:15.000Z');
    assert.equal(next(cron('*/5 9-17 * * *'), 'UTC'), '2026-11-22T09:00:00.000Z');
  });

  it('wait for the last of several rules', () => {
    const rules = every(
      { triggerAtHour: 9, triggerAtMinute: 0 },
      { triggerAtHour: 21, triggerAtMinute: 0 },
    );
    assert.equal(next(rules, 'UTC'), '2026-11-22T21:00:59.000Z');
  });

  it('read the old cron and interval nodes', () => {
    const old = (item: object) => rulesOf('cron', { triggerTimes: { item: [item] } });
    assert.equal(next(old({ mode: 'everyDay', hour: 9 }), 'UTC'), '2026-11-22T09:00:59.000Z');
    assert.equal(next(old({}), 'UTC'), '2026-11-22T14:00:59.000Z');
    assert.equal(next(old({ mode: 'everyMinute' })), '2026-11-22T08:11:30.000Z');
    assert.equal(
      next(old({ mode: 'custom', cronExpression: ' 0 12 * * * ' }), 'UTC'),
      '2026-11-22T12:00:00.000Z',
    );
    const interval = rulesOf('interval', { interval: 2, unit: 'hours' });
    assert.equal(next(interval), '2026-11-22T10:10:30.000Z');
  });

  it('say nothing of disabled nodes and of nodes without a clock', () => {
    assert.deepEqual(rulesOf('scheduleTrigger', {}, { disabled: true }), []);
    assert.deepEqual(rulesOf('webhook', { path: 'a' }), []);
  });

  it('do not guess when a rule or zone cannot be read', () => {
    const bad = every({ field: 'cronExpression', expression: 'every day at six' });
    assert.equal(nextFire(bad, after, 'UTC'), undefined);
    assert.equal(nextFire(every({ field: 'cronExpression' }), after, undefined), undefined);
    const daily = every({ triggerAtHour: 6, triggerAtMinute: 0 });
    assert.equal(nextFire(daily, after, 'Mars/Olympus'), undefined);
    const never = every({ field: 'cronExpression', expression: '0 0 31 2 *' });
    assert.equal(nextFire(never, after, 'UTC'), undefined);
  });

  it('do not take a default for what is an expression or cannot be read', () => {
    const hidden = '={{ $json.hours }}';
    const clocks: readonly (readonly ScheduleRule[])[] = [
      rulesOf('scheduleTrigger', { rule: hidden }),
      rulesOf('scheduleTrigger', { rule: { interval: hidden } }),
      rulesOf('scheduleTrigger', { rule: { interval: [] } }),
      rulesOf('scheduleTrigger', { rule: { interval: [hidden] } }),
      every({ field: hidden }),
      every({ field: 'fortnights' }),
      every({ field: 'hours', hoursInterval: hidden }),
      every({ field: 'hours', hoursInterval: 9_999, triggerAtMinute: 0 }),
      every({ field: 'minutes', minutesInterval: 'five' }),
      every({ field: 'minutes', minutesInterval: null }),
      every({ triggerAtHour: hidden }),
      every({ triggerAtHour: 6, triggerAtMinute: '' }),
      every({ field: 'weeks', triggerAtDay: hidden, triggerAtHour: 6 }),
      every({ field: 'weeks', triggerAtDay: [1, 9], triggerAtHour: 6 }),
      every({ field: 'cronExpression', expression: '=0 6 * * *' }),
      rulesOf('cron', {}),
      rulesOf('cron', { triggerTimes: hidden }),
      rulesOf('cron', { triggerTimes: { item: [] } }),
      rulesOf('cron', { triggerTimes: { item: [{ mode: hidden }] } }),
      rulesOf('cron', { triggerTimes: { item: [{ mode: 'everyX', value: hidden }] } }),
      rulesOf('interval', { interval: hidden }),
      rulesOf('interval', { interval: 2, unit: hidden }),
      rulesOf('interval', { interval: -1 }),
    ];
    for (const rules of clocks) assert.deepEqual(rules, [unreadableRule]);

    const mixed = every({ field: 'seconds' }, { field: 'seconds', secondsInterval: hidden });
    assert.equal(mixed.length, 2);
    assert.equal(nextFire(mixed, after, 'UTC'), undefined);
  });

  it('never throw, and never name a fire that has passed', () => {
    const odd = fc.oneof(fc.string(), fc.integer(), fc.double(), fc.constant(null), fc.boolean());
    const rule = fc.record(
      {
        field: fc.constantFrom('seconds', 'minutes', 'hours', 'days', 'weeks', 'months', 'x'),
        secondsInterval: odd,
        hoursInterval: odd,
        daysInterval: odd,
        weeksInterval: odd,
        triggerAtHour: odd,
        triggerAtMinute: odd,
        triggerAtDay: fc.oneof(odd, fc.array(odd)),
      },
      { requiredKeys: [] },
    );
    const time = fc.record({ mode: fc.constantFrom('everyX', 'everyDay', 'custom'), value: odd });
    const given = fc.oneof(
      rule.map((one) => every(one)),
      time.map((one) => rulesOf('cron', { triggerTimes: { item: [one] } })),
      odd.map((interval) => rulesOf('interval', { interval, unit: 'hours' })),
    );
    fc.assert(
      fc.property(given, fc.constantFrom('Europe/Berlin', undefined), (rules, zone) => {
        const found = nextFire(rules, after, zone);
        if (found) assert.ok(found.at > after && Number.isFinite(found.at.getTime()));
        for (const one of rules) if ('everyMs' in one) assert.ok(Number.isSafeInteger(one.everyMs));
      }),
    );
  });
});
