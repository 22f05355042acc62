import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shown } from '../testing/bot.ts';
import { aFact } from '../testing/containment.ts';
import { estateBot, paymentsEstate } from '../testing/estate-bot.ts';

describe('a part of a query that by itself finds nothing', async () => {
  const { see, refused, toy, look, timeline } = await estateBot((estate) => {
    paymentsEstate(estate);
    estate.add('report', {
      name: 'Order export helper',
      facts: [
        aFact('host', 'drop.evil.example'),
        aFact('webhook', 'cleanup-7f3a', { auth: 'none', method: 'GET' }),
        aFact('node', 'code'),
        aFact('package', 'n8n-nodes-relay'),
      ],
    });
  });
  await see('declare Token leaked');
  const misspelt = 'credential:"Strip live" OR host:*.evil.example';
  const said = /No credential is called “Strip live”\. There is “Stripe live”\./;

  for (const verb of ['scope find', 'contain simulate', 'scope graph']) {
    it(`is named although the rest finds something: ${verb}`, async () => {
      const view = await see(`${verb} ${misspelt}`);
      assert.match(shown(view), said);
      assert.match(shown(view), /w6/);
    });
  }

  it('is offered as it was meant', async () => {
    for (const verb of ['scope find', 'contain simulate']) {
      const view = await see(`${verb} ${misspelt}`);
      assert.equal(view.next[0], `${verb} credential:"Stripe live" OR host:*.evil.example`);
    }
  });

  it('is a warning above a plan, and stands in the timeline', async () => {
    const plan = await see(`contain plan ${misspelt}`);
    const warning = plan.blocks.find(({ kind }) => kind === 'warning');
    assert.match(JSON.stringify(warning), said);
    const asked = (await timeline()).find(({ kind }) => kind === 'plan_proposed');
    assert.match(asked?.text ?? '', said);
    assert.doesNotMatch(shown(await see('contain plan w1')), /No credential/);
    const stands = await see('contain status P-1');
    assert.match(shown(stands), said);
    assert.match(shown(stands), /Nothing of it is in the plan\./);
  });

  it('is named by whatever else takes a query', async () => {
    for (const verb of ['scope add', 'evidence snapshot', 'evidence list', 'scope drop']) {
      assert.match(shown(await see(`${verb} ${misspelt}`)), said, verb);
    }
    assert.match((await refused('evidence list credential:"Strip live"')).message, said);
  });

  it('may be a bare domain, of which only hosts below are called', async () => {
    const view = await see('scope find credential:"Stripe live" OR host:EVIL.example');
    assert.match(shown(view), /No workflow calls the host evil\.example itself, but 1 workflow/);
    assert.equal(view.next[0], 'scope find credential:"Stripe live" OR host:*.evil.example');
  });

  it('is nothing that was excluded, nor what must hold beside something found', async () => {
    for (const query of ['w6 OR (tag:x -tag:y)', 'host:tax.example', '-credential:nobody']) {
      assert.doesNotMatch(shown(await see(`scope find ${query}`)), /called “(?:y|nobody)”/);
    }
    assert.match(shown(await see('scope find w6 OR (tag:x -tag:y)')), /No tag is called “x”/);
  });

  const slips: readonly (readonly [string, RegExp, string?])[] = [
    ['name:"Order exprt helper"', /No workflow is called/, 'name:"Order export helper"'],
    ['Order exprt helper', /holds “exprt”\. There is “Order exp/, 'Order export helper'],
    ['drop.evil.exmple', /host or tag holds “drop\.evil\.exmple”/, 'drop.evil.example'],
    ['webhook:cleanp-7f3a', /No webhook, form or chat is called/, 'webhook:cleanup-7f3a'],
    ['package:n8n-nodes-rely', /No community package is called/, 'package:n8n-nodes-relay'],
    ['node:cde', /No type of node is called “cde”\. There is “code”/, 'node:code'],
    ['secret:abc', /No hard-coded secret has a fingerprint that begins with “abc”/],
    ['calls:w999', /No workflow calls “w999”\./],
    ['calls:Taxx', /No workflow calls “Taxx”\. There is “Tax”/, 'calls:Tax'],
    ['id:nobody', /No workflow has the id “nobody”\./],
    ['host:nowhere.invalid', /No host is called “nowhere\.invalid”/],
    ['host:TAX.exampel', /No host is called “tax\.exampel”/, 'host:tax.example'],
    ['credential:c99', /No credential has the reference c99\./],
  ];
  for (const [query, words, meant] of slips) {
    it(`is told in every field: ${query}`, async () => {
      const view = await see(`scope find ${query}`);
      assert.equal(view.title, 'No workflow found');
      assert.match(shown(view), words);
      const next = view.next.filter((line) => line !== 'scope sync');
      if (meant === undefined) assert.equal(next.length, 0, next.join(', '));
      else assert.ok(next.includes(`scope find ${meant}`), next.join(', '));
    });
  }

  for (const line of ['scope show evil.example', 'scope graph evil.example']) {
    it(`may be a domain alone: ${line}`, async () => {
      const { message, candidates } = await refused(line);
      assert.match(message, /1 workflow calls hosts below it: `host:\*\.evil\.example`/);
      assert.equal((await see(candidates[0] ?? '')).kind, 'view');
    });
  }

  it('is named where the last look did not find a workflow any more', async () => {
    toy.workflows.delete('report');
    await look();
    const view = await see('scope find w1 w6');
    assert.match(shown(view), /The last look did not find w6 any more/);
    const one = await see('scope show w6');
    assert.match(shown(one), /"active","gone; on when it was last seen"/);
    assert.deepEqual(one.next, ['scope sync']);
  });
});
