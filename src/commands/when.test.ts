import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { UserError } from '../errors.ts';
import { showBoth, showTime } from './show-time.ts';
import { zoneCalled, readWhen } from './when.ts';

const berlin = 'Europe/Berlin';
const now = new Date('2026-11-22T08:30:00Z');

function read(text: string, zone = berlin, at = now): string {
  return readWhen(text, { now: at, zone }).at.toISOString();
}

describe('a time that a person types', () => {
  it('is of today in their zone, and not in the one of the machine', () => {
    assert.equal(read('08:05'), '2026-11-22T07:05:00.000Z');
    assert.equal(read('8.05'), '2026-11-22T07:05:00.000Z');
    assert.equal(read('today 8:05:30'), '2026-11-22T07:05:30.000Z');
    assert.equal(read('08:05', 'Asia/Kolkata'), '2026-11-22T02:35:00.000Z');
    assert.equal(read('1:05', 'America/New_York'), '2026-11-22T06:05:00.000Z');
  });

  it('may name the day, the half of the day, or the offset', () => {
    assert.equal(read('yesterday 23:10'), '2026-11-21T22:10:00.000Z');
    assert.equal(read('Yesterday at 11:10 pm'), '2026-11-21T22:10:00.000Z');
    assert.equal(read('2026-11-20 14:05'), '2026-11-20T13:05:00.000Z');
    assert.equal(read('2026-11-20T14:05Z'), '2026-11-20T14:05:00.000Z');
    assert.equal(read('2026-11-20 14:05 UTC'), '2026-11-20T14:05:00.000Z');
    assert.equal(read('2026-11-20 14:05 +02:00'), '2026-11-20T12:05:00.000Z');
    assert.equal(read('8:05 utc'), '2026-11-22T08:05:00.000Z');
    assert.equal(read('12:05am'), '2026-11-21T23:05:00.000Z');
  });

  it('may count back', () => {
    assert.equal(read('10m ago'), '2026-11-22T08:20:00.000Z');
    assert.equal(read('1h30m ago'), '2026-11-22T07:00:00.000Z');
    assert.equal(read('2 hours ago'), '2026-11-22T06:30:00.000Z');
    assert.equal(read('2 days'), '2026-11-20T08:30:00.000Z');
    assert.equal(read('now'), now.toISOString());
  });

  it('is the day before when the zone is still there', () => {
    // 00:30 in Berlin on the 23rd: today is the 23rd there and the 22nd in UTC.
    const midnight = new Date('2026-11-22T23:30:00Z');
    assert.equal(read('00:10', berlin, midnight), '2026-11-22T23:10:00.000Z');
    assert.equal(read('yesterday 23:50', berlin, midnight), '2026-11-22T22:50:00.000Z');
  });

  it('is refused in the future, and yesterday is offered', () => {
    assert.throws(() => read('14:05'), {
      code: 'bad_input',
      message: /2026-11-22 14:05 CET \(13:05 UTC\) is in the future/,
      hint: 'If it was yesterday: `at:"yesterday 14:05"`',
    });
    assert.throws(() => read('2027-01-01 10:00'), { hint: /It is now 2026-11-22 09:30 CET/ });
  });

  it('is refused with examples when it is none', () => {
    const none = ['', '90', '25:00', '8:61', '2026-02-30 10:00', '13:00 pm', '10 parsecs ago'];
    for (const text of none) {
      assert.throws(() => read(text), { code: 'bad_input', hint: /e\.g\. `at:14:05`/ }, text);
    }
  });

  it('never breaks, whatever is typed', () => {
    const pieces = fc.constantFrom(
      '1',
      '23',
      ':',
      ' ',
      'ago',
      'h',
      'm',
      '-',
      'T',
      'Z',
      'pm',
      '+02',
    );
    const texts = fc.oneof(
      fc.string(),
      fc.array(pieces).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          assert.ok(readWhen(text, { now, zone: berlin }).at <= now);
        } catch (error) {
          assert.ok(error instanceof UserError);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('a night in which clocks are changed', () => {
  it('has an hour twice: the earlier is taken, and how to say the later', () => {
    const when = readWhen('2026-10-25 02:30', { now, zone: berlin });
    assert.equal(when.at.toISOString(), '2026-10-25T00:30:00.000Z');
    assert.match(when.note ?? '', /came twice; taken as the earlier one, 2026-10-25 02:30 CEST/);
    const later = /at:(\S+)\.$/.exec(when.note ?? '')?.[1] ?? '';
    assert.equal(read(later), '2026-10-25T01:30:00.000Z');
  });

  it('leaves an hour out: it is read as on an unchanged clock, and said', () => {
    const when = readWhen('2026-03-29 02:30', { now, zone: berlin });
    assert.equal(when.at.toISOString(), '2026-03-29T01:30:00.000Z');
    assert.match(when.note ?? '', /left out 02:30; taken as 2026-03-29 03:30 CEST \(01:30 UTC\)/);
  });

  it('is nothing special for an instant with an offset, or in another zone', () => {
    assert.equal(readWhen('2026-10-25T02:30+01:00', { now, zone: berlin }).note, undefined);
    assert.equal(readWhen('2026-10-25 02:30', { now, zone: 'UTC' }).note, undefined);
  });
});

describe('a time that is shown', () => {
  const at = new Date('2026-11-22T13:05:00Z');

  it('stands on the reader’s clock, with UTC beside it', () => {
    assert.equal(showTime(at, berlin), '2026-11-22 14:05 CET');
    assert.equal(showBoth(at, berlin), '2026-11-22 14:05 CET (13:05 UTC)');
    assert.equal(showBoth(at, 'America/New_York'), '2026-11-22 08:05 EST (13:05 UTC)');
    assert.equal(showBoth(at, 'Asia/Kolkata'), '2026-11-22 18:35 UTC+5:30 (13:05 UTC)');
    assert.equal(showBoth(at, 'UTC'), '2026-11-22 13:05 UTC');
  });

  it('says the UTC day when it is another one', () => {
    const night = new Date('2026-11-21T23:30:00Z');
    assert.equal(showBoth(night, berlin), '2026-11-22 00:30 CET (2026-11-21 23:30 UTC)');
  });
});

describe('a zone', () => {
  it('is one of the IANA list, however it is written', () => {
    assert.equal(zoneCalled('europe/berlin'), 'Europe/Berlin');
    assert.equal(zoneCalled('utc'), 'UTC');
    assert.equal(zoneCalled('Europe/Berlim'), undefined);
    assert.equal(zoneCalled(''), undefined);
  });
});
