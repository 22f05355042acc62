import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { workflowOf } from '../domain/evidence.ts';
import { PlatformError } from '../errors.ts';
import type { Engine } from '../testing/engine.ts';
import { anEngine } from '../testing/engine.ts';

const unavailable = () => new PlatformError('n8n', 'unavailable', 'n8n failed (503).');
const cut = () => new PlatformError('n8n', 'cut', 'n8n cut the line; it may have happened.');

async function finalState({ store }: Engine, id: string) {
  return (await store.plans.byId(id))?.state;
}

describe('carrying out a plan', () => {
  it('seals evidence, switches off, stops, verifies, and tells each step', async () => {
    const engine = await anEngine({ workflows: (toy) => toy.add('a', { running: 2 }) });
    const plan = await engine.planned();
    await engine.drive(plan);
    assert.deepEqual(await engine.states(plan), ['disable w1: verified', 'stop w1: verified']);
    assert.equal(await finalState(engine, plan.id), 'finished');
    const events = (await engine.timeline()).map((event) => event.kind);
    assert.deepEqual(events, [
      'incident_declared',
      'evidence_sealed',
      'action_accepted',
      'action_accepted',
      'action_verified',
      'action_verified',
      'plan_finished',
    ]);
    const [evidence] = await engine.store.evidence.ofIncident(engine.incident.id);
    assert.equal(evidence?.title, 'live-version.json');
    const sealed = (await engine.timeline()).find(({ kind }) => kind === 'evidence_sealed');
    assert.deepEqual(
      sealed?.attachments?.map(({ sha256 }) => sha256),
      [evidence?.sha256],
    );
    const order = engine.toy.calls.filter((call) => !call.startsWith('check'));
    assert.deepEqual(order, [
      'probe',
      'inventory',
      'observe a',
      'capture a',
      'disable a',
      'stop a',
    ]);
  });

  it('journals before and after each call', async () => {
    const engine = await anEngine({ workflows: (toy) => toy.add('a') });
    const plan = await engine.planned();
    await engine.drive(plan);
    const journal = await engine.store.plans.journal(plan.id);
    assert.deepEqual(
      journal.map(({ call, when, outcome }) => `${call} ${when} ${outcome ?? ''}`.trim()),
      ['disable before', 'disable after ok', 'stop before', 'stop after ok'],
    );
  });

  it('does not call it contained while the platform is slow, and contradicts a lie', async () => {
    const engine = await anEngine({
      workflows: (toy) => {
        toy.add('slow', { slowLooks: 4 });
        toy.add('liar', { lies: true });
      },
    });
    const plan = await engine.planned({ levers: ['disable'] });
    await engine.drive(plan);
    const states = (await engine.actions(plan)).map(
      ({ workflow, state }) => `${workflow} ${state}`,
    );
    assert.deepEqual(states, ['liar contradicted', 'slow verified']);
    const told = (await engine.timeline()).map(({ text }) => text);
    assert.ok(
      told.some((text) => /“Workflow liar” is NOT disabled: contradicted/.test(text ?? '')),
    );
  });

  it('skips what changed since the plan was made, and goes on with the others', async () => {
    const engine = await anEngine({
      workflows: (toy) => {
        toy.add('a');
        toy.add('b');
      },
    });
    const plan = await engine.planned();
    const drifted = engine.toy.workflows.get('a');
    if (drifted) drifted.version = 2;
    await engine.drive(plan);
    assert.deepEqual(await engine.states(plan), [
      'disable w1: skipped',
      'stop w1: skipped',
      'disable w2: verified',
      'stop w2: verified',
    ]);
    assert.ok(!engine.toy.calls.includes('disable a'));
  });

  it('sweeps again when runs appear after the stop', async () => {
    const engine = await anEngine({
      workflows: (toy) => toy.add('a', { running: 1, respawns: 2 }),
    });
    const plan = await engine.planned();
    await engine.drive(plan);
    assert.equal(engine.toy.calls.filter((call) => call === 'stop a').length, 3);
    assert.deepEqual(await engine.states(plan), ['disable w1: verified', 'stop w1: verified']);
  });

  it('stops again what starts before the entrance is shut', async () => {
    const engine = await anEngine({
      workflows: (toy) => toy.add('a', { slowLooks: 3, running: 1, respawns: 2 }),
    });
    const plan = await engine.planned();
    await engine.drive(plan);
    assert.deepEqual(await engine.states(plan), ['disable w1: verified', 'stop w1: verified']);
    const [shut, stopped] = await engine.actions(plan);
    assert.ok(shut?.settledAt && stopped?.settledAt && shut.settledAt < stopped.settledAt);
    assert.equal(engine.toy.workflows.get('a')?.running, 0);
  });

  it('waits for the next fire of a schedule with a job, and settles it then', async () => {
    const engine = await anEngine({
      workflows: (toy) => toy.add('a', { notBefore: new Date('2026-11-24T06:00:00Z') }),
    });
    const plan = await engine.planned({ levers: ['disable'] });
    await engine.drive(plan);
    assert.deepEqual(await engine.states(plan), ['disable w1: pending']);
    assert.equal(await finalState(engine, plan.id), 'running');
    const id = `contain:${plan.id}:2026-11-24T06:00:00.000Z`;
    assert.equal((await engine.store.jobs.state('contain', id))?.state, 'waiting');
    engine.clock.set(new Date('2026-11-24T06:00:01Z'));
    await engine.drive(plan);
    assert.deepEqual(await engine.states(plan), ['disable w1: verified']);
    assert.equal(await finalState(engine, plan.id), 'finished');
  });

  it('says unverifiable, never verified, when there is a doubt', async () => {
    const engine = await anEngine({
      workflows: (toy) => toy.add('a', { doubts: ['It keeps no executions.'] }),
    });
    const plan = await engine.planned({ levers: ['disable'] });
    await engine.drive(plan);
    const [action] = await engine.actions(plan);
    assert.equal(action?.state, 'unverifiable');
    assert.equal(action?.reason, 'It keeps no executions.');
  });

  it('comes back when it is asked to, and fails in a sentence when it is refused', async () => {
    const engine = await anEngine({
      workflows: (toy) => {
        toy.add('busy');
        toy.add('denied');
      },
    });
    const plan = await engine.planned({ levers: ['disable'] });
    let busy = 2;
    engine.toy.fail = (call) => {
      if (call === 'disable busy' && (busy -= 1) >= 0) {
        return new PlatformError('n8n', 'rate_limited', 'Too many.', { retryAfterMs: 2_000 });
      }
      return call === 'disable denied'
        ? new PlatformError('n8n', 'refused', 'The key lacks workflow:deactivate.')
        : undefined;
    };
    await engine.drive(plan);
    const [first, second] = await engine.actions(plan);
    assert.equal(first?.state, 'verified');
    assert.equal(second?.state, 'failed');
    assert.equal(second?.reason, 'The key lacks workflow:deactivate.');
  });

  it('reads back after a call that never answered, and says so meanwhile', async () => {
    const engine = await anEngine({ workflows: (toy) => toy.add('a') });
    const plan = await engine.planned({ levers: ['disable'] });
    engine.toy.cut = (call) => (call === 'disable a' ? cut() : undefined);
    await engine.drive(plan);
    assert.deepEqual(await engine.states(plan), ['disable w1: verified']);
    const journal = await engine.store.plans.journal(plan.id);
    assert.equal(journal.at(-1)?.outcome, 'unknown');
  });

  it('contains without evidence rather than not at all, and records that', async () => {
    const engine = await anEngine({ workflows: (toy) => toy.add('a') });
    const plan = await engine.planned();
    engine.toy.fail = (call) => (call === 'capture a' ? unavailable() : undefined);
    await engine.drive(plan);
    assert.deepEqual(await engine.states(plan), ['disable w1: verified', 'stop w1: verified']);
    const kinds = (await engine.timeline()).map((event) => event.kind);
    assert.ok(kinds.includes('evidence_skipped'));
  });

  it('fails every action in words when the connection cannot be opened', async () => {
    const engine = await anEngine({ workflows: (toy) => toy.add('a') });
    const plan = await engine.planned();
    const [connection] = await engine.store.connections.list();
    assert.ok(connection);
    await engine.store.save({ connections: [{ ...connection, epoch: connection.epoch + 1 }] });
    await engine.drive(plan);
    assert.deepEqual(await engine.states(plan), ['disable w1: skipped', 'stop w1: skipped']);
    assert.ok(!engine.toy.calls.includes('disable a'));
  });
});

describe('a plan that was changed in the database', () => {
  it('is not acted on, and says so in every action', async () => {
    const engine = await anEngine({ workflows: (toy) => toy.add('a') });
    const plan = await engine.planned({ digest: 'of another plan' });
    await engine.drive(plan);
    const [action] = await engine.actions(plan);
    assert.equal(action?.state, 'failed');
    assert.match(action?.reason ?? '', /PLAN_TAMPERED/);
    assert.deepEqual(engine.toy.calls, ['probe', 'inventory']);
  });
});

/** A crash is an error that is not the platform's: the job ends where it stands. */
class Crash extends Error {}

describe('a plan whose process dies', () => {
  it('ends the same wherever it died, and asks no workflow twice for what is settled', async () => {
    const engine = await anEngine({ workflows: () => {} });
    const calls = ['capture', 'observe', 'disable', 'stop', 'check-disabled', 'check-stopped'];
    const deaths = calls.flatMap((call) => [[call, 'fail'] as const, [call, 'cut'] as const]);
    for (const [round, [fatal, when]] of deaths.entries()) {
      engine.toy.add(`a${round}`, { running: 1 });
      engine.toy.add(`b${round}`);
      await engine.look();
      const plan = await engine.planned();
      let dies = 1;
      engine.toy[when] = (call) =>
        call.startsWith(fatal) && (dies -= 1) >= 0 ? new Crash() : undefined;
      await assert.rejects(engine.drive(plan), Crash);
      await engine.drive(plan);
      const ended = (await engine.actions(plan)).map(({ state }) => state);
      assert.deepEqual(ended, ['verified', 'verified', 'verified', 'verified'], `${fatal} ${when}`);
      const asked = engine.toy.calls.filter((call) => call === `disable a${round}`).length;
      assert.ok(asked <= (fatal === 'disable' ? 2 : 1), `${fatal} ${when}: asked ${asked} times`);
      engine.toy[when] = () => undefined;
    }
    const sealed = await engine.store.evidence.ofIncident(engine.incident.id);
    assert.equal(new Set(sealed.map((one) => workflowOf(one)?.id)).size, 2 * deaths.length);
  });
});

describe('taking a plan back', () => {
  it('switches on the very version that was live, and marks the plan as undone', async () => {
    const engine = await anEngine({ workflows: (toy) => toy.add('a', { version: 7 }) });
    const plan = await contained(engine);
    const undo = await engine.planned({ undoes: plan });
    await engine.drive(undo);
    assert.deepEqual(await engine.states(undo), ['enable w1: verified']);
    assert.ok(engine.toy.calls.includes('enable a {"version":7}'));
    assert.deepEqual(await engine.states(plan), ['disable w1: undone', 'stop w1: verified']);
  });

  it('leaves alone what somebody changed or switched on meanwhile, and says so', async () => {
    const engine = await anEngine({
      workflows: (toy) => {
        toy.add('changed');
        toy.add('revived');
        toy.add('same');
      },
    });
    const plan = await contained(engine);
    const changed = engine.toy.workflows.get('changed');
    const revived = engine.toy.workflows.get('revived');
    assert.ok(changed && revived);
    changed.version = 2;
    revived.active = true;
    const undo = await engine.planned({ undoes: plan });
    await engine.drive(undo);
    const ended = (await engine.actions(undo)).map(({ workflow, state, reason }) => [
      workflow,
      state,
      reason?.slice(0, 20) ?? '',
    ]);
    assert.deepEqual(ended, [
      ['changed', 'skipped', 'Its content changed '],
      ['revived', 'skipped', 'Somebody switched it'],
      ['same', 'verified', ''],
    ]);
    assert.ok(!engine.toy.calls.some((call) => call.startsWith('enable changed')));
  });

  it('leaves off what another containment began to keep off after the undo was asked for', async () => {
    const engine = await anEngine({ workflows: (toy) => toy.add('a') });
    const plan = await contained(engine);
    const undo = await engine.planned({ undoes: plan });
    const other = await engine.planned();
    await engine.drive(undo);
    const [action] = await engine.actions(undo);
    assert.equal(action?.state, 'skipped');
    assert.match(action?.reason ?? '', /^P-3 keeps it off; once that is undone/);
    assert.equal(engine.toy.workflows.get('a')?.active, false);
    await engine.store.save({ plans: [{ ...other, state: 'cancelled' }] });
    await engine.drive(await engine.planned({ undoes: plan }));
    assert.equal(engine.toy.workflows.get('a')?.active, true);
  });
});

async function contained(engine: Engine) {
  const plan = await engine.planned();
  await engine.drive(plan);
  return plan;
}
