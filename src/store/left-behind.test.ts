import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';

import type { Heard } from '../domain/heard.ts';
import type { DatabaseKind } from '../testing/database.ts';
import { aView } from '../testing/replies.ts';
import { openTestStore } from '../testing/store.ts';
import { onItsWayMs } from './left-behind.ts';

const minuteMs = 60_000;

/** A process took two lanes and an event, was sending in one of the lanes, and died. */
async function leftBehind(kind: DatabaseKind) {
  const opened = await openTestStore(kind);
  const { clock } = opened;
  const at = clock.now();
  const leaving = (room: string) => {
    const id = randomUUID();
    const to = { kind: 'message', room } as const;
    const plain = { buttons: [], buttonsUntil: at, urgent: false, card: id, at };
    return { id, surface: 'slack', to, reply: aView({ title: room }), ...plain } as const;
  };
  const heard: Heard = {
    id: 'slack:Ev1',
    surface: 'slack',
    workspace: 'slack:T1',
    speaker: { id: 'slack:T1/U1', name: 'Ana', standing: 'member' },
    room: 'slack:T1/C1',
    isDirect: false,
    at,
    said: { kind: 'line', line: 'status' },
  };
  const taking = { by: 'dead', now: at, until: new Date(at.getTime() + minuteMs) };
  await opened.store.save({ outgoing: [leaving('slack:T1/quiet'), leaving('slack:T1/doubt')] });
  for (const room of ['quiet', 'doubt']) {
    assert.ok(await opened.store.outgoing.take(`slack:T1/${room}`, taking));
  }
  assert.ok(await opened.store.outgoing.next('slack:T1/doubt', at));
  await opened.store.heard.keep(heard, taking);
  const store = await opened.reopen();
  const due = async () => (await store.outgoing.due(['slack'], clock.now())).toSorted();
  const takeUp = async () => {
    const now = clock.now();
    const until = new Date(now.getTime() + minuteMs);
    return (await store.heard.takeUp({ by: 'next', now, until }, 9)).map((one) => one.heard.id);
  };
  return { clock, due, takeUp };
}

describe('what a dead process had taken', () => {
  it('is free at once where nobody else can have it, save what may be on its way', async () => {
    const { clock, due, takeUp } = await leftBehind('pglite');
    assert.deepEqual(await due(), ['slack:T1/quiet']);
    assert.deepEqual(await takeUp(), ['slack:Ev1']);
    clock.forward(onItsWayMs);
    assert.deepEqual(await due(), ['slack:T1/doubt', 'slack:T1/quiet']);
  });

  it('stays taken until its time is over where it may be alive', async () => {
    const { clock, due, takeUp } = await leftBehind('postgres');
    clock.forward(onItsWayMs);
    assert.deepEqual([await due(), await takeUp()], [[], []]);
    clock.forward(minuteMs);
    assert.deepEqual(await due(), ['slack:T1/doubt', 'slack:T1/quiet']);
    assert.deepEqual(await takeUp(), ['slack:Ev1']);
  });
});
