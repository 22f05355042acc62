import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { anEstate } from '../../testing/sandbox-estate.ts';
import { until } from '../../testing/until.ts';
import { unended } from './executions.ts';

const never = new AbortController().signal;
const minuteMs = 60_000;

describe('trouble', () => {
  it('meet so many calls of one kind on one workflow, and no other', async () => {
    const { trouble, platform, named } = anEstate();
    const [one, other] = [await named('Charge card'), await named('Send invoice')];
    const does = { kind: 'rate_limited', retryAfterMs: 3_000 } as const;
    await trouble.make('busy', { call: 'disable', workflow: one.id, times: 2, does });

    for (let tries = 0; tries < 2; tries += 1) {
      await assert.rejects(platform.disable(one.id, never), {
        code: 'rate_limited',
        retryAfterMs: 3_000,
      });
    }
    assert.equal((await platform.disable(other.id, never)).answer, 'accepted');
    assert.equal((await platform.disable(one.id, never)).answer, 'accepted');
  });

  it('meet one workflow also where it is checked among others', async () => {
    const { clock, trouble, platform, named } = anEstate();
    const [one, other] = [await named('Charge card'), await named('Send invoice')];
    const does = { kind: 'fails', code: 'unavailable' } as const;
    await trouble.make('no look', { call: 'check', workflow: one.id, does });
    const check = ({ id }: { id: string }) => ({
      workflow: id,
      memo: null,
      acceptedAt: clock.now(),
    });

    await assert.rejects(platform.checkStopped([check(other), check(one)], never), {
      code: 'unavailable',
    });
    assert.equal((await platform.checkStopped([check(other)], never)).length, 1);
  });

  it('let a webhook answer for a while after a switch-off, as n8n does', async () => {
    const { clock, estate, trouble, platform, named } = anEstate();
    const { id } = await named('Charge card');
    await trouble.make('slow', { does: { kind: 'delays', ms: 10_000 } });
    await platform.disable(id, never);

    assert.equal((await platform.observe(id, never)).active, false);
    assert.equal(await estate.callWebhook('charge'), true);
    clock.forward(10_000);
    assert.equal(await estate.callWebhook('charge'), false);
  });

  it('drift a workflow under the hand that is about to act', async () => {
    const { trouble, platform, named } = anEstate();
    const { id } = await named('Charge card');
    const before = await platform.observe(id, never);
    await trouble.make('drift', { workflow: id, times: 1, does: { kind: 'drifts' } });

    const after = await platform.observe(id, never);
    assert.notEqual(after.hash, before.hash);
    assert.equal((await platform.observe(id, never)).hash, after.hash);
  });

  it('bring a workflow back some time after it was switched off', async () => {
    const { clock, estate, trouble, platform, named } = anEstate();
    const { id } = await named('Charge card');
    await trouble.make('undead', { does: { kind: 'resurrects', afterMs: minuteMs } });
    await platform.disable(id, never);
    clock.forward(minuteMs - 1);
    assert.equal(await estate.callWebhook('charge'), false);
    clock.forward(1);

    assert.equal(await estate.callWebhook('charge'), true);
    assert.equal((await platform.observe(id, never)).active, true);
  });

  it('of slowness end when the call is given up', async () => {
    const { trouble, platform, named } = anEstate();
    const { id } = await named('Charge card');
    const controller = new AbortController();
    await trouble.make('late', { does: { kind: 'is_slow', ms: 60_000 } });
    const slow = platform.observe(id, controller.signal);
    controller.abort();

    await assert.rejects(slow);
  });

  it('of a stop that is only said leaves everything as it is', async () => {
    const { estate, trouble, platform, named, clock } = anEstate();
    const { id } = await named('Return approved');
    await estate.callWebhook('returns');
    const does = { kind: 'lies', how: 'keeps running' } as const;
    await trouble.make('lie', { call: 'stop', workflow: id, does });

    const { stopped, wereIdle } = await platform.stop(id, never);
    assert.ok(stopped > 0 && wereIdle.length > 0);
    const left = unended(await named('Return approved'), clock.now().getTime());
    assert.equal(left.length, stopped);
  });

  it('of a switch-on that is only said shows in what answers, or even in the list', async () => {
    for (const how of ['keeps running', 'stays active'] as const) {
      const { clock, estate, trouble, platform, named } = anEstate();
      const { id } = await named('Address cleanup');
      const { memo } = await platform.observe(id, never);
      await platform.disable(id, never);
      clock.forward(minuteMs);
      await trouble.make('lie', { call: 'enable', does: { kind: 'lies', how } });

      assert.equal((await platform.enable(id, memo, never)).answer, 'accepted');
      clock.forward(minuteMs);
      assert.equal(await estate.callWebhook('cleanup-7f3a', 'GET'), false);
      assert.equal((await platform.observe(id, never)).active, how === 'keeps running');
    }
  });

  it('of somebody who wakes up what waits makes a stop miss it, once', async () => {
    const { estate, trouble, platform, named, clock } = anEstate();
    const { id } = await named('Refund order');
    await estate.callWebhook('refund');
    const waiting = unended(await named('Refund order'), clock.now().getTime());
    assert.ok(waiting.length > 0 && waiting.every(({ status }) => status === 'waiting'));
    await trouble.make('wakes', { call: 'stop', times: 1, does: { kind: 'wakes' } });

    const { stopped, wereRunning, wereIdle } = await platform.stop(id, never);
    assert.deepEqual([stopped, wereRunning.length, wereIdle.length], [0, 0, 0]);
    const woken = unended(await named('Refund order'), clock.now().getTime());
    assert.ok(woken.every(({ status }) => status === 'running'));
    assert.equal((await platform.stop(id, never)).wereRunning.length, waiting.length);
    assert.deepEqual(unended(await named('Refund order'), clock.now().getTime()), []);
  });

  it('holds nothing of the process once an endless answer was cut', async () => {
    const { trouble, platform } = anEstate();
    for (const does of [{ kind: 'drips', everyMs: 5 }, { kind: 'floods' }] as const) {
      await trouble.make('endless', { call: 'probe', does });
      const code = does.kind === 'drips' ? 'timed_out' : 'unreadable';
      await assert.rejects(platform.probe(never), { name: 'PlatformError', code });
    }
    await until('every socket is closed', () =>
      process.getActiveResourcesInfo().every((kind) => !kind.startsWith('TCP')),
    );
  });

  it('is made by a drill’s stage alone of all that runs at a customer’s', async () => {
    const source = join(import.meta.dirname, '../..');
    const files = await readdir(source, { recursive: true });
    const users: string[] = [];
    for (const file of files) {
      if (!file.endsWith('.ts') || /\.(test|live|contract)\.ts$|^testing\//.test(file)) continue;
      const text = await readFile(join(source, file), 'utf8');
      if (/\/trouble\.ts'|changes\.faults = (?!changes\.)/.test(text)) users.push(file);
    }
    assert.deepEqual(users.toSorted(), [
      'platforms/sandbox/stage.ts',
      'platforms/sandbox/trouble.ts',
    ]);
  });
});
