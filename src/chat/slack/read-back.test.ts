import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { HandClock } from '../../testing/slack/hand-clock.ts';
import type { ReadBackRig } from '../../testing/slack/read-back.ts';
import { aReadBackRig } from '../../testing/slack/read-back.ts';
import { until } from '../../testing/until.ts';

/** What was heard since so many: of which message, by whom, and in which thread. */
function told({ heard }: ReadBackRig, from = 0) {
  return heard.slice(from).map(({ said, speaker, thread }) => {
    const about = 'message' in said ? said.message.id.split('/')[1] : undefined;
    const mark = 'mark' in said ? [said.mark] : [];
    return [said.kind, about, speaker.name, ...mark, ...(thread === undefined ? [] : [thread])];
  });
}

async function writes(rig: ReadBackRig, text: string, thread?: string): Promise<string> {
  return (await rig.workspace.says('ben', 'alarm', text, thread)) ?? '';
}

/** Does it while nobody listens, and resolves once so much was heard after that. */
async function missed(rig: ReadBackRig, count: number, what: () => Promise<unknown>) {
  const from = rig.heard.length;
  await rig.away(what);
  await until('it is heard', () => rig.heard.length >= from + count);
  return told(rig, from);
}

describe('what was done to messages while Slack was not heard', () => {
  it('is heard afterwards: once, and in order', async (test) => {
    const rig = await aReadBackRig(test);
    const { workspace } = rig;
    const root = await writes(rig, 'root');
    const [kept, taken, pinned, gone] = [
      await writes(rig, 'kept'),
      await writes(rig, 'taken off'),
      await writes(rig, 'pinned'),
      await writes(rig, 'gone', root),
    ];
    for (const one of [kept, taken, gone]) await workspace.reacts('ann', 'alarm', one, 'pushpin');
    await workspace.pins('ann', 'alarm', pinned);
    assert.equal(rig.heard.length, 4);
    const [late, marked] = [await writes(rig, 'late'), await writes(rig, 'marked')];
    const inThread = await writes(rig, 'in a thread', root);
    const heard = await missed(rig, 7, async () => {
      await workspace.unpins('ben', 'alarm', pinned);
      await workspace.pins('ben', 'alarm', late);
      await workspace.takesReactionBack('ann', 'alarm', taken, 'pushpin');
      await workspace.reacts('ben', 'alarm', marked, 'round_pushpin');
      await workspace.reacts('ben', 'alarm', marked, 'tada');
      await workspace.edits('alarm', kept, 'kept, and mended');
      await workspace.reacts('ann', 'alarm', inThread, 'pushpin::skin-tone-2');
      await workspace.deletes('alarm', gone);
    });
    assert.deepEqual(heard, [
      ['pinned', late, 'ben', 'pin'],
      ['let_go', pinned, 'a bot'],
      ['changed', kept, 'a bot'],
      ['unpinned', taken, 'ann', 'emoji:pushpin'],
      ['pinned', marked, 'ben', 'emoji:round_pushpin'],
      ['pinned', inThread, 'ann', 'emoji:pushpin', root],
      ['deleted', gone, 'a bot'],
    ]);
    // Deletions are read last: whatever else came again would have come before it.
    const again = await missed(rig, 1, () => workspace.deletes('alarm', marked));
    assert.deepEqual(again, [['deleted', marked, 'a bot']]);
    assert.deepEqual([rig.failures, rig.untold], [[], []]);
  });

  it('goes on from there: what was marked before is taken off and marked again', async (test) => {
    const rig = await aReadBackRig(test);
    const { workspace } = rig;
    const ts = await writes(rig, 'on and off');
    const marks = () => workspace.reacts('ann', 'alarm', ts, 'pushpin');
    const takesOff = () => workspace.takesReactionBack('ann', 'alarm', ts, 'pushpin');
    const heard = [await missed(rig, 1, marks)];
    await takesOff();
    await marks();
    heard.push(await missed(rig, 1, takesOff), await missed(rig, 1, marks));
    assert.deepEqual(
      [heard.flat().map(([kind]) => kind), rig.heard.length],
      [['pinned', 'unpinned', 'pinned'], 5],
    );
  });

  it('is heard as well after a gap of the connection, whatever Slack sends again', async (test) => {
    const clock = new HandClock();
    const rig = await aReadBackRig(test, { clock });
    const { workspace } = rig;
    const { socket, faults } = workspace.slack;
    const ts = await writes(rig, 'in the gap');
    await workspace.when('two connections stand', () => socket.connections === 2);
    faults.down(true);
    socket.cut();
    await until('both were tried again', () => rig.failures.length >= 2);
    await workspace.pins('ann', 'alarm', ts);
    faults.down(false);
    assert.equal(rig.heard.length, 0);
    clock.advance(5_000);
    await until('it is heard', () => rig.heard.length > 0);
    assert.deepEqual(told(rig), [['pinned', ts, 'ann', 'pin']]);
  });

  it('is left to whoever heard it meanwhile', async (test) => {
    const rig = await aReadBackRig(test);
    const { workspace } = rig;
    const [first, second] = [await writes(rig, 'heard'), await writes(rig, 'not heard')];
    let asked = 0;
    rig.asking.next = async () => {
      asked += 1;
      // Its channel was read, with the emoji on it.
      if (asked === 2) await workspace.takesReactionBack('ann', 'alarm', first, 'pushpin');
    };
    const heard = await missed(rig, 2, async () => {
      await workspace.reacts('ann', 'alarm', first, 'pushpin');
      await workspace.reacts('ann', 'alarm', second, 'pushpin');
    });
    assert.deepEqual(heard, [
      ['unpinned', first, 'ann', 'emoji:pushpin'],
      ['pinned', second, 'ann', 'emoji:pushpin'],
    ]);
  });

  it('is known of all who marked a message, though Slack lists some of them', async (test) => {
    const names = Array.from({ length: 55 }, (_, at) => `p${at}`);
    const rig = await aReadBackRig(test, { people: ['ben', ...names] });
    const ts = await writes(rig, 'everybody');
    const heard = await missed(rig, names.length, async () => {
      for (const name of names) await rig.workspace.reacts(name, 'alarm', ts, 'pushpin');
    });
    assert.deepEqual(
      heard.map(([, , name]) => name),
      names,
    );
  });

  it('waits when Slack asks to, and is left alone when everything stops', async (test) => {
    const clock = new HandClock();
    const rig = await aReadBackRig(test, { clock });
    const { workspace } = rig;
    const ts = await writes(rig, 'later');
    await rig.away(async () => {
      await workspace.reacts('ann', 'alarm', ts, 'pushpin');
      workspace.slack.rates.refuseNext('conversations.history', 1, 30);
    });
    const looks = () => {
      clock.advance(1_000);
      return rig.heard.length > 0;
    };
    await until('it is heard', looks);
    const calls = workspace.slack.calls.filter(({ method }) => method === 'conversations.history');
    const [asked, again] = calls.map(({ at }) => at.getTime());
    assert.ok((again ?? 0) - (asked ?? 0) >= 30_000);
    workspace.slack.rates.refuseNext('conversations.history', 1, 30);
    await rig.away(() => Promise.resolve());
    await rig.away(() => Promise.resolve());
    const { socket } = workspace.slack;
    await workspace.when('two connections stand', () => socket.connections === 2);
    assert.deepEqual([rig.untold, rig.heard.length], [[], 1]);
  });

  it('is said to be unknown where the channel cannot be read, or too much was written', async (test) => {
    const rig = await aReadBackRig(test);
    const { workspace } = rig;
    workspace.slack.faults.next('pins.list', { kind: 'error', error: 'missing_scope' });
    await rig.away(() => Promise.resolve());
    await until('it is told', () => rig.untold.length === 1);
    assert.match(rig.untold[0] ?? '', /could not read back.*install it again/);
    await rig.away(async () => {
      const { state } = workspace.slack;
      for (let line = 0; line <= 1_000; line += 1) {
        state.post(workspace.channel('alarm'), { user: 'U0BEN', text: `line ${line}` });
      }
    });
    await until('it is told', () => rig.untold.length === 2);
    assert.match(rig.untold[1] ?? '', /More was written/);
  });
});
