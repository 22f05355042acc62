import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { JsonObject } from '../domain/json.ts';
import { forEachDatabase } from '../testing/database.ts';
import { aPerson, anEvent, anIncident } from '../testing/nouns.ts';
import { openTestStore } from '../testing/store.ts';
import { StoreFailure } from './failure.ts';

// What the types forbid may still come out of a platform's JSON.
const wrongData = (value: unknown): JsonObject => JSON.parse(JSON.stringify({ value }));

const redact = (text: string) => text.replaceAll('hunter2', '‹redacted›');

forEachDatabase((name) => {
  describe('a change', async () => {
    const { store, clock } = await openTestStore(name);
    const me = store.instance.operator;

    it('is written whole: people, incident, room, event and job', async () => {
      const ana = aPerson({ handle: 'ana' });
      const incident = anIncident({
        declaredBy: ana.id,
        roles: [{ role: 'commander', person: ana.id, since: clock.now() }],
      });
      const saved = await store.save({
        people: [ana],
        incidents: [incident],
        rooms: [{ room: 'cli:ana', incident: incident.id }],
        events: [anEvent(incident.id, { kind: 'incident_declared' })],
        jobs: [{ kind: 'contain', id: 'whole', data: { plan: 'p' } }],
      });
      assert.equal(saved.incidents.length, 1);
      assert.equal(saved.events[0]?.seq, 1);
      assert.equal((await store.incidents.inRoom('cli:ana', ana.id))?.id, incident.id);
      assert.deepEqual(await store.jobs.state('contain', 'whole'), { state: 'waiting' });
    });

    for (const [what, events] of [
      ['a fraction', [{ data: wrongData(0.5) }]],
      ['a number too big to be exact', [{ data: wrongData(2 ** 53) }]],
      ['a time that is none', [{ occurredAt: new Date(Number.NaN) }]],
      ['a kind that is no word', [{ kind: 'Not Snake' }]],
      ['nothing good after something good', [{}, { data: wrongData(-0.1) }]],
    ] as const) {
      it(`is not written at all when an event holds ${what}`, async () => {
        const incident = anIncident({ declaredBy: me });
        const change = {
          incidents: [incident],
          events: events.map((given) => anEvent(incident.id, given)),
          jobs: [{ kind: 'contain', id: what, data: { plan: 'p' } }],
        } as const;
        await assert.rejects(store.save(change));
        assert.equal(await store.incidents.forFirebreak(incident.id), undefined);
        assert.equal(await store.jobs.state('contain', what), undefined);
        await assert.rejects(store.timeline.genesis(incident.id), /no such timeline/);
      });
    }

    it('leaves no gap in the names when it fails', async () => {
      const declared = async () => {
        const { incidents } = await store.save({ incidents: [anIncident({ declaredBy: me })] });
        return Number(incidents[0]?.name.slice(4));
      };
      const before = await declared();
      const incident = anIncident({ declaredBy: me });
      await assert.rejects(
        store.save({ incidents: [incident], events: [anEvent(incident.id, { kind: '' })] }),
      );
      assert.equal(await declared(), before + 1);
    });

    it('never quotes its values when the database refuses it', async () => {
      const incident = anIncident({ declaredBy: me, title: 'canary-4711 \0' });
      await assert.rejects(store.save({ incidents: [incident] }), (error: unknown) => {
        assert.ok(error instanceof StoreFailure);
        const told = `${error.message} ${error.stack} ${String(error.cause)} ${JSON.stringify(error)}`;
        assert.doesNotMatch(told, /canary/);
        assert.match(error.message, /insert into "incidents"/);
        return true;
      });
    });

    it('does not get in the way of one that names the same things the other way round', async () => {
      const [a, b] = await Promise.all(
        [0, 1].map(async () => {
          const { incidents } = await store.save({ incidents: [anIncident({ declaredBy: me })] });
          return incidents[0] ?? assert.fail();
        }),
      );
      assert.ok(a && b);
      const results = await Promise.allSettled(
        Array.from({ length: 12 }, (_, index) =>
          store.save({
            rooms: (index % 2 === 0 ? [a, b] : [b, a]).map(({ id }) => ({
              room: `cli:${id}`,
              incident: id,
            })),
          }),
        ),
      );
      assert.deepEqual(
        results.filter(({ status }) => status === 'rejected'),
        [],
      );
    });

    it('takes known secrets out of what is recorded, as the last net', async () => {
      const other = await openTestStore(name, { redact });
      const { events } = await other.store.save({
        events: [
          anEvent('instance', {
            text: 'The key hunter2 was seen',
            data: { list: [{ hunter2: 'xhunter2x' }] },
            actor: { kind: 'connection', name: 'hunter2' },
          }),
        ],
      });
      assert.doesNotMatch(JSON.stringify(events), /hunter2/);
      assert.doesNotMatch(
        JSON.stringify(await other.store.timeline.latest('instance', 9)),
        /hunter2/,
      );
    });
  });
});
