import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { sql } from 'drizzle-orm';

import { UserError } from '../errors.ts';
import { forEachDatabase } from '../testing/database.ts';
import { openDatabaseOf, openTestStore } from '../testing/store.ts';
import { until } from '../testing/until.ts';
import type { JobState, NewJob, Store } from './store.ts';

const contain = (id: string, plan = id): NewJob => ({ kind: 'contain', id, data: { plan } });
const isState = async (store: Store, id: string, state: JobState['state']) =>
  (await store.jobs.state('contain', id))?.state === state;

forEachDatabase((name) => {
  describe('jobs', () => {
    it('are taken once, though they were asked for twice', async () => {
      const { store } = await openTestStore(name);
      await store.save({ jobs: [contain('a', 'first'), contain('a', 'second')] });
      await store.save({ jobs: [contain('a', 'third'), contain('b')] });
      const taken: string[] = [];
      await store.jobs.work('contain', { atOnce: 2 }, async ({ plan }) => {
        taken.push(plan);
      });
      await until('both are done', async () => {
        return (await isState(store, 'a', 'done')) && (await isState(store, 'b', 'done'));
      });
      assert.deepEqual(new Set(taken), new Set(['first', 'b']));
      assert.equal(taken.length, 2);
    });

    it('that arrive while somebody waits for them start at once', async () => {
      const { store } = await openTestStore(name);
      const done = Promise.withResolvers<string>();
      await store.jobs.work('contain', { atOnce: 1 }, async ({ plan }) => {
        done.resolve(plan);
      });
      await store.save({ jobs: [contain('now')] });
      assert.equal(await done.promise, 'now');
    });

    it('run several at once, and a short one does not wait for a long one', async () => {
      const { store } = await openTestStore(name);
      const release = Promise.withResolvers<undefined>();
      let running = 0;
      let most = 0;
      await store.jobs.work('contain', { atOnce: 2 }, async ({ plan }) => {
        running += 1;
        most = Math.max(most, running);
        if (plan === 'long') await release.promise;
        running -= 1;
      });
      await store.save({ jobs: [contain('long')] });
      await until('the long one runs', () => isState(store, 'long', 'running'));
      const short = ['s1', 's2', 's3'];
      await store.save({ jobs: short.map((id) => contain(id)) });
      for (const id of short) await until(`${id} is done`, () => isState(store, id, 'done'));
      assert.equal(await isState(store, 'long', 'running'), true);
      release.resolve(undefined);
      await until('the long one is done', () => isState(store, 'long', 'done'));
      assert.equal(most, 2);
    });

    it('that fail go again, and tell why without telling a secret', async () => {
      const { store } = await openTestStore(name);
      await store.save({ jobs: [contain('bug'), contain('known')] });
      const failures: Readonly<Record<string, Error>> = {
        bug: new Error('token hunter2 was refused'),
        known: new UserError('not_ready', 'The connection prod has no secret.'),
      };
      const tries = new Map<string, number>();
      await store.jobs.work('contain', { atOnce: 2 }, async ({ plan }) => {
        tries.set(plan, (tries.get(plan) ?? 0) + 1);
        const failure = failures[plan];
        if (tries.get(plan) === 1 && failure !== undefined) throw failure;
      });
      const lastErrors = new Map<string, string | undefined>();
      for (const id of ['bug', 'known']) {
        await until(`${id} has failed once`, async () => {
          const state = await store.jobs.state('contain', id);
          if (state?.lastError !== undefined) lastErrors.set(id, state.lastError);
          return lastErrors.has(id);
        });
      }
      assert.equal(lastErrors.get('bug'), 'Something unexpected failed (Error).');
      assert.equal(lastErrors.get('known'), 'The connection prod has no secret.');
      for (const id of ['bug', 'known']) {
        await until(`${id} is done`, () => isState(store, id, 'done'));
        assert.equal(tries.get(id), 2);
      }
    });

    it('wait for their hour', async () => {
      const { store } = await openTestStore(name);
      const taken: string[] = [];
      await store.jobs.work('contain', { atOnce: 1 }, async ({ plan }) => {
        taken.push(plan);
      });
      const notBefore = new Date(Date.now() + 3_600_000);
      await store.save({
        jobs: [{ ...contain('later'), kind: 'contain', data: { plan: 'later' }, notBefore }],
      });
      await store.save({ jobs: [contain('sooner')] });
      await until('the other one is done', () => isState(store, 'sooner', 'done'));
      assert.deepEqual(taken, ['sooner']);
      assert.deepEqual(await store.jobs.state('contain', 'later'), { state: 'waiting' });
    });

    it('are told to stop when the store closes, and go again after a restart', async () => {
      const opened = await openTestStore(name);
      await opened.store.save({ jobs: [contain('long')] });
      const started = Promise.withResolvers<undefined>();
      await opened.store.jobs.work('contain', { atOnce: 1 }, async (_data, signal) => {
        started.resolve(undefined);
        await new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reject(new Error('stopped'));
          });
        });
      });
      await started.promise;
      const store = await opened.reopen();
      assert.equal(await isState(store, 'long', 'waiting'), true);
      await store.jobs.work('contain', { atOnce: 1 }, async () => {});
      await until('it is done', () => isState(store, 'long', 'done'));
    });

    it('of a process that died are taken up by whoever is alive', async () => {
      const opened = await openTestStore(name);
      await opened.store.save({ jobs: [contain('orphan')] });
      const bare = await openDatabaseOf(opened);
      await bare.run(sql`update pgboss.job set state = 'active',
        started_on = now() - interval '1 minute', heartbeat_on = now() - interval '30 seconds'`);
      await bare.close();
      const store = await opened.reopen();
      assert.equal(await isState(store, 'orphan', 'running'), true);
      await store.jobs.requeueOrphans();
      // On PostgreSQL another process may be at it, so only its missing heartbeat tells.
      assert.equal(await isState(store, 'orphan', 'waiting'), name === 'pglite');
      await store.jobs.work('contain', { atOnce: 1 }, async () => {});
      await until('it is done', () => isState(store, 'orphan', 'done'));
    });

    it('that nobody asked for are not there', async () => {
      const { store } = await openTestStore(name);
      assert.equal(await store.jobs.state('contain', 'nothing'), undefined);
      await store.jobs.requeueOrphans();
      await store.save({ jobs: [contain('something')] });
      assert.equal(await store.jobs.state('contain', 'nothing'), undefined);
      assert.equal(await store.jobs.state('sync', 'something'), undefined);
    });
  });
});
