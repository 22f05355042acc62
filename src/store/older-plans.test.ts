import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { sql } from 'drizzle-orm';

import { forEachDatabase } from '../testing/database.ts';
import { anIncident } from '../testing/nouns.ts';
import { aPlan } from '../testing/records.ts';
import { openDatabaseOf, openTestStore } from '../testing/store.ts';

const migration = join(import.meta.dirname, '../../migrations/0010_approval_policy.sql');

forEachDatabase((name) => {
  describe('plans from before there was an approval policy', async () => {
    const opened = await openTestStore(name);

    it('are void with a sentence when they wait, and untouched when they ran', async () => {
      const me = opened.store.instance.operator;
      const { incidents } = await opened.store.save({
        incidents: [anIncident({ declaredBy: me })],
      });
      const incident = incidents[0]?.id ?? assert.fail();
      const states = ['proposed', 'approved', 'running', 'finished', 'denied'] as const;
      const { plans } = await opened.store.save({
        plans: states.map((state) => aPlan({ incident, requestedBy: me, state })),
      });
      const [update = ''] = (await readFile(migration, 'utf8'))
        .split('--> statement-breakpoint')
        .filter((statement) => statement.includes('UPDATE'));
      const database = await openDatabaseOf(opened);
      await database.run(sql.raw(update));
      await database.close();
      const store = await opened.reopen();
      const after = await Promise.all(plans.map(({ id }) => store.plans.byId(id)));
      assert.deepEqual(
        after.map((plan) => plan?.state),
        ['expired', 'expired', 'running', 'finished', 'denied'],
      );
      assert.equal(after[0]?.stateReason, 'It was made before there was an approval policy.');
      assert.equal(after[2]?.stateReason, undefined);
    });
  });
});
