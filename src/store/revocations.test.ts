import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';

import type { RevocationRecord } from '../domain/revocation.ts';
import { StaleError } from '../errors.ts';
import { aConnection, anIncident } from '../testing/nouns.ts';
import { openTestStore } from '../testing/store.ts';

async function aRecord() {
  const { store, clock } = await openTestStore();
  const operator = store.instance.operator;
  const connection = aConnection();
  const id = randomUUID();
  await store.save({
    connections: [connection],
    incidents: [anIncident({ id, declaredBy: operator })],
    events: [
      {
        chain: id,
        kind: 'incident_declared',
        actor: { kind: 'firebreak' },
        source: 'system',
        occurredAt: clock.now(),
        text: 'Declared.',
      },
    ],
  });
  const record: RevocationRecord = {
    incident: id,
    connection: connection.id,
    credential: 'stripe',
    ref: 'c1',
    name: 'Stripe live',
    state: 'manual_required',
    text: 'By hand.',
    at: clock.now(),
    revision: 0,
  };
  return { store, record, operator, clock };
}

describe('what became of a credential', () => {
  it('is kept once for each incident, and the last word counts', async () => {
    const { store, record, operator, clock } = await aRecord();
    await store.save({ revocations: [record] });
    const doneByHand = { by: operator, at: clock.now(), text: 'Rolled in the dashboard.' };
    await store.save({ revocations: [{ ...record, doneByHand, revision: 1 }] });

    assert.deepEqual(await store.revocations.ofIncident(record.incident), [
      { ...record, doneByHand, revision: 2 },
    ]);
    assert.deepEqual(await store.revocations.ofIncident(randomUUID()), []);
    assert.deepEqual(await store.revocations.ofIncident('no id'), []);
  });

  it('is not written by the slower of two', async () => {
    const { store, record } = await aRecord();
    await store.save({ revocations: [record] });
    await assert.rejects(store.save({ revocations: [record] }), StaleError);
    await store.save({ revocations: [{ ...record, text: 'first', revision: 1 }] });
    await assert.rejects(
      store.save({ revocations: [{ ...record, text: 'second', revision: 1 }] }),
      StaleError,
    );
    const [kept] = await store.revocations.ofIncident(record.incident);
    assert.equal(kept?.text, 'first');
  });
});
