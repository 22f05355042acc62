import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';

import type { RunbookRun, StepVisit } from '../domain/runbook-run.ts';
import { StaleError } from '../errors.ts';
import { anEvent, anIncident, aPerson } from '../testing/nouns.ts';
import { openTestStore } from '../testing/store.ts';

const at = new Date('2026-11-22T03:00:00.123Z');

describe('runbook runs', async () => {
  const { store } = await openTestStore();
  const ana = aPerson();
  const bob = aPerson();
  await store.save({ people: [ana, bob] });
  const open = anIncident({ declaredBy: ana.id });
  const secret = anIncident({ declaredBy: ana.id, visibility: 'private' });
  await store.save({ incidents: [open, secret] });

  const aRun = (given: Partial<RunbookRun> = {}): RunbookRun => ({
    id: randomUUID(),
    name: '',
    incident: open.id,
    runbook: 'leaked-credential',
    title: 'Leaked credential 🔥',
    contentSha256: 'a'.repeat(64),
    content: '---\nid: x\n---\n# X\n',
    inputs: { host: { type: 'host', value: 'x" OR active:true' } },
    state: 'running',
    startedBy: ana.id,
    startedAt: at,
    revision: 0,
    ...given,
  });
  const visit = (run: RunbookRun, given: Partial<StepVisit> = {}): StepVisit => ({
    run: run.id,
    position: 1,
    step: 'one',
    state: 'current',
    startedAt: at,
    ...given,
  });
  const start = async (run: RunbookRun, ...visits: StepVisit[]): Promise<RunbookRun> => {
    const { runbookRuns } = await store.save({ runbookRuns: [run], runbookSteps: visits });
    return runbookRuns[0] ?? assert.fail('nothing was written');
  };

  it('come back exactly, with their visits in order', async () => {
    const run = aRun();
    const first = visit(run, { owner: ana.id, dueAt: at, plan: randomUUID() });
    const second = visit(run, { position: 2, step: 'two' });
    const stored = await start(run, second, first);
    assert.deepEqual(stored, { ...run, name: 'R-1', revision: 1 });
    assert.deepEqual(await store.runbookRuns.byName('r-1', bob.id), stored);
    assert.deepEqual(await store.runbookRuns.visits(run.id), [first, second]);
    const done = {
      ...first,
      state: 'done',
      answer: 'yes',
      note: 'n',
      endedAt: at,
      endedBy: bob.id,
    } as const;
    const [after] = (await store.save({ runbookRuns: [stored], runbookSteps: [done] })).runbookRuns;
    assert.equal(after?.revision, 2);
    assert.deepEqual(await store.runbookRuns.visits(run.id), [done, second]);
  });

  it('let the slower of two presses know, and store nothing of it', async () => {
    const run = await start(aRun());
    await store.save({ runbookRuns: [run] });
    const before = await store.timeline.latest(open.id, 10);
    await assert.rejects(
      store.save({
        runbookRuns: [run],
        runbookSteps: [visit(run)],
        events: [anEvent(open.id)],
      }),
      StaleError,
    );
    assert.deepEqual(await store.runbookRuns.visits(run.id), []);
    assert.deepEqual(await store.timeline.latest(open.id, 10), before);
  });

  it('never change the text that they pin, nor visits without their run', async () => {
    const run = await start(aRun());
    await store.save({ runbookRuns: [{ ...run, content: 'other', contentSha256: 'b' }] });
    const kept = await store.runbookRuns.byName(run.name, ana.id);
    assert.equal(kept?.content, run.content);
    assert.equal(kept?.contentSha256, run.contentSha256);
    await assert.rejects(store.save({ runbookSteps: [visit(run)] }), /written together/);
  });

  it('keep which step of which run has started them', async () => {
    const first = await start(aRun());
    const other = await start(aRun({ parent: { run: first.id, position: 3 } }));
    assert.deepEqual(other.parent, { run: first.id, position: 3 });
    assert.deepEqual((await store.runbookRuns.byName(other.name, ana.id))?.parent, other.parent);
    assert.equal((await store.runbookRuns.byName(first.name, ana.id))?.parent, undefined);
  });

  it('of a private incident are not there for others, and leave no gap', async () => {
    const hidden = await start(aRun({ incident: secret.id }));
    const next = await start(aRun());
    assert.equal(await store.runbookRuns.byName(hidden.name, bob.id), undefined);
    assert.equal((await store.runbookRuns.byName(hidden.name, ana.id))?.id, hidden.id);
    assert.match(hidden.name, /^R-\d{6}$/);
    assert.equal(next.name, 'R-6');
    assert.deepEqual(
      (await store.runbookRuns.ofIncident(secret.id)).map(({ name }) => name),
      [hidden.name],
    );
    assert.deepEqual(await store.runbookRuns.ofIncident('no uuid'), []);
    assert.deepEqual(await store.runbookRuns.visits('no uuid'), []);
  });
});
