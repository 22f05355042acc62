/** A runbook locks a credential on its platform: by a plan, as anybody would by hand. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shown } from '../bot.ts';
import type { SandboxBot } from '../sandbox-bot.ts';
import { sandboxBot } from '../sandbox-bot.ts';
import { unhurried } from '../unhurried.ts';
import { aRunbookFolder, aStep } from '../written-runbook.ts';

async function startedWith(action: string): Promise<SandboxBot> {
  const on = 'with: { credential: $key }';
  const folder = await aRunbookFolder('locks', { key: 'credential' }, [
    aStep(
      'seal',
      'kind: capture',
      'do: evidence.snapshot',
      'with: { where: { credential: $key } }',
    ),
    aStep('lock', 'kind: act', `do: ${action}`, on),
    aStep('sure', 'kind: verify', 'do: contain.verify'),
  ]);
  const bot = unhurried(await sandboxBot(undefined, undefined, folder));
  await bot.see('declare Key in a paste severity:sev2');
  await bot.see('person add @ben "Ben Lind" may:responder,approver');
  await bot.see('runbook start locks key:"Stripe live"');
  await bot.see('runbook do');
  await bot.seal('INC-1');
  const { next } = await bot.see('evidence list');
  assert.equal(next[0], 'runbook done run:R-1 step:1', 'the run is gone on with');
  await bot.see('runbook done');
  return bot;
}

describe('a step of a runbook that locks a credential', () => {
  it('blocks it by a plan, and is done when that was run and holds', async () => {
    const { see, refused, work } = await startedWith('cred.block');
    assert.match((await refused('runbook done')).message, /has no plan yet/);
    const planned = await see('runbook do');
    assert.match(shown(planned), /only its provider makes it worthless, `cred revoke c\d+`/);
    assert.match((await refused('runbook do')).message, /has its plan: P-1 is/);
    assert.match((await refused('runbook done')).message, /P-1 is \w+; it was not run/);
    await see('contain approve P-1', 'ben');
    await see('contain run P-1');
    assert.match((await see('runbook done')).title, /step 3/);
    assert.match((await refused('runbook done')).message, /is not done: c\d+ block/);
    await work('P-1');
    assert.match((await see('runbook done')).title, /finished/);
    assert.equal((await see('contain status P-1')).outcome, 'done');
  });

  it('overwrites it for good only with the yes of another person', async () => {
    const { see, refused } = await startedWith('cred.overwrite');
    assert.match(shown(await see('runbook do')), /It cannot be taken back/);
    assert.match((await refused('contain run P-1')).message, /another person|approv/);
    assert.equal((await see('runbook next', 'ben')).next[0], 'contain approve P-1');
  });
});
