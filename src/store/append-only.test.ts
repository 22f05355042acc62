import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { sql } from 'drizzle-orm';

import { instanceChain } from '../domain/timeline.ts';
import { assertChainHolds } from '../testing/chain.ts';
import { forEachDatabase } from '../testing/database.ts';
import { anEvent, anIncident } from '../testing/nouns.ts';
import { openDatabaseOf, openTestStore } from '../testing/store.ts';
import { databaseFailure } from './database.ts';

forEachDatabase((name) => {
  describe('what was recorded', async () => {
    const opened = await openTestStore(name);
    const { incidents } = await opened.store.save({
      incidents: [anIncident({ declaredBy: opened.store.instance.operator })],
    });
    const chain = incidents[0]?.id ?? '';
    await opened.store.save({ events: [anEvent(chain), anEvent(chain, { text: 'Erase me.' })] });
    await opened.store.timeline.checkpoint(chain);

    it('cannot be changed, deleted or emptied in the database', async () => {
      const bare = await openDatabaseOf(opened);
      for (const statement of [
        `update timeline_entries set kind = 'other'`,
        `delete from timeline_entries`,
        `truncate timeline_entries`,
        `update checkpoints set seq = 1`,
        `delete from checkpoints`,
        `truncate checkpoints`,
        `update timeline_values set value = '{}'`,
        `truncate timeline_values`,
        `delete from chains`,
        `truncate chains cascade`,
        `update signing_keys set public_key_pem = ''`,
        `delete from signing_keys`,
        `truncate signing_keys`,
        `truncate journal`,
        `truncate evidence`,
      ]) {
        await assert.rejects(bare.run(sql.raw(statement)), (error: unknown) => {
          assert.equal(databaseFailure(error)?.code, '42501', statement);
          return true;
        });
      }
      await bare.close();
      const store = await opened.reopen();
      assert.equal((await assertChainHolds(store, chain)).length, 2);
      await assertChainHolds(store, instanceChain);
    });

    it('loses its words and its person by erasure, and the chain still holds', async () => {
      const bare = await openDatabaseOf(opened);
      await bare.run(sql`delete from timeline_values where incident = ${chain} and seq = 2`);
      await bare.close();
      const store = await opened.reopen();
      const [kept, erased] = await store.timeline.latest(chain, 10);
      assert.equal(kept?.text, 'A second beacon was found.');
      assert.deepEqual(
        [erased?.text, erased?.actor, erased?.data],
        [undefined, undefined, undefined],
      );
      assert.equal(erased?.kind, 'note_added');
      assert.equal((await assertChainHolds(store, chain)).length, 2);
    });

    it('shows when somebody went past the triggers', async () => {
      const bare = await openDatabaseOf(opened);
      await bare.run(sql`alter table timeline_entries disable trigger all`);
      await bare.run(sql`update timeline_entries set occurred_at = '2020-01-01'
        where incident = ${chain} and seq = 1`);
      await bare.close();
      await assert.rejects(assertChainHolds(await opened.reopen(), chain));
    });
  });
});
