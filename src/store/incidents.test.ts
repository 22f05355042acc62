import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { isVisibleTo } from '../domain/incident.ts';
import { StaleError } from '../errors.ts';
import { assertChainHolds } from '../testing/chain.ts';
import { forEachDatabase } from '../testing/database.ts';
import { aPerson, anEvent, anIncident } from '../testing/nouns.ts';
import { openTestStore } from '../testing/store.ts';

forEachDatabase((name) => {
  describe('incidents', async () => {
    const { store, clock } = await openTestStore(name);
    const me = store.instance.operator;
    const stranger = aPerson({ handle: 'stranger' });
    const member = aPerson({ handle: 'member' });
    const leader = aPerson({ handle: 'leader' });
    await store.save({ people: [stranger, member, leader] });
    const declare = async (given: Partial<Parameters<typeof anIncident>[0]> = {}) => {
      const { incidents } = await store.save({
        incidents: [anIncident({ declaredBy: me, ...given })],
      });
      return incidents[0] ?? assert.fail();
    };

    it('counts open ones only, so that no gap gives a private one away', async () => {
      const names: string[] = [];
      for (const visibility of ['open', 'private', 'private', 'open'] as const) {
        names.push((await declare({ visibility })).name);
      }
      const [first, hidden, other, second] = names;
      assert.match(first ?? '', /^INC-\d+$/);
      assert.equal(Number(second?.slice(4)), Number(first?.slice(4)) + 1);
      assert.match(hidden ?? '', /^INC-[A-HJKMNP-Z]{4}$/);
      assert.match(other ?? '', /^INC-[A-HJKMNP-Z]{4}$/);
      assert.notEqual(hidden, other);
    });

    it('reads one back as it was saved, by each way people write its name', async () => {
      const saved = await declare({
        resolvedAt: new Date('2026-11-23T08:30:00.000Z'),
        roles: [
          { role: 'commander', person: leader.id, since: new Date('2026-11-23T08:01:00.000Z') },
          { role: 'scribe', person: me, since: new Date('2026-11-23T08:02:00.000Z') },
        ],
        drill: true,
      });
      assert.equal(saved.revision, 1);
      for (const text of [saved.name, saved.name.toLowerCase(), saved.name.slice(4)]) {
        assert.deepEqual(await store.incidents.byName(text, me), saved);
      }
      assert.deepEqual(await store.incidents.byId(saved.id, me), saved);
      assert.deepEqual(await store.incidents.forFirebreak(saved.id), saved);
    });

    it('finds nothing under a name or id that is none', async () => {
      assert.equal(await store.incidents.byName("x' or true --", me), undefined);
      assert.equal(await store.incidents.byId('not-a-uuid', me), undefined);
      assert.equal(await store.incidents.inRoom('nowhere', me), undefined);
      assert.equal(await store.incidents.byName('1', 'not-a-uuid'), undefined);
    });

    it('hides a private one from everybody but those who are in it, in every read', async () => {
      const secret = await declare({
        visibility: 'private',
        members: [member.id],
        roles: [{ role: 'commander', person: leader.id, since: clock.now() }],
      });
      await store.save({ rooms: [{ room: 'cli:war', incident: secret.id }] });
      for (const viewer of [me, member.id, leader.id, stranger.id]) {
        const visible = isVisibleTo(secret, viewer);
        assert.equal(visible, viewer !== stranger.id);
        const expected = visible ? secret : undefined;
        assert.deepEqual(await store.incidents.byName(secret.name, viewer), expected);
        assert.deepEqual(await store.incidents.byId(secret.id, viewer), expected);
        assert.deepEqual(await store.incidents.inRoom('cli:war', viewer), expected);
        const listed = await store.incidents.list(viewer, { closed: true, limit: 100 });
        assert.equal(
          listed.some((one) => one.id === secret.id),
          visible,
        );
      }
    });

    it('lists the newest first, closed ones when asked, no more than wanted', async () => {
      const old = await declare({ declaredAt: new Date('2030-01-01') });
      const closed = await declare({
        declaredAt: new Date('2030-01-02'),
        closedAt: new Date('2030-01-03'),
      });
      const fresh = await declare({ declaredAt: new Date('2030-01-04') });
      const open = await store.incidents.list(me, { closed: false, limit: 2 });
      assert.deepEqual(
        open.map((one) => one.id),
        [fresh.id, old.id],
      );
      const all = await store.incidents.list(me, { closed: true, limit: 3 });
      assert.deepEqual(
        all.map((one) => one.id),
        [fresh.id, closed.id, old.id],
      );
    });

    it('refuses the slower of two who changed the same, and writes nothing of theirs', async () => {
      const loaded = await declare();
      const { incidents } = await store.save({ incidents: [{ ...loaded, severity: 'sev1' }] });
      assert.equal(incidents[0]?.revision, 2);
      const slower = store.save({
        incidents: [{ ...loaded, severity: 'sev4' }],
        events: [anEvent(loaded.id)],
      });
      await assert.rejects(slower, (error: unknown) => {
        assert.ok(error instanceof StaleError);
        assert.match(error.message, new RegExp(loaded.name));
        return true;
      });
      assert.equal((await store.incidents.byId(loaded.id, me))?.severity, 'sev1');
      assert.deepEqual(await store.timeline.latest(loaded.id, 10), []);
    });

    it('lets exactly one of many at once win', async () => {
      const loaded = await declare();
      const results = await Promise.allSettled(
        Array.from({ length: 8 }, (_, index) =>
          store.save({ incidents: [{ ...loaded, title: `title ${index}` }] }),
        ),
      );
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
      assert.equal((await store.incidents.byId(loaded.id, me))?.revision, 2);
    });

    it('keeps the name and replaces the roles when it changes', async () => {
      const since = new Date('2026-11-23T08:01:00.000Z');
      const loaded = await declare({ roles: [{ role: 'commander', person: me, since }] });
      const roles = [
        { role: 'commander' as const, person: leader.id, since },
        { role: 'deputy' as const, person: me, since },
      ];
      await store.save({ incidents: [{ ...loaded, name: 'INC-999999', roles }] });
      const read = await store.incidents.byId(loaded.id, me);
      assert.equal(read?.name, loaded.name);
      assert.deepEqual(read?.roles, roles);
    });

    it('moves a room to another incident', async () => {
      const [one, two] = [await declare(), await declare()];
      await store.save({ rooms: [{ room: 'cli:me', incident: one.id }] });
      await store.save({ rooms: [{ room: 'cli:me', incident: two.id }] });
      assert.equal((await store.incidents.inRoom('cli:me', me))?.id, two.id);
    });

    it('signs the head when an incident is closed', async () => {
      const loaded = await declare();
      const closedAt = clock.now();
      await store.save({
        incidents: [{ ...loaded, closedAt }],
        events: [anEvent(loaded.id), anEvent(loaded.id, { kind: 'incident_closed' })],
      });
      const entries = await assertChainHolds(store, loaded.id);
      const checkpoints = await store.timeline.checkpoint(loaded.id);
      assert.equal(entries.length, 2);
      assert.equal(checkpoints.length, 1, 'the very head was signed by the close already');
      assert.equal(JSON.parse(checkpoints[0]?.canonical ?? '{}').seq, 2);
    });

    it('signs every fiftieth entry by itself', async () => {
      const { id } = await declare();
      await store.save({ events: Array.from({ length: 120 }, () => anEvent(id)) });
      const checkpoints = await store.timeline.checkpoint(id);
      assert.deepEqual(
        checkpoints.map(({ canonical }) => Number(JSON.parse(canonical).seq)),
        [50, 100, 120],
      );
      await assertChainHolds(store, id);
    });
  });
});
