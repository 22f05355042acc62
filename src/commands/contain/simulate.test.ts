import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { View } from '../../domain/reply.ts';
import { shown } from '../../testing/bot.ts';
import { aFact } from '../../testing/containment.ts';
import { estateBot, paymentsEstate } from '../../testing/estate-bot.ts';

function pictureIn({ blocks }: View) {
  const block = blocks.find(({ kind }) => kind === 'graph');
  assert.ok(block?.kind === 'graph');
  return block.graph;
}

describe('contain simulate', async () => {
  const { see, refused, toy } = await estateBot((estate) => {
    paymentsEstate(estate);
    for (let number = 0; number < 40; number += 1) {
      const facts = [aFact('host', 'many.example')];
      estate.add(`many${number}`, { name: `Many ${number}`, facts });
    }
  });

  it('says what breaks, draws what hangs together, and changes nothing', async () => {
    const before = toy.calls.length;
    const view = await see('contain simulate w1', 'vic');

    assert.match(view.title, /^If 2 workflows were disabled: /);
    const { nodes, edges } = pictureIn(view);
    assert.equal(nodes.find(({ ref }) => ref === 'w1')?.state, 'affected');
    assert.ok(edges.some(({ label }) => label === 'uses'));
    assert.match(shown(view), /prod: \d+ workflows and 0 credentials seen/);
    assert.equal(toy.calls.length, before, 'nothing was asked of the platform');
  });

  it('counts in the picture what it has no room for', async () => {
    const view = await see('contain simulate host:many.example');

    assert.match(view.title, /^If 40 workflows were disabled/);
    const { nodes, omissions } = pictureIn(view);
    assert.equal(nodes.filter(({ state }) => state === 'affected').length, 30);
    assert.match(omissions.join('\n'), /^10 /m);
  });

  it('has nothing to draw of what is not there', async () => {
    assert.equal((await refused('contain simulate tag:nothing')).code, 'not_found');
  });
});

describe('more than a plan holds', async () => {
  const { see, refused } = await estateBot((estate) => {
    for (let number = 0; number <= 1000; number += 1) estate.add(`one${number}`);
  });

  it('is not simulated in part, and not offered to be planned', async () => {
    const { message, hint } = await refused('contain simulate *');
    assert.match(message, /^1,001 workflows found; what breaks is told of at most 1,000 workflows/);
    assert.match(hint ?? '', /`tag:`; no plan holds more either/);
    const { title, next } = await see('scope find *');
    assert.equal(title, '1,001 workflows found');
    assert.deepEqual(next, ['scope show w1']);
    await see('declare All of it');
    assert.deepEqual((await see('scope graph *')).next, ['scope find *']);
    assert.match((await refused('contain plan *')).message, /a plan holds at most 1,000/);
  });
});
