import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { bot, kindsOf, shown } from '../testing/bot.ts';

describe('sev, phase and update', async () => {
  const night = await bot();
  const { see, refused, timeline, clock } = night;

  it('change the incident and leave one event each', async () => {
    await see('declare Key leaked sev:3');
    clock.forward(600_000);
    assert.match(shown(await see('sev 1 customers are hit')), /sev3 → sev1: customers are hit/);
    assert.match(shown(await see('phase Containment.')), /analysis → containment/);
    assert.match(
      shown(await see('update we don’t know: "more" soon')),
      /we don’t know: \\"more\\"/,
    );
    assert.deepEqual(await kindsOf(night), [
      'incident_declared',
      'severity_changed',
      'phase_changed',
      'update_posted',
    ]);
    const events = await timeline();
    assert.equal(events[3]?.text, 'we don’t know: "more" soon');
    assert.equal(events[3]?.occurredAt.toISOString(), '2026-11-22T03:10:00.000Z');
  });

  it('refuse viewers', async () => {
    const before = await timeline();
    for (const line of ['sev 2', 'phase recovery', 'update hello']) {
      assert.equal((await refused(line, 'vic')).code, 'not_allowed');
    }
    assert.deepEqual(await timeline(), before);
  });

  it('change nothing on bad input', async () => {
    const before = await timeline();
    for (const [line, message, hint] of [
      [
        'phase lunch',
        /“lunch” does not fit here: say one of analysis, containment/,
        'phase containment',
      ],
      ['phase analysis', /Say why INC-1 goes back to analysis/, 'a second beacon'],
      ['phase', /“phase” is missing/, 'phase containment'],
      ['sev high', /“high” does not fit here: say one of sev1/, 'sev 1'],
      ['sev', /“level” is missing/, 'sev 1'],
      ['update', /“text” is missing/, 'update the key'],
      ['update   ', /“text” is missing/, 'update the key'],
    ] as const) {
      const problem = await refused(line);
      assert.equal(problem.code, 'bad_input', line);
      assert.match(problem.message, message);
      assert.match(problem.hint ?? '', new RegExp(`^e\\.g\\. \`.*${hint}`));
    }
    assert.equal((await refused('sev 1')).code, 'conflict');
    assert.deepEqual(await timeline(), before);
  });

  it('let the slower of two responders repeat', async () => {
    const both = await Promise.all([
      night.say('sev 2 ana says', 'ana'),
      night.say('phase recovery', 'bo'),
    ]);
    const failed = both.filter((reply) => reply.kind === 'problem');
    assert.ok(failed.length <= 1);
    for (const reply of failed) {
      assert.equal(reply.code, 'conflict');
      assert.match(reply.message, /changed by somebody else/);
    }
    assert.equal((await timeline()).length, 6 - failed.length);
  });
});
