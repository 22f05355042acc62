import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { charactersOf, spansOf } from '../domain/spans.ts';
import { bot, shown } from '../testing/bot.ts';

describe('which incident', async () => {
  const { see, refused, say, clock } = await bot();

  it('is nobody’s when none is open', async () => {
    const problem = await refused('status');
    assert.equal(problem.code, 'not_ready');
    assert.match(problem.hint ?? '', /declare/);
  });

  it('is the only open one, and the answer says so', async () => {
    await see('declare First');
    assert.match(shown(await see('log show', 'bo')), /About INC-1 “First”: the only open incident/);
    assert.doesNotMatch(shown(await see('log show')), /the only open/);
  });

  it('is named as it is called, even when that looks like a line to type', async () => {
    const other = await bot();
    await other.see('declare Leak, see `contain run P-9`');
    const [note] = (await other.see('log show', 'bo')).blocks;
    assert.ok(note?.kind === 'text');
    assert.match(charactersOf(note.text), /`contain run P-9`/);
    assert.deepEqual(
      spansOf(note.text).filter(({ kind }) => kind === 'code'),
      [],
    );
  });

  it('is picked by the person when there are several, among those they may see', async () => {
    clock.forward(60_000);
    await see('declare Second', 'cy');
    await see('declare Hidden one private', 'cy');
    const problem = await refused('log show', 'bo');
    assert.equal(problem.code, 'ambiguous');
    assert.deepEqual(problem.candidates, ['in:INC-2 Second', 'in:INC-1 First']);
    for (const name of ['in:INC-2', 'in:inc-2', 'in:2', '--in INC-2', '—in 2.']) {
      assert.equal((await see(`log show ${name}`, 'bo')).title, 'INC-2 Second');
    }
    assert.equal((await see('in:INC-2 log show', 'bo')).title, 'INC-2 Second');
    const noted = await see('in:INC-2 log add we saw it at:03:50 twice', 'bo');
    assert.match(shown(noted), /03:50 CET .*: we saw it twice/);
  });

  it('is the room’s, whatever else is open', async () => {
    assert.equal((await see('role list')).title, 'INC-1 First');
    assert.match((await see('role list', 'cy')).title, /Hidden one/);
  });

  it('is not found when it does not exist or is not for their eyes: both look alike', async () => {
    const hidden = (await see('role list', 'cy')).title.split(' ')[0] ?? '';
    const secret = await refused(`log show in:${hidden}`, 'bo');
    const missing = await refused('log show in:INC-99', 'bo');
    assert.equal(secret.code, 'not_found');
    assert.equal(secret.message.replace(hidden, 'X'), missing.message.replace('INC-99', 'X'));
    assert.equal(secret.hint, missing.hint);
    for (const line of [`sev 1 in:${hidden}`, `update hi in:${hidden}`, `close in:${hidden}`]) {
      assert.equal((await refused(line, 'bo')).code, 'not_found');
    }
    assert.doesNotMatch(JSON.stringify(await say('list closed', 'bo')), /Hidden/);
    assert.match(JSON.stringify(await say('list', 'cy')), /Hidden/);
  });
});

describe('which incident, in a shell', async () => {
  const { see, refused, clock, dispatch, person, store } = await bot();
  await see('declare First');
  clock.forward(60_000);

  it('is the one that was declared there last, and the answer says so while others are open', async () => {
    assert.doesNotMatch(shown(await see('log show')), /About INC/);
    await see('declare Second', 'bo');
    assert.match(shown(await see('log add noted')), /About INC-1 “First”. Also open: INC-2/);
    await see('resolve');
    assert.match(
      shown(await see('log add noted')),
      /About INC-1 “First”, which is resolved. Also open: INC-2/,
    );
  });

  it('is the only open one when the one declared there is closed, and the answer says so', async () => {
    const closed = await see('close');
    assert.deepEqual(closed.next, ['export md in:INC-1', 'reopen in:INC-1']);
    const noted = await see('log add a beacon');
    assert.equal(noted.title, 'INC-2 Second');
    assert.match(shown(noted), /About INC-2 “Second”: the only open incident. INC-1 is closed/);
  });

  it('is asked for when that one is closed and several are open', async () => {
    clock.forward(60_000);
    await see('declare Third', 'bo');
    const problem = await refused('log add a beacon');
    assert.equal(problem.code, 'ambiguous');
    assert.match(problem.message, /INC-1 is closed, and several others are open. Say which one/);
    assert.deepEqual(problem.candidates, ['in:INC-3 Third', 'in:INC-2 Second']);
  });

  it('is the closed one to reopen, and in a room that several people share', async () => {
    const first = await store.incidents.byName('INC-1', (await person('ana')).id);
    await store.save({ rooms: [{ room: 'slack:C1', incident: first?.id ?? assert.fail() }] });
    const shared = { person: await person('ana'), room: 'slack:C1', source: 'cli' } as const;
    const reply = await dispatch(shared, 'log show');
    assert.equal(reply.kind === 'view' && reply.title, 'INC-1 First (closed)');
    assert.equal((await see('reopen')).title, 'INC-1 First');
  });

  it('is the closed one when nothing is open', async () => {
    for (const name of ['INC-1', 'INC-2', 'INC-3']) {
      await see(`resolve in:${name}`);
      await see(`close in:${name}`);
    }
    const view = await see('log show');
    assert.equal(view.title, 'INC-1 First (closed)');
    assert.match(shown(view), /About INC-1 “First”, which is closed. None is open/);
  });
});

describe('a line that is said on the page of an incident', async () => {
  const { see, say, person, dispatch, store } = await bot();
  await see('declare First');
  await see('declare Second', 'bo');
  const ana = await person('ana');
  const page = async (name: string) => (await store.incidents.byName(name, ana.id))?.id ?? '';
  const second = await page('INC-2');
  const on = (incident: string, line: string) =>
    dispatch({ person: ana, room: 'cli:ana', source: 'console', incident }, line);

  it('is about that one, unless it names another', async () => {
    const [here, other] = [await on(second, 'role list'), await on(second, 'role list in:INC-1')];
    assert.equal(here.kind === 'view' && here.title, 'INC-2 Second');
    assert.equal(other.kind === 'view' && other.title, 'INC-1 First');
  });

  it('is about nothing else once they may no longer see it', async () => {
    await say('private on in:INC-2', 'bo');
    const reply = await on(second, 'role list');
    assert.equal(reply.kind === 'problem' && reply.code, 'not_found');
  });
});
