import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';

import type { PersonToken } from '../domain/person.ts';
import { StaleError, UserError } from '../errors.ts';
import { forEachDatabase } from '../testing/database.ts';
import { aPerson } from '../testing/nouns.ts';
import { openTestStore } from '../testing/store.ts';

const sha256 = () => randomUUID().replaceAll('-', '').padEnd(64, '0');
const conflict = (pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof UserError);
  assert.equal(error.code, 'conflict');
  assert.match(error.message, pattern);
  return true;
};

forEachDatabase((name) => {
  describe('people', async () => {
    const { store, clock } = await openTestStore(name);
    const aToken = (given: Partial<PersonToken>): PersonToken => ({
      id: randomUUID(),
      person: store.instance.operator,
      kind: 'cli',
      sha256: sha256(),
      issuedAt: clock.now(),
      ...given,
    });

    it('begin with the local operator, who may do everything but is one person', async () => {
      const operator = await store.people.byId(store.instance.operator);
      assert.equal(operator?.handle, 'operator');
      assert.deepEqual(operator?.permissions, ['admin', 'responder', 'approver', 'auditor']);
      assert.equal(operator?.timeZone, undefined);
    });

    it('are read back as they were saved, whatever the case of the handle', async () => {
      const ana = aPerson({ handle: 'Ana.A', name: 'Ana “the Ñ” 🔥', timeZone: 'America/Lima' });
      await store.save({ people: [ana] });
      const saved = { ...ana, revision: 1 };
      assert.deepEqual(await store.people.byHandle('aNa.a'), saved);
      assert.deepEqual(await store.people.byId(ana.id), saved);
      assert.equal(await store.people.byId('nobody'), undefined);
      assert.equal(await store.people.byHandle("'; drop table people; --"), undefined);
      const handles = (await store.people.list()).map((person) => person.handle);
      assert.ok(handles.indexOf('Ana.A') < handles.indexOf('operator'));
    });

    it('can get in by a token that is good, and the local operator always', async () => {
      const day = 24 * 60 * 60_000;
      const [lea, max, off] = ['lea', 'max', 'off'].map((handle) => aPerson({ handle }));
      assert.ok(lea && max && off);
      const ends = { expiresAt: new Date(clock.now().getTime() + day) };
      await store.save({
        people: [lea, max, { ...off, disabledAt: clock.now() }],
        tokens: [
          aToken({ person: lea.id, ...ends }),
          aToken({ person: max.id, kind: 'invitation' }),
          aToken({ person: max.id, revokedAt: clock.now() }),
          aToken({ person: off.id }),
        ],
      });
      const handles = async (at: Date) =>
        (await store.people.entering(at))
          .map(({ handle }) => handle)
          .filter((handle) => ['lea', 'max', 'off', 'operator'].includes(handle))
          .toSorted();
      assert.deepEqual(await handles(clock.now()), ['lea', 'operator']);
      assert.deepEqual(await handles(ends.expiresAt), ['operator']);
    });

    it('have handles of their own', async () => {
      await store.save({ people: [aPerson({ handle: 'bo' })] });
      const second = store.save({ people: [aPerson({ handle: 'BO' })] });
      await assert.rejects(second, conflict(/@BO is already taken/));
    });

    it('cannot be changed by the slower of two admins', async () => {
      const cem = aPerson({ handle: 'cem' });
      await store.save({ people: [cem] });
      await store.save({ people: [{ ...cem, revision: 1, permissions: ['viewer'] }] });
      const slower = store.save({ people: [{ ...cem, revision: 1, permissions: ['admin'] }] });
      await assert.rejects(slower, StaleError);
      assert.deepEqual((await store.people.byHandle('cem'))?.permissions, ['viewer']);
    });

    it('always include an admin, also when two remove each other at once', async () => {
      const other = await openTestStore(name);
      const [first] = await other.store.people.list();
      assert.ok(first);
      const only = other.store.save({ people: [{ ...first, permissions: ['responder'] }] });
      await assert.rejects(only, conflict(/last admin/));
      const disabled = other.store.save({ people: [{ ...first, disabledAt: clock.now() }] });
      await assert.rejects(disabled, conflict(/last admin/));

      const dee = aPerson({ handle: 'dee', permissions: ['admin'] });
      await other.store.save({ people: [dee] });
      const results = await Promise.allSettled([
        other.store.save({ people: [{ ...first, permissions: [] }] }),
        other.store.save({ people: [{ ...dee, revision: 1, permissions: [] }] }),
      ]);
      assert.deepEqual(results.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
      const people = await other.store.people.list();
      assert.equal(people.filter((one) => one.permissions.includes('admin')).length, 1);
    });

    it('are known by a token of the right kind until it ends', async () => {
      const expiresAt = new Date(clock.now().getTime() + 1_000);
      const token = aToken({ expiresAt });
      await store.save({ tokens: [token] });
      const found = await store.people.byToken(token.sha256, 'cli', clock.now());
      assert.equal(found?.person.id, store.instance.operator);
      assert.deepEqual(found?.token, token);
      assert.equal(await store.people.byToken(token.sha256, 'invitation', clock.now()), undefined);
      assert.equal(await store.people.byToken(token.sha256, 'cli', expiresAt), undefined);
      assert.equal(await store.people.byToken(sha256(), 'cli', clock.now()), undefined);

      const revokedAt = clock.now();
      await store.save({ tokens: [{ ...token, revokedAt }] });
      assert.equal(await store.people.byToken(token.sha256, 'cli', clock.now()), undefined);
      const kept = await store.people.tokensOf(store.instance.operator);
      assert.deepEqual(kept, [{ ...token, revokedAt }]);
    });

    it('who are disabled are not known by their tokens any more', async () => {
      const eve = aPerson({ handle: 'eve' });
      const token = aToken({ person: eve.id });
      await store.save({ people: [eve], tokens: [token] });
      assert.ok(await store.people.byToken(token.sha256, 'cli', clock.now()));
      await store.save({ people: [{ ...eve, revision: 1, disabledAt: clock.now() }] });
      assert.equal(await store.people.byToken(token.sha256, 'cli', clock.now()), undefined);
    });

    it('cannot share a token', async () => {
      const token = aToken({});
      await store.save({ tokens: [token] });
      const twice = store.save({ tokens: [aToken({ sha256: token.sha256 })] });
      await assert.rejects(twice, conflict(/issued before/));
    });
  });
});
