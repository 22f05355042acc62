import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

import { estateBot } from '../testing/estate-bot.ts';
import type { Complete } from './command.ts';
import { makeComplete } from './complete.ts';
import { registry } from './registry.ts';

describe('completion', () => {
  let hidden: string;
  let secretPlan: string;
  let complete: (line: string, as?: string) => Promise<readonly string[]>;
  let whole: Complete;
  let callerOf: (handle: string) => Promise<Parameters<Complete>[0]>;

  before(async () => {
    const night = await estateBot();
    whole = makeComplete({ commands: registry, store: night.store, now: night.clock.now });
    callerOf = async (handle) => ({
      person: await night.person(handle),
      room: 'console:x',
      source: 'console',
    });
    complete = async (line, as = 'ana') =>
      (await whole(await callerOf(as), line)).map((one) => one.line);
    await night.see('declare Stripe key leaked');
    night.clock.forward(60_000);
    hidden = (await night.see('declare Nobody must know private', 'cy')).title.split(' ')[0] ?? '';
    await night.see('contain plan credential:"Stripe live" in:INC-1');
    const planned = await night.see(`contain plan name:"Tax" in:${hidden}`, 'cy');
    secretPlan = planned.title.split(':')[0] ?? '';
  });

  it('begins with the verbs and groups that one may use', async () => {
    assert.deepEqual(await complete('sta'), ['status ']);
    assert.deepEqual(await complete('con'), ['contain ']);
    assert.deepEqual(await complete('decl', 'vic'), []);
    assert.ok((await complete('')).length > 0);
  });

  it('goes on with the verbs of a group', async () => {
    assert.deepEqual(await complete('contain p'), ['contain plan ', 'contain pause ']);
    assert.deepEqual(await complete('contain p', 'vic'), []);
  });

  it('knows the values of words and options', async () => {
    assert.deepEqual(await complete('phase con'), ['phase containment ']);
    assert.deepEqual(await complete('declare It burns sev:sev1'), []);
    assert.deepEqual(await complete('declare It burns sev:s'), [
      'declare It burns sev:sev1 ',
      'declare It burns sev:sev2 ',
      'declare It burns sev:sev3 ',
      'declare It burns sev:sev4 ',
    ]);
    assert.deepEqual(await complete('role assign scribe an'), ['role assign scribe @ana ']);
    assert.deepEqual(await complete('declare It burns --p'), ['declare It burns --private ']);
  });

  it('names incidents and plans that one may see, and no others', async () => {
    assert.deepEqual(await complete('status '), ['status INC-1 ', 'status in:']);
    assert.deepEqual(await complete('log show in:'), ['log show in:INC-1 ']);
    assert.deepEqual(await complete('log show in:', 'cy'), [
      `log show in:${hidden} `,
      'log show in:INC-1 ',
    ]);
    assert.deepEqual(await complete('contain approve P', 'bo'), ['contain approve P-1 ']);
    assert.deepEqual(await complete(`contain approve ${secretPlan}`, 'bo'), []);
    assert.deepEqual(await complete(`contain approve ${secretPlan}`, 'cy'), [
      `contain approve ${secretPlan} `,
    ]);
  });

  it('offers the fields of a query, and what is behind a reference', async () => {
    assert.deepEqual(await complete('scope find cred'), ['scope find credential:']);
    assert.deepEqual(await complete('scope find connection:'), ['scope find connection:prod ']);
    const [charge] = await whole(await callerOf('ana'), 'scope show w1');
    assert.deepEqual(charge, { line: 'scope show w1 ', text: 'w1', hint: 'Charge cards' });
  });

  it('has nothing to say to what it does not understand, or to a novel', async () => {
    assert.deepEqual(await complete('xyzzy '), []);
    assert.deepEqual(await complete('status '.repeat(100)), []);
  });
});
