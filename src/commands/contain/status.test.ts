import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shown } from '../../testing/bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';

describe('how a containment stands that was taken back', async () => {
  const { see, work, look } = await estateBot((toy) => {
    toy.add('a');
  });

  it('does not call stopped what may run again', async () => {
    await see('declare First');
    await see('contain plan w1');
    await see('contain run P-1');
    await work('P-1');
    await look();
    assert.match(
      shown(await see('contain status P-1')),
      /"w1","Workflow a","verified [^"]*","verified/,
    );
    const undo = await see('contain undo P-1');
    await work(undo.title.split(':')[0] ?? '');
    const status = await see('contain status P-1');
    assert.match(shown(status), /Nothing of P-1 is contained any more: it was undone\./);
    assert.equal(status.outcome, 'unverified');
    assert.equal(status.data['states'], '1 undone');
    const row = /\["w1",.*?\]/.exec(shown(status))?.[0] ?? '';
    assert.match(row, /"undone [^"]*","until it was undone",/);
    assert.doesNotMatch(row, /verified|no execution/i);
  });
});

describe('a platform that does not show everything', async () => {
  const gap = 'It has no way to stop executions.';
  const { see, work, look } = await estateBot((toy) => {
    toy.add('a');
    toy.gaps = [gap];
  });

  it('is said to be so in every answer about what was done there', async () => {
    await look();
    await see('declare First');
    await see('contain plan w1');
    const said = async (line: string) =>
      assert.match(shown(await see(line)), /no way to stop/, line);
    await said('contain run P-1');
    await work('P-1');
    await said('contain status P-1');
    await said('contain verify P-1');
    await work('P-1');
    await said('contain undo P-1');
    await said('cred status');
  });
});
