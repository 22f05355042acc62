import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shown } from '../../testing/bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';
import { formFor } from '../form.ts';
import { makeKnown } from '../known.ts';
import { registry } from '../registry.ts';

describe('contain edit', async () => {
  const night = await estateBot((toy) => {
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) toy.add(id);
  });
  const { see, refused, timeline, store } = night;
  const planCalled = async (name: string) =>
    (await store.plans.byName(name, store.instance.operator)) ?? assert.fail(name);
  const known = async (line: string) => {
    const person = await night.person('ana');
    const find = makeKnown({ commands: registry, store });
    return find({ person, room: 'cli:ana', source: 'cli' }, line);
  };

  it('puts a new plan in the place of one that waits, and the timeline says both', async () => {
    await see('declare Worm');
    const view = await see('contain plan w1 w2');
    assert.ok(view.next.includes('contain edit P-1 …'), view.next.join());
    const edited = await see('contain edit P-1 w1 w2 w3', 'bo');
    assert.match(edited.title, /^P-2: disable 3 workflows/);
    assert.match(shown(edited), /In place of P-1, which is withdrawn/);
    assert.equal((await planCalled('P-1')).state, 'cancelled');
    const { state, requestedBy } = await planCalled('P-2');
    assert.deepEqual([state, requestedBy], ['proposed', (await night.person('bo')).id]);
    const [made, withdrawn] = (await timeline()).slice(-2);
    assert.match(made?.text ?? '', /^P-2: In place of P-1\. Planned to disable 3 workflows/);
    assert.equal(made?.data?.['replaces'], 'P-1');
    assert.match(withdrawn?.text ?? '', /^P-1 cancelled; nothing was done\. An edited plan takes/);
    assert.match((await refused('contain run P-1')).message, /cancelled/);
  });

  it('keeps what is not said, also where the scope of the incident was planned', async () => {
    const view = await see('contain edit P-2 else:none');
    assert.match(view.title, /^P-3: disable 3 workflows/);
    assert.equal((await planCalled('P-3')).query, 'w1 w2 w3');
    await see('scope add w4');
    await see('contain plan');
    assert.match((await see('contain edit P-4 else:none')).title, /^P-5: disable 1 workflow/);
    assert.equal((await planCalled('P-5')).query, 'scope of INC-1');
  });

  it('carries no yes over: the new plan needs its own', async () => {
    const all = 'w1 w2 w3 w4 w5 w6 w7';
    await see(`contain plan ${all}`);
    await see('contain approve P-6', 'cy');
    const view = await see(`contain edit P-6 ${all} connection:prod`, 'bo');
    assert.match(shown(view), /The yes of @cy was to that one: this one needs its own/);
    assert.match((await refused('contain run P-7', 'bo')).message, /needs the yes of another/);
    await see('contain approve P-7', 'cy');
    assert.equal((await planCalled('P-7')).state, 'approved');
  });

  it('is a form that holds what was planned', async () => {
    assert.deepEqual(await known('contain edit P-7 …'), {
      plan: 'P-7',
      in: 'INC-1',
      query: 'w1 w2 w3 w4 w5 w6 w7 connection:prod',
      else: 'none',
    });
    assert.deepEqual(await known('contain edit P-5 …'), { plan: 'P-5', in: 'INC-1', else: 'none' });
    const fields = formFor(registry, 'contain edit P-7 …')?.fields ?? [];
    assert.equal(fields.find(({ id }) => id === 'plan')?.value, 'P-7');
  });

  it('is refused once it was started or is over, and where no query finds what it holds', async () => {
    await see('contain run P-3');
    assert.match((await refused('contain edit P-3 w1')).message, /was started already/);
    await night.work('P-3');
    assert.match((await refused('contain edit P-3 w1')).message, /finished; a plan that is over/);
    assert.match((await refused('contain edit P-2 w1')).message, /cancelled; a plan that is over/);
    await see('contain freeze prod', 'cy');
    assert.match((await refused('contain edit P-8 w1')).message, /P-8 freezes what no query finds/);
  });

  it('refuses viewers and bad input, and leaves the old plan as it was', async () => {
    const before = await timeline();
    assert.equal((await refused('contain edit P-7 w1', 'vic')).code, 'not_allowed');
    assert.match((await refused('contain edit P-7')).message, /not said what is to be different/);
    assert.equal((await refused('contain edit P-7 colour:red')).code, 'bad_input');
    assert.match((await refused('contain edit P-7 host:nowhere.example')).message, /nothing to/);
    assert.equal((await refused('contain edit P-99 w1')).code, 'not_found');
    assert.deepEqual(await timeline(), before);
    assert.equal((await planCalled('P-7')).state, 'approved');
  });
});
