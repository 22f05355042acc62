import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { HandClock } from '../../testing/slack/hand-clock.ts';
import { aSlackRig } from '../../testing/slack/rig.ts';
import { until } from '../../testing/until.ts';

/** Keeps for how long it was asked to ring, in ms. */
class ListeningClock extends HandClock {
  readonly asked: number[] = [];

  override after(ms: number, ring: () => void): () => void {
    this.asked.push(ms);
    return super.after(ms, ring);
  }
}

const never = new AbortController().signal;

describe('Socket Mode', () => {
  it('misses nothing while Slack takes its connections back, one or all', async (test) => {
    const { workspace, heard } = await aSlackRig(test, {});
    const { socket, inbound } = workspace.slack;
    await workspace.when('two connections stand', () => socket.connections === 2);
    for (let round = 0; round < 10; round += 1) {
      socket.refresh();
      if (round % 3 === 0) socket.refresh();
      await workspace.says('ann', 'alarm', `/ir log add ${round}`);
      await workspace.says('ann', 'alarm', `/ir log add ${round} again`);
    }
    assert.deepEqual(inbound.failures, []);
    assert.deepEqual(socket.violations, []);
    assert.equal(heard.length, 20);
    await workspace.when('two connections stand', () => socket.connections === 2);
  });

  it('comes back by itself when Slack was away', async (test) => {
    const clock = new HandClock();
    const { workspace, heard, failures } = await aSlackRig(test, { clock });
    const { socket, faults } = workspace.slack;
    await workspace.when('two connections stand', () => socket.connections === 2);
    faults.down(true);
    socket.cut();
    await until('both were tried again', () => failures.length >= 2);
    clock.advance(1_000);
    await until('both were tried once more', () => failures.length >= 4);
    faults.down(false);
    clock.advance(60_000);
    await workspace.when('two connections stand', () => socket.connections === 2);
    await workspace.says('ann', 'alarm', '/ir status');
    assert.equal(heard.length, 1);
  });

  it('starts although Slack is away, and listens once it is there', async (test) => {
    const clock = new HandClock();
    const { workspace, heard, failures } = await aSlackRig(test, { clock, isDown: true });
    assert.equal(failures.length, 1);
    workspace.slack.faults.down(false);
    clock.advance(60_000);
    await workspace.when('a connection stands', () => workspace.slack.socket.connections > 0);
    await workspace.says('ann', 'alarm', '/ir status');
    assert.equal(heard.length, 1);
  });

  for (const { asked, seconds, waitsMs } of [
    { asked: 'two minutes, and is left alone for as long', seconds: 120, waitsMs: 120_000 },
    { asked: 'a day, and is asked again after fifteen minutes', seconds: 86_400, waitsMs: 900_000 },
  ]) {
    it(`is told to wait ${asked}`, async (test) => {
      const clock = new ListeningClock();
      const { workspace, heard } = await aSlackRig(test, { clock });
      const { socket, rates } = workspace.slack;
      await workspace.when('two connections stand', () => socket.connections === 2);
      clock.asked.length = 0;
      rates.refuseNext('apps.connections.open', 2, seconds);
      socket.cut();
      const waited = () => clock.asked.filter((ms) => ms === waitsMs).length;
      await until('both wait as long as they should', () => waited() === 2);
      assert.ok(Math.max(...clock.asked) <= waitsMs);
      clock.advance(waitsMs);
      await workspace.when('two connections stand', () => socket.connections === 2);
      await workspace.says('ann', 'alarm', '/ir status');
      assert.equal(heard.length, 1);
    });
  }

  it('leaves no connection behind when it is stopped while it connects', async (test) => {
    const { workspace, slack } = await aSlackRig(test, {});
    await slack.stop(never);
    await workspace.when('all are gone', () => workspace.slack.socket.connections === 0);
    assert.deepEqual(workspace.slack.socket.violations, []);
  });
});
