import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shippedPolicy } from './approval-policy.ts';
import { exportRecord } from './export-record.ts';
import { makeExporters } from './exports/formats.ts';
import { verifyBundle } from './record/verify.ts';
import type { Store } from './store/store.ts';
import { aConnection, anEvent, anIncident } from './testing/nouns.ts';
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
  const exported = (of: Store, why?: string): Promise<string> =>
    textOf(
      exportRecord(
        { store: of, exporters, policy: shippedPolicy, now: clock.now },
        name,
        'json',
        by,
        why,
      ),
    );

  it('ends with its own entry, signed, also while others write on', async () => {
    const bundle = await exported(busy(store, id), 'for the insurer');
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
        yield await exported(store, 'for the insurer');
      })(),
    );
    assert.equal(report.problem, undefined);
    assert.equal(report.entries, 4);
  });

  it('says why on the timeline, and leaves nowhere without a reason', async () => {
    const before = (await store.timeline.latest(id, 99)).length;
    await assert.rejects(exported(store), { code: 'bad_input', message: /^Why does the record/ });
    await assert.rejects(exported(store, 'x'), { code: 'bad_input', message: /says too little/ });
    assert.equal((await store.timeline.latest(id, 99)).length, before);
    await exported(store, 'for the insurer');
    const told = (await store.timeline.latest(id, 99)).at(-1);
    assert.match(told?.text ?? '', /exported the record of INC-1 as json: for the insurer$/);
    assert.equal(told?.data?.['reason'], 'for the insurer');
  });

  it('asks for none where all there is are drills', async () => {
    const drill = await openTestStore();
    const connection = aConnection({ environment: 'drill' });
    const saved = await drill.store.save({
      connections: [connection],
      incidents: [anIncident({ declaredBy: drill.store.instance.operator })],
    });
    await exported(drill.store);
    const chain = saved.incidents[0]?.id ?? assert.fail();
    const told = (await drill.store.timeline.latest(chain, 9)).at(-1);
    assert.deepEqual(told?.data, { format: 'json' });
  });
});
