import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Graph } from '../../domain/graph.ts';
import type { View } from '../../domain/reply.ts';
import { shown } from '../../testing/bot.ts';
import { aFact } from '../../testing/containment.ts';
import { estateBot, paymentsEstate } from '../../testing/estate-bot.ts';

function graphOf({ blocks }: View): Graph {
  const block = blocks.find(({ kind }) => kind === 'graph');
  if (block?.kind !== 'graph') throw new Error('There is no picture.');
  return block.graph;
}

function said(view: View): readonly string[] {
  const { nodes, edges } = graphOf(view);
  const names = new Map(nodes.map(({ id, ref, label }) => [id, ref ?? label]));
  return edges.map(({ from, to, label }) => `${names.get(from)} ${label} ${names.get(to)}`);
}

function stateOf(view: View, ref: string): string | undefined {
  return graphOf(view).nodes.find((node) => node.ref === ref)?.state;
}

describe('scope graph', async () => {
  const night = await estateBot((toy) => {
    paymentsEstate(toy);
    toy.add('relay', { name: 'Relay', facts: [aFact('runtime_host', 'Send')] });
  });
  const { see, refused, work, look, timeline, toy } = night;

  it('draws what a workflow touches, who reports for it, and who shares its credential', async () => {
    const view = await see('scope graph w1', 'vic');
    assert.equal(view.title, 'Around w1: 4 workflows, 1 credential and 2 hosts');
    assert.deepEqual(said(view).toSorted(), [
      'POST charge, open to anyone starts w1',
      'w1 on error w4',
      'w1 sends to api.stripe.com',
      'w1 uses c1',
      'w2 uses c1',
      'w4 sends to chat.example',
      'w5 uses c1',
    ]);
    assert.equal(stateOf(view, 'w1'), 'affected');
    assert.equal(stateOf(view, 'w2'), 'active');
    assert.equal(stateOf(view, 'w5'), 'inactive');
    assert.match(shown(view), /6 workflows and 0 credentials seen/);
  });

  it('draws who uses a credential, and who sends to a host', async () => {
    const view = await see('scope graph c1, Tax.example');
    assert.equal(stateOf(view, 'c1'), 'affected');
    const lines = said(view);
    for (const line of ['w1 uses c1', 'w5 uses c1', 'w3 sends to tax.example']) {
      assert.ok(lines.includes(line), line);
    }
  });

  it('takes a query, and counts hosts that only the run knows', async () => {
    const view = await see('scope graph name:relay');
    assert.equal(view.title, 'Around 1 workflow: 1 workflow, 0 credentials and 0 hosts');
    assert.deepEqual(graphOf(view).omissions, [
      '1 host of w6 known only at run time, hence not drawn.',
    ]);
    assert.deepEqual(view.next, ['contain simulate name:relay']);
  });

  it('draws the scope of the incident, and what was verified off', async () => {
    await see('declare Stripe key leaked');
    assert.match((await refused('scope graph')).message, /Nothing is in the scope of INC-1/);
    await see('scope add w1 evil.example');
    assert.equal((await see('scope graph')).title.split(':')[0], 'Around the scope of INC-1');
    const plan = (await see('contain plan w1')).title.split(':')[0] ?? '';
    await see(`contain run ${plan}`);
    await work(plan);
    const off = await see('scope graph');
    assert.equal(stateOf(off, 'w1'), 'contained');
    assert.equal(stateOf(off, 'w4'), 'contained', 'its error workflow went with it');
    assert.match(off.title, /4 workflows \(2 verified off\)/);
    assert.deepEqual(graphOf(off).nodes.filter(({ label }) => label === 'evil.example').length, 1);
  });

  it('no longer calls off what a later look found on again', async () => {
    const charge = toy.workflows.get('charge');
    if (charge) charge.active = true;
    night.clock.forward(1_000);
    await look();
    assert.equal(stateOf(await see('scope graph w1'), 'w1'), 'affected');
  });

  it('shows nothing of a plan whose incident the caller may not see', async () => {
    await see('declare Quiet one private');
    const plan = (await see('contain plan w2')).title.split(':')[0] ?? '';
    await see(`contain run ${plan}`);
    await work(plan);
    assert.equal(stateOf(await see('scope graph w2'), 'w2'), 'contained');
    assert.equal(stateOf(await see('scope graph w2', 'bo'), 'w2'), 'affected');
  });

  it('refuses what nobody has, who may not read, and changes nothing', async () => {
    const before = await timeline();
    assert.match((await refused('scope graph w99')).message, /No workflow has the reference w99/);
    assert.match((await refused('scope graph c99')).message, /No credential has the reference/);
    assert.equal((await refused('scope graph nowhere.example')).code, 'not_found');
    assert.equal((await refused('scope graph tag:nothing')).code, 'not_found');
    assert.equal((await refused('scope graph colour:red')).code, 'bad_input');
    assert.equal((await refused('scope graph w1', 'nil')).code, 'not_allowed');
    assert.deepEqual(await timeline(), before);
  });
});
