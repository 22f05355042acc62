import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { sql } from 'drizzle-orm';

import { examineTimelines } from './doctor-timelines.ts';
import { makeRecorder } from './record/recorder.ts';
import { usualDatabase } from './testing/database.ts';
import { anEvent, anIncident } from './testing/nouns.ts';
import { openDatabaseOf, openTestStore } from './testing/store.ts';

const recorder = makeRecorder();

/** Two incidents with three events each, INC-2 written to last, and a hand in the database. */
async function twoIncidents() {
  const opened = await openTestStore(usualDatabase);
  const { store, clock, reopen } = opened;
  const declaredBy = store.instance.operator;
  const declared = async () => {
    const { incidents } = await store.save({ incidents: [anIncident({ declaredBy })] });
    const id = incidents[0]?.id ?? '';
    clock.forward(60_000);
    await store.save({ events: [anEvent(id), anEvent(id), anEvent(id)] });
    await store.timeline.checkpoint(id);
    return id;
  };
  const first = await declared();
  await declared();
  const change = async (incident: string, set: string) => {
    const bare = await openDatabaseOf(opened);
    await bare.run(sql`alter table timeline_entries disable trigger user`);
    await bare.run(sql`update timeline_entries set ${sql.raw(set)}
      where incident = ${incident} and seq = (
        select max(seq) from timeline_entries where incident = ${incident})`);
    await bare.close();
    return reopen();
  };
  return { store, first, change };
}

describe('the doctor of timelines', () => {
  it('follows every timeline when they are short', async () => {
    const { store } = await twoIncidents();
    const [found, ...more] = await examineTimelines({ store, recorder });
    assert.equal(found?.state, 'works');
    assert.match(found.text, /^3 timelines, the instance’s own among them, hold from first/);
    assert.deepEqual(more, []);
  });

  it('names the incident of which an entry was changed', async () => {
    const { first, change } = await twoIncidents();
    const store = await change(first, `kind = 'note_forged'`);
    const found = await examineTimelines({ store, recorder });
    assert.deepEqual(
      found.map(({ about, state }) => [about, state]),
      [['timeline of INC-1', 'fix']],
    );
    assert.match(found[0]?.text ?? '', /^Entry \d+: /);
    assert.match(found[0]?.next ?? '', /backup/);
  });

  it('says which it did not follow, newest first, and still sees that their end was changed', async () => {
    const { store: before, first, change } = await twoIncidents();
    const heads = await before.timeline.heads();
    const fits = heads
      .filter(({ chain }) => chain !== first)
      .reduce((sum, { entries }) => sum + entries, 0);
    const [note] = await examineTimelines({ store: before, recorder }, fits);
    assert.equal(note?.state, 'note');
    assert.match(note.text, /1 older one \(\d entries\): only that their ends are there/);

    const store = await change(first, `hash = repeat('0', 64)`);
    const found = await examineTimelines({ store, recorder }, fits);
    assert.deepEqual(
      found.map(({ about, text }) => [about, text]),
      [['timeline of INC-1', 'Its end or what was signed of it is not there.']],
    );
  });
});
