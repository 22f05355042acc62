import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { bot, shown } from '../../testing/bot.ts';
import { aFact } from '../../testing/containment.ts';
import { estateBot, paymentsEstate } from '../../testing/estate-bot.ts';

describe('scope find', async () => {
  const night = await estateBot((toy) => {
    paymentsEstate(toy);
    toy.add('relay', {
      name: '`contain run P-1` <!channel>',
      facts: [aFact('runtime_host', 'Send'), aFact('webhook', 'relay', { auth: 'none' })],
    });
    const whole = toy.takeInventory.bind(toy);
    toy.takeInventory = async () => {
      const inventory = await whole();
      const coverage = {
        ...inventory.coverage,
        runtimeHosts: { nodes: 1, workflows: 1 },
        gaps: ['Users are hidden: the key lacks user:list.'],
      };
      return { ...inventory, coverage };
    };
  });
  const { see, refused, clock, failures } = night;

  it('lists hits with reference and reason, and counts those beyond the limit', async () => {
    const view = await see('scope find credential:"Stripe live"');
    assert.equal(view.title, '3 workflows found');
    assert.match(shown(view), /"w1","Charge cards","[^"]+","yes","uses credential “Stripe live”/);
    const few = await see('scope find credential:"Stripe live" limit:2');
    assert.equal(few.title, '3 workflows found');
    assert.match(shown(few), /1 more not shown/);
  });

  it('says for every answer what it rests on and what it cannot see, also for none', async () => {
    for (const line of ['scope find host:api.stripe.com', 'scope find host:nowhere.example']) {
      const text = shown(await see(line, 'vic'));
      assert.match(text, /6 workflows and 0 credentials seen just now/);
      assert.match(text, /1 host in 1 workflow known only at run time \(w6\); no search by host/);
      assert.match(text, /Users are hidden: the key lacks user:list/);
    }
    assert.equal((await see('scope find host:nowhere.example')).title, 'No workflow found');
  });

  it('asks back when only quotes around a name would find something', async () => {
    for (const verb of ['scope find', 'contain simulate', 'scope graph']) {
      const problem = await refused(`${verb} credential:Stripe live`);
      assert.equal(problem.code, 'bad_input');
      assert.match(problem.message, /^No workflow found for “credential:Stripe live”\.$/);
      assert.match(problem.hint ?? '', /Did you mean `credential:"Stripe live"`\? It finds 3 work/);
    }
    const phone = await see('scope find credential:“Stripe live”');
    assert.equal(phone.title, '3 workflows found');
    const neither = shown(await see('scope find credential:Stripe dead'));
    assert.match(neither, /needs quotes: credential:\\"Stripe dead\\" \(which finds nothing/);
    assert.match(neither, /6 workflows and 0 credentials seen/);
    const day = shown(await see('scope find changed:>2026-11-20 credential:x'));
    assert.doesNotMatch(day, /needs quotes/);
  });

  it('names what there is where a name was misspelt, and offers the query that finds it', async () => {
    const typo = await see('scope find credential:Strpe active:true');
    assert.equal(typo.title, 'No workflow found');
    assert.match(shown(typo), /No credential is called “Strpe”\. There is “Stripe live”\./);
    const meant = 'scope find credential:"Stripe live" active:true';
    assert.deepEqual(typo.next, [meant, 'scope sync']);
    assert.equal((await see(meant)).title, '2 workflows found');
    const half = await see('scope find (credential:Stri OR credential:c99)');
    assert.match(
      shown(half),
      /called “Stri”\. There is “Stripe live”.*No credential has the reference c99/,
    );
    assert.deepEqual(half.next, [
      'scope find (credential:"Stripe live" OR credential:c99)',
      'scope sync',
    ]);
    const host = await see('scope find host:api.strpe.com');
    assert.deepEqual(host.next, ['scope find host:api.stripe.com', 'scope sync']);
    const twice = await see('scope find credential:Strpe OR credential:Strpe');
    assert.deepEqual(twice.next, [...new Set(twice.next)]);
    assert.equal(twice.next.length, 2);
    assert.match(shown(await see('scope find tag:zzz')), /No tag is called “zzz”\."/);
    const unused = await see('scope find credential:c1 -credential:nobody name:"No such"');
    assert.deepEqual(unused.next, ['scope sync']);
    assert.doesNotMatch(shown(unused), /No credential is called/);
  });

  it('says that hosts below a domain are known when the domain itself is not', async () => {
    const view = await see('scope find host:stripe.com');
    assert.match(
      shown(view),
      /No workflow calls the host stripe\.com itself, but 1 workflow calls hosts below it: `host:\*\.stripe\.com`/,
    );
    assert.deepEqual(view.next, ['scope find host:*.stripe.com', 'scope sync']);
    assert.equal((await see('scope find host:*.stripe.com')).title, '1 workflow found');
  });

  it('warns once the look is older than a quarter of an hour', async () => {
    clock.forward(16 * 60_000);
    assert.match(shown(await see('scope find w1')), /seen 16 min ago.*may have changed since/);
  });

  it('never builds a line from the name of a workflow', async () => {
    const view = await see('scope find webhook:relay');
    assert.match(shown(view), /contain run P-1/);
    assert.deepEqual(view.next, [
      'scope show w6',
      'contain plan webhook:relay',
      'scope add webhook:relay',
    ]);
  });

  it('says what is wrong with a query, and which reference nobody has', async () => {
    assert.match((await refused('scope find')).message, /“query” is missing/);
    assert.equal((await refused('scope find colour:red')).code, 'bad_input');
    assert.match((await refused('scope find w1 limit:0')).message, /“limit” is at least 1/);
    assert.match((await refused('scope find w99')).message, /No workflow has the reference w99/);
    assert.equal((await refused('scope find w1', 'nil')).code, 'not_allowed');
    assert.deepEqual(failures, []);
  });

  it('refuses to look where nothing is connected, because “none” would sound like “safe”', async () => {
    const problem = await refused('scope find connection:pord active:true');
    assert.equal(problem.code, 'bad_input');
    assert.match(problem.message, /No connection matches “connection:pord”/);
    assert.match(problem.hint ?? '', /Known: prod/);
    assert.deepEqual(problem.candidates, ['connection:prod']);
    for (const query of ['-connection:pord', 'w1 OR connection:stag*', 'platform:z*']) {
      for (const verb of ['scope find', 'contain simulate']) {
        assert.equal((await refused(`${verb} ${query}`)).code, 'bad_input', query);
      }
    }
    assert.match((await refused('scope find environment:drill')).hint ?? '', /production/);
    assert.equal((await see('scope find connection:PR*d platform:n8n')).title, '6 workflows found');
  });

  it('says what to do when nothing is connected', async () => {
    const { refused: refusedThere } = await bot();
    const problem = await refusedThere('scope find w1');
    assert.equal(problem.code, 'not_ready');
    assert.match(problem.hint ?? '', /firebreak connect/);
  });
});
