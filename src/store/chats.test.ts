import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, it } from 'node:test';

import pg from 'pg';

import type { Heard } from '../domain/heard.ts';
import type { Reply } from '../domain/reply.ts';
import { Secret } from '../domain/secret.ts';
import { databaseKinds } from '../testing/database.ts';
import type { TestStore } from '../testing/store.ts';
import { openTestStore } from '../testing/store.ts';
import type { NewOutgoing, Taking } from './store.ts';

const reply = (title: string): Reply => ({
  kind: 'view',
  title,
  blocks: [],
  next: [],
  audience: 'room',
  outcome: 'done',
  data: {},
});

/** Which of these lanes the database still knows. */
async function lanesIn(databaseUrl: string, some: readonly string[]): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const asked = 'select lane from lanes where lane = any($1)';
  const { rows } = await client.query<{ lane: string }>(asked, [some]);
  await client.end();
  return rows.map(({ lane }) => lane);
}

for (const kind of databaseKinds) {
  describe(`what is heard and what leaves, on ${kind}`, () => {
    let opened: TestStore;
    before(async () => {
      opened = await openTestStore(kind);
    });

    const taking = (by = 'one', forMs = 60_000): Taking => {
      const now = opened.clock.now();
      return { by, now, until: new Date(now.getTime() + forMs) };
    };
    const event = (id: string, more: Partial<Heard> = {}): Heard => ({
      id,
      surface: 'slack',
      workspace: 'slack:T1',
      speaker: { id: 'slack:T1/U1', name: 'Ana\0', standing: 'member' },
      room: 'slack:T1/C1',
      isDirect: false,
      at: opened.clock.now(),
      said: { kind: 'line', line: 'status \u{1f525}\ud800' },
      ...more,
    });
    const message = (room: string, title: string, more: Partial<NewOutgoing> = {}): NewOutgoing => {
      const id = randomUUID();
      const at = opened.clock.now();
      return {
        id,
        surface: 'slack',
        to: { kind: 'message', room },
        reply: reply(title),
        buttons: [],
        buttonsUntil: new Date(at.getTime() + 60_000),
        urgent: false,
        card: id,
        at,
        ...more,
      };
    };
    const titleOf = async (lane: string): Promise<string | undefined> => {
      const next = await opened.store.outgoing.next(lane, opened.clock.now());
      return next?.outgoing.reply.kind === 'view' ? next.outgoing.reply.title : undefined;
    };

    it('keeps an event once, whoever else keeps it at the same moment', async () => {
      const kept = await Promise.all(
        ['a', 'b', 'c'].map((by) => opened.store.heard.keep(event('once'), taking(by))),
      );
      assert.deepEqual(kept.toSorted(), ['again', 'again', 'new']);
    });

    it('gives an event to others once its taker had time enough, as it was heard', async () => {
      const { store, clock } = opened;
      const answer = { token: new Secret('https://hooks.example/1'), until: clock.now() };
      const heard = event('late', { answer });
      await store.heard.keep(heard, taking('dead'));
      assert.ok(
        !(await store.heard.takeUp(taking('two'), 9)).some((one) => one.heard.id === 'late'),
      );
      clock.forward(61_000);
      const found = (await store.heard.takeUp(taking('two'), 9)).find(
        (one) => one.heard.id === 'late',
      );
      assert.deepEqual({ ...found?.heard, answer: undefined }, { ...heard, answer: undefined });
      assert.equal(found?.heard.answer?.token.reveal(), 'https://hooks.example/1');
      assert.deepEqual(await store.heard.takeUp(taking('three'), 9), []);
    });

    it('lets nobody act or answer for an event that somebody else has taken up', async () => {
      const { store, clock } = opened;
      await store.heard.keep(event('lost'), taking('slow', 10));
      clock.forward(11);
      await store.heard.takeUp(taking('quick'), 9);
      const mark = { heard: 'lost', at: clock.now() };
      for (const as of ['acted', 'answered'] as const) {
        await assert.rejects(store.save({ heardMarks: [{ ...mark, by: 'slow', as }] }), {
          name: 'StaleError',
        });
      }
      await store.save({ heardMarks: [{ ...mark, by: 'quick', as: 'acted' }] });
      await assert.rejects(store.save({ heardMarks: [{ ...mark, by: 'quick', as: 'acted' }] }));
      await store.save({ heardMarks: [{ ...mark, by: 'quick', as: 'answered' }] });
      await assert.rejects(store.save({ heardMarks: [{ ...mark, by: 'quick', as: 'answered' }] }));
    });

    it('lets a lane leave in order, what is urgent first', async () => {
      const { store, clock } = opened;
      const list = [
        message('slack:T1/order', 'one'),
        message('slack:T1/order', 'two'),
        message('slack:T1/order', 'now', { urgent: true }),
      ];
      await store.save({ outgoing: list });
      const order: unknown[] = [];
      for (;;) {
        const next = await store.outgoing.next('slack:T1/order', clock.now());
        if (next === undefined) break;
        if (next.outgoing.reply.kind === 'view') order.push(next.outgoing.reply.title);
        await store.outgoing.sent(next.outgoing.id, 'ref', clock.now());
      }
      assert.deepEqual(order, ['now', 'one', 'two']);
    });

    it('writes what waits on a card anew, and edits it once it has left', async () => {
      const { store, clock } = opened;
      const lane = 'slack:T1/cards';
      await store.save({ outgoing: [message(lane, 'old', { card: 'c' })] });
      await store.save({ outgoing: [message(lane, 'new', { card: 'c' })] });
      const first = await store.outgoing.next(lane, clock.now());
      assert.ok(first?.outgoing.reply.kind === 'view' && first.outgoing.reply.title === 'new');
      assert.equal(first.outgoing.edits, undefined);
      await store.save({ outgoing: [message(lane, 'newer', { card: 'c' })] });
      await store.outgoing.sent(first.outgoing.id, 'ref-1', clock.now());
      const second = await store.outgoing.next(lane, clock.now());
      assert.equal(second?.outgoing.edits, 'ref-1');
      assert.ok(second.outgoing.reply.kind === 'view' && second.outgoing.reply.title === 'newer');
    });

    it('is in doubt about what was being sent when its process died', async () => {
      const { store, clock } = opened;
      const lane = 'slack:T1/doubt';
      await store.save({ outgoing: [message(lane, 'maybe')] });
      assert.equal((await store.outgoing.next(lane, clock.now()))?.inDoubt, false);
      const again = await store.outgoing.next(lane, clock.now());
      assert.equal(again?.inDoubt, true);
      await store.outgoing.notSent(again.outgoing.id);
      assert.equal((await store.outgoing.next(lane, clock.now()))?.inDoubt, false);
      assert.equal(await titleOf(lane), 'maybe');
    });

    it('lets one process send in a lane, until it lets go or had time enough', async () => {
      const { store, clock } = opened;
      const lane = 'slack:T1/taken';
      await store.save({ outgoing: [message(lane, 'x')] });
      assert.equal(await store.outgoing.take(lane, taking('one')), true);
      assert.equal(await store.outgoing.take(lane, taking('two')), false);
      assert.ok(!(await store.outgoing.due(['slack'], clock.now())).includes(lane));
      await store.outgoing.release(lane, 'one', new Date(clock.now().getTime() + 5_000));
      assert.equal(await store.outgoing.take(lane, taking('two')), false);
      clock.forward(5_000);
      assert.ok((await store.outgoing.due(['slack'], clock.now())).includes(lane));
      assert.ok(!(await store.outgoing.due(['discord'], clock.now())).includes(lane));
      assert.equal(await store.outgoing.take(lane, taking('two')), true);
      clock.forward(61_000);
      assert.equal(await store.outgoing.take(lane, taking('three')), true);
    });

    it('lets a button be pressed once, and again only by the event that pressed it', async () => {
      const { store, clock } = opened;
      const shown = message('slack:T1/b', 'card', {
        buttons: [{ key: `key-${kind}`, line: 'status INC-1' }],
      });
      await store.save({ outgoing: [shown] });
      const press = (heard: string, key = `key-${kind}`) =>
        store.buttons.press(key, { heard, by: 'slack:T1/U1', at: clock.now() });
      const [one, two] = await Promise.all([press('e1'), press('e2')]);
      assert.deepEqual([one.kind, two.kind].toSorted(), ['pressed', 'used']);
      const winner = one.kind === 'pressed' ? 'e1' : 'e2';
      assert.equal((await press(winner)).kind, 'pressed');
      await store.save({ buttonReleases: [winner] });
      assert.equal((await press('e3')).kind, 'pressed');
      assert.equal((await press('e4', 'never')).kind, 'unknown');
      await store.save({ buttonReleases: ['e3'] });
      clock.forward(60_000);
      assert.equal((await press('e5')).kind, 'expired');
    });

    it('forgets what was answered and sent long ago, and nothing that still waits', async () => {
      const { store, clock } = opened;
      const lane = 'slack:T1/forget';
      for (const id of ['answered', 'open']) await store.heard.keep(event(id), taking());
      const mark = { heard: 'answered', by: 'one', at: clock.now(), as: 'answered' } as const;
      const list = [message(lane, 'sent'), message(lane, 'waits')];
      await store.save({ heardMarks: [mark], outgoing: list });
      const first = (await store.outgoing.next(lane, clock.now())) ?? assert.fail();
      await store.outgoing.sent(first.outgoing.id, 'ref', clock.now());
      const over = 'slack:T1/over';
      await store.outgoing.take(over, { by: 'one', now: clock.now(), until: clock.now() });
      await store.outgoing.take(lane, { by: 'one', now: clock.now(), until: clock.now() });
      clock.forward(1);
      await store.heard.forget(clock.now());
      const { databaseUrl } = opened.options;
      if (databaseUrl !== undefined)
        assert.deepEqual(await lanesIn(databaseUrl, [lane, over]), [lane]);
      assert.deepEqual(await store.outgoing.onCard(list[0]?.card ?? ''), []);
      assert.equal(await titleOf(lane), 'waits');
      assert.equal(await store.heard.keep(event('answered'), taking()), 'new');
      assert.equal(await store.heard.keep(event('open'), taking()), 'again');
    });

    it('tells how long what waits has waited', async () => {
      const { store, clock } = opened;
      const [slack] = await store.outgoing.backlog();
      assert.ok(slack !== undefined && slack.oldestAt < clock.now());
      await store.save({
        outgoing: [message('discord:G/1', 'd', { surface: 'discord' })],
      });
      const waiting = await store.outgoing.backlog();
      assert.deepEqual(
        waiting.find(({ surface }) => surface === 'discord'),
        { surface: 'discord', waiting: 1, oldestAt: clock.now() },
      );
    });

    it('measures all that waits in the instance, with nothing but numbers', async () => {
      const { store, clock } = opened;
      const at = await store.workload();
      const due = new Date(clock.now().getTime() + 9_000);
      await store.heard.keep(event('unanswered'), taking('slow'));
      const follow = { heard: event('again'), follows: 'unanswered', due };
      await store.save({
        follows: [follow],
        jobs: [{ kind: 'contain', id: 'a', data: { plan: 'a' } }],
      });
      const { heard, outgoing, jobs, ...rest } = await store.workload();
      assert.equal(heard.waiting, at.heard.waiting + 1);
      assert.ok(heard.oldestAt && heard.oldestAt <= clock.now());
      const { surface, ...discord } = outgoing[0] ?? assert.fail();
      assert.deepEqual([surface, discord.waiting], ['discord', 1]);
      const [job] = jobs.filter((one) => one.kind === 'contain');
      assert.deepEqual([job?.waiting, job?.running], [1, 0]);
      assert.ok(job?.oldestAt);
      assert.deepEqual(rest, { incidentsOpen: 0, plansRunning: 0, plansProposed: 0 });
    });
  });
}
