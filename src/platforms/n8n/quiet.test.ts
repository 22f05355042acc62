import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { N8nExecution } from './answers.ts';
import type { Memo } from './memo.ts';
import { quietReading, settleMs } from './quiet.ts';
import type { Keeps, Quiet } from './quiet.ts';

const acceptedAt = new Date('2026-11-22T08:00:00.000Z');

function after(ms: number): Date {
  return new Date(acceptedAt.getTime() + ms);
}

function run(startedMs: number, mode = 'webhook', status = 'success'): N8nExecution {
  const base = { id: String(startedMs), status, workflowId: 'w', mode };
  return { ...base, startedAt: after(startedMs), stoppedAt: null, waitTill: null };
}

const everyTenSeconds = { rules: [{ everyMs: 10_000 }] };

function reading(given: {
  nowMs: number;
  executions?: readonly N8nExecution[];
  keeps?: Keeps;
  schedule?: Memo['schedule'];
  active?: boolean;
  offSinceMs?: number;
  wasSeenShut?: boolean;
  startedByOthers?: boolean;
}): Quiet & { readonly findings: string } {
  const { nowMs, executions = [], keeps = 'yes', schedule, active = true } = given;
  const { offSinceMs } = given;
  const { wasSeenShut = schedule === undefined, startedByOthers = false } = given;
  const memo: Memo = {
    form: 1,
    active,
    liveVersionId: 'v1',
    contentHash: '',
    entries: [],
    ...(schedule ? { schedule } : {}),
    startedByOthers,
    unseen: [],
    savesExecutions: 'yes',
    finishing: [],
  };
  const now = after(nowMs);
  const quiet = quietReading({
    memo,
    acceptedAt,
    now,
    at: now,
    executions,
    keeps,
    wasOnLately: active,
    offSince: offSinceMs === undefined ? undefined : after(offSinceMs),
    wasSeenShut,
  });
  return { ...quiet, findings: quiet.proofs.map(({ finding }) => finding).join(' ') };
}

describe('quietReading', () => {
  it('agrees when nothing started since n8n accepted', () => {
    assert.equal(reading({ nowMs: 1_000 }).findings, 'agrees');
    assert.equal(reading({ nowMs: 1_000, executions: [run(-50)] }).findings, 'agrees');
  });

  it('is contradicted by a start a moment ago, also within the while n8n may take', () => {
    assert.equal(reading({ nowMs: 2_000, executions: [run(1_500)] }).findings, 'contradicts');
  });

  it('takes a start within that while for a later beginning of the silence', () => {
    const late = reading({ nowMs: 60_000, executions: [run(1_500)] });
    assert.equal(late.findings, 'silent agrees');
    assert.deepEqual(
      late.proofs.map(({ text }) => text),
      [
        '1 execution started after it was switched off and ran to the end: 1500.',
        'n8n lists none that started since the last of these, at 2026-11-22 08:00:01 UTC.',
      ],
    );
  });

  it('is contradicted for good by a start after it', () => {
    const executions = [run(settleMs + 1)];
    for (const nowMs of [settleMs + 2, settleMs + 3_600_000]) {
      assert.equal(reading({ nowMs, executions }).findings, 'contradicts');
    }
  });

  it('does not hold against the platform what somebody ran by hand, but says it', () => {
    const byHand = reading({
      nowMs: 5_000,
      executions: [run(4_900, 'manual'), run(4_950, 'retry')],
    });
    assert.equal(byHand.findings, 'silent agrees');
    assert.match(byHand.proofs[0]?.text ?? '', /2 times by hand/);
  });

  it('waits for more than one period of a schedule, counted from the last start', () => {
    const first = reading({ nowMs: 1_000, schedule: everyTenSeconds });
    assert.deepEqual(first.notBefore?.at, after(25_000));
    assert.match(first.notBefore?.why ?? '', /would fire for the second time by .* 08:00:20 UTC/);
    const schedule = everyTenSeconds;
    const later = reading({ nowMs: 30_000, schedule, executions: [run(9_000)] });
    assert.deepEqual(later.notBefore?.at, after(34_000));
    assert.deepEqual(later.doubts, []);
  });

  it('waits for one fire of what fires seldom, and a minute for it to come late', () => {
    const schedule = { rules: [{ everyMs: 3_600_000 }] };
    const { notBefore } = reading({ nowMs: 1_000, schedule });
    assert.deepEqual(notBefore?.at, after(3_660_000));
    assert.match(notBefore?.why ?? '', /would fire next by 2026-11-22 09:00:00 UTC/);
  });

  it('waits as long as n8n may take where nothing shows that it keeps failures', () => {
    const often = reading({ nowMs: 1_000, keeps: 'successes', schedule: everyTenSeconds });
    assert.deepEqual([often.findings, often.doubts], ['agrees', []]);
    assert.match(
      often.proofs[0]?.text ?? '',
      /not seen that n8n keeps a record of those that fail/,
    );
    assert.deepEqual(often.notBefore?.at, after(settleMs));
    assert.match(often.notBefore?.why ?? '', /may go on running it, and fail unseen, until/);
    const hourly = { rules: [{ everyMs: 3_600_000 }] };
    const seldom = reading({ nowMs: 1_000, keeps: 'successes', schedule: hourly });
    assert.match(seldom.notBefore?.why ?? '', /Its schedule/);
    assert.equal(reading({ nowMs: 1_000, keeps: 'successes' }).notBefore, undefined);
  });

  it('says when a schedule would fire in its own zone, to the minute', () => {
    const schedule = { rules: [{ cron: '59 0 6 * * *', skip: 1 }], zone: 'Europe/Berlin' };
    const { notBefore } = reading({ nowMs: 1_000, schedule });
    assert.equal(notBefore?.why, 'Its schedule would fire next at 2026-11-23 06:00 Europe/Berlin.');
    assert.match(
      reading({ nowMs: 1_000, schedule: { rules: schedule.rules } }).notBefore?.why ?? '',
      /at the latest; n8n does not tell/,
    );
  });

  it('doubts a schedule whose executions n8n does not keep', () => {
    const doubted = reading({ nowMs: 1_000, keeps: 'unseen', schedule: everyTenSeconds });
    assert.equal(doubted.findings, 'silent');
    assert.ok(doubted.unshown);
    assert.equal(doubted.notBefore, undefined);
    // Its running executions are listed all the same.
    const executions = [run(500, 'trigger')];
    const seen = reading({ nowMs: 600, keeps: 'unseen', schedule: everyTenSeconds, executions });
    assert.equal(seen.findings, 'contradicts');
  });

  it('doubts a schedule whose rule cannot be read', () => {
    const schedule = { rules: [{ cron: '', skip: 1 }] };
    assert.match(reading({ nowMs: 1_000, schedule }).doubts.join(' '), /cannot be read/);
  });

  it('asks nothing of a schedule that was off before', () => {
    const off = reading({ nowMs: 1_000, schedule: everyTenSeconds, active: false });
    assert.equal(off.notBefore, undefined);
  });

  it('gives n8n its time where nobody saw since when it is off, and anew after a start', () => {
    const given = { schedule: everyTenSeconds, active: false, offSinceMs: -20_000 };
    const off = reading({ ...given, nowMs: 1_000, keeps: 'unseen' });
    assert.deepEqual(off.notBefore?.at, after(settleMs - 20_000));
    assert.match(off.notBefore.why, /off already, and nobody saw for how long/);
    assert.deepEqual(off.doubts, []);
    const fired = reading({ ...given, nowMs: 60_000, executions: [run(50_000)] });
    assert.deepEqual(fired.notBefore?.at, after(50_000 + settleMs));
  });

  it('is contradicted by an execution that began since and has not ended', () => {
    for (const [status, state] of [
      ['running', 'running'],
      ['waiting', 'waiting'],
      ['new', 'queued'],
    ] as const) {
      const held = reading({ nowMs: 900_000, executions: [run(40_000, 'integrated', status)] });
      assert.equal(held.findings, 'contradicts');
      assert.match(
        held.proofs[0]?.text ?? '',
        new RegExp(`execution 40000, started at 2026-11-22 08:00:40 UTC, is still ${state}\\.`),
      );
    }
    const before = reading({ nowMs: 900_000, executions: [run(-40_000, 'webhook', 'waiting')] });
    assert.equal(before.findings, 'agrees');
  });

  it('waits as long as n8n may take for what only others start', () => {
    const child = { wasSeenShut: false, startedByOthers: true };
    const { findings, notBefore, doubts } = reading({ nowMs: 1_000, ...child });
    assert.deepEqual([findings, doubts], ['agrees', []]);
    assert.deepEqual(notBefore?.at, after(settleMs));
    assert.equal(
      notBefore?.why,
      'n8n may go on running it for callers until 2026-11-22 08:03:00 UTC.',
    );
  });

  it('waits as long again from a start within that time, and says so', () => {
    const child = { wasSeenShut: false, executions: [run(40_000, 'integrated')] };
    const { notBefore } = reading({ nowMs: 90_000, ...child });
    assert.deepEqual(notBefore?.at, after(40_000 + settleMs));
    assert.match(notBefore?.why ?? '', /until 2026-11-22 08:03:40 UTC/);
  });

  it('waits for both the clock and the callers where both start it', () => {
    const child = { nowMs: 1_000, wasSeenShut: false, startedByOthers: true };
    const often = reading({ ...child, schedule: everyTenSeconds });
    assert.match(often.notBefore?.why ?? '', /for callers/);
    const seldom = reading({ ...child, schedule: { rules: [{ everyMs: 3_600_000 }] } });
    assert.match(seldom.notBefore?.why ?? '', /Its schedule/);
  });

  it('doubts what others start when n8n does not keep its executions', () => {
    const doubted = reading({ nowMs: 1_000, wasSeenShut: false, keeps: 'unseen' });
    assert.match(doubted.unshown ?? '', /whether others still start it/);
    assert.equal(reading({ nowMs: 1_000, keeps: 'unseen' }).unshown, undefined);
  });
});
