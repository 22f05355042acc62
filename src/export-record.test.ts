import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { exportRecord } from './export-record.ts';
import { makeExporters } from './exports/formats.ts';
import { verifyBundle } from './record/verify.ts';
import type { Store } from './store/store.ts';
import { anEvent, anIncident } from './testing/nouns.ts';
import { openTestStore } from './testing/store.ts';
import { textOf } from './testing/timeline.ts';

/** A store on which others write after each write, before anything else happens. */
function busy(store: Store, chain: string): Store {
  return {
    ...store,
    save: async (change) => {
      const saved = await store.save(change);
      await store.save({ events: [anEvent(chain), anEvent(chain)] });
      return saved;
    },
  };
}

describe('the export of a record', async () => {
  const { store, options, clock } = await openTestStore();
  const by = (await store.people.byId(store.instance.operator)) ?? assert.fail();
  const { incidents } = await store.save({ incidents: [anIncident({ declaredBy: by.id })] });
  const { id, name } = incidents[0] ?? assert.fail();
  const exporters = makeExporters(options.recorder);
  const exported = (of: Store): Promise<string> =>
    textOf(exportRecord({ store: of, exporters, now: clock.now }, name, 'json', by));

  it('ends with its own entry, signed, also while others write on', async () => {
    const bundle = await exported(busy(store, id));
    const report = await verifyBundle(
      (async function* () {
        yield bundle;
      })(),
    );

    assert.equal(report.problem, undefined);
    assert.equal(report.entries, 1);
    assert.equal((await store.timeline.latest(id, 9)).length, 3, 'two were written behind it');
  });

  it('ends with the newer entry when it is exported again', async () => {
    clock.forward(1000);
    const report = await verifyBundle(
      (async function* () {
        yield await exported(store);
      })(),
    );
    assert.equal(report.problem, undefined);
    assert.equal(report.entries, 4);
  });
});
