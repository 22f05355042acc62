/** A runbook freezes a platform and takes back what it did: by plans, as anybody would by hand. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shown } from '../bot.ts';
import type { SandboxBot } from '../sandbox-bot.ts';
import { sandboxBot } from '../sandbox-bot.ts';
import { unhurried } from '../unhurried.ts';
import { aRunbookFolder, aStep } from '../written-runbook.ts';

const there = 'with: { connection: $there }';
const users = 'with: { where: [{ credential: $key }, { active: true }] }';
const declared = 'declare Something burns severity:sev2';
const prove = aStep('prove', 'kind: verify', 'do: contain.verify');

async function started(
  declare: string,
  runbook: string,
  given: string,
  steps: readonly string[],
): Promise<SandboxBot> {
  const inputs = runbook === 'freezes' ? { there: 'connection' } : { key: 'credential' };
  const bot = unhurried(
    await sandboxBot(undefined, undefined, await aRunbookFolder(runbook, inputs, steps)),
  );
  await bot.see(declare);
  await bot.see('person add @ben "Ben Lind" may:responder,approver');
  await bot.see(`runbook start ${runbook} ${given}`);
  return bot;
}

async function run({ see, work }: SandboxBot, plan: string): Promise<void> {
  await see(`contain approve ${plan} in:INC-1`, 'ben');
  await see(`contain run ${plan}`);
  await work(plan);
}

describe('a runbook', () => {
  it('freezes a connection by the plan that the command makes, and thaws it', async () => {
    const bot = await started('drill start vendor-breach', 'freezes', 'there:office', [
      aStep('freeze', 'kind: act', 'do: contain.freeze', there),
      prove,
      aStep('thaw', 'kind: manual', 'do: contain.thaw', there),
    ]);
    const { see, refused, work, estate } = bot;
    // On the stage of this drill nothing runs daily, which would be proved off a day later.
    await bot.setStage('INC-1');
    const before = await estate('office').activations();
    assert.match((await refused('runbook done')).message, /has no plan yet/);
    const planned = shown(await see('runbook do'));
    assert.match(
      planned,
      /Everything that runs on office stops with it, until `contain thaw office`/,
    );
    assert.match((await refused('runbook done')).message, /P-1 is proposed; it was not run/);
    await run(bot, 'P-1');
    assert.equal((await refused('contain freeze office')).message, 'office is frozen already.');
    await see('runbook done');
    assert.match((await see('runbook done')).title, /step 3: Step thaw$/);
    assert.match((await refused('runbook done')).message, /has no plan yet/);
    await see('runbook do');
    await work('P-2');
    assert.deepEqual(await estate('office').activations(), before);
    assert.match((await see('runbook done')).title, /finished/);
    assert.equal((await refused('contain thaw office')).message, 'office is not frozen.');
  });

  it('switches on again what it disabled, each of its plans, and what is convicted not', async () => {
    const bot = await started(declared, 'undoes', 'key:"Stripe live"', [
      aStep('off', 'kind: act', 'do: contain.disable', users),
      prove,
      aStep('back', 'kind: manual', 'do: contain.undo'),
    ]);
    const { see, refused, work, estate } = bot;
    await see('runbook do');
    await run(bot, 'P-1');
    const { next } = await see('contain status P-1');
    assert.equal(next[0], 'runbook done run:R-1 step:1', 'the run is gone on with');
    assert.ok(!next.includes('contain undo P-1'));
    await see('runbook done');
    assert.equal((await see('contain status P-1')).next[0], 'runbook done run:R-1 step:2');
    const step = await see('runbook done');
    assert.match(shown(step), /on again at once.*: (w\d+, )+.*nothing of it is marked hostile/);
    assert.deepEqual(step.next.slice(0, 2), ['scope convict …', 'runbook do run:R-1 step:3']);
    assert.ok((await see('contain status P-1')).next.includes('contain undo P-1'));
    await see('scope add name:"Poll payment status"');
    const [hostile] = (await bot.store.inventory.resolve('workflow', 'Poll payment status')) ?? [];
    await see(`scope convict ${hostile?.ref} its maker is unknown`);

    assert.match(shown(await see('runbook next')), /left off, because marked hostile: w\d+"/);
    assert.match((await refused('runbook done')).message, /has no plan yet/);
    const back = await see('runbook do');
    assert.match(shown(back), /taking back P-1: w\d+/);
    assert.match((await refused('runbook done')).message, /is not done: w\d+ enable/);
    await work('P-2');
    const on = (await estate('shop').activations()).filter((line) => line.endsWith(' on'));
    assert.ok(on.some((line) => line.startsWith('Renew subscriptions ')));
    assert.ok(!on.some((line) => line.startsWith('Poll payment status ')));
    assert.match((await refused('runbook do')).message, /Nothing is left that this step could/);
    assert.match((await see('runbook done')).title, /finished/);
  });

  it('is done at once where all that it disabled is hostile', async () => {
    const bot = await started(declared, 'undoes', 'key:"Warehouse API"', [
      aStep('off', 'kind: act', 'do: contain.disable', users),
      prove,
      aStep('back', 'kind: manual', 'do: contain.undo'),
    ]);
    const { see, work, refused, store } = bot;
    await see('runbook do');
    await see('contain run P-1');
    await work('P-1');
    await see('runbook done');
    await see('runbook done');
    const [item] = await store.inventory.resolve('workflow', 'New order → warehouse');
    await see(`scope convict ${item?.ref}`);
    assert.match((await refused('runbook done')).message, /has no plan yet/);
    const done = await see('runbook do');
    assert.match(done.title, /finished/);
    assert.match(shown(done), /left off, because marked hostile: w\d+/);
  });

  it('switches on in stages what its steps find, and then the rest', async () => {
    const bot = await started(declared, 'undoes', 'key:"Stripe live"', [
      aStep('off', 'kind: act', 'do: contain.disable', users),
      prove,
      aStep(
        'first',
        'kind: manual',
        'do: contain.undo',
        'with: { where: [{ name: "Renew subscriptions" }] }',
      ),
      aStep('rest', 'kind: manual', 'do: contain.undo'),
    ]);
    const { see, refused, work, estate } = bot;
    const on = async () =>
      (await estate('shop').activations()).filter((line) => line.endsWith(' on'));
    await see('runbook do');
    await run(bot, 'P-1');
    await see('runbook done');
    const before = (await on()).length;
    const step = await see('runbook done');
    assert.match(shown(step), /on again at once.*: w\d+ \(by P-1\)/);
    const first = await see('runbook do');
    assert.match(shown(first), /taking back P-1: w\d+"/);
    assert.match(shown(first), /stay off, because others were named/);
    await work('P-2');
    assert.equal((await on()).length, before + 1);
    assert.ok((await on()).some((line) => line.startsWith('Renew subscriptions ')));
    const rest = await see('runbook done');
    assert.match(shown(rest), /on again at once.*: (w\d+, )*w\d+ and w\d+ \(by P-1\)/);
    assert.match((await refused('runbook done')).message, /has no plan yet/);
    await see('runbook do');
    await work('P-3');
    assert.ok((await on()).length > before + 2);
    assert.match((await see('runbook done')).title, /finished/);
  });

  it('brings nothing back where nothing was switched off', async () => {
    const { refused, see } = await started(declared, 'undoes', 'key:"Stripe live"', [
      aStep('back', 'kind: manual', 'do: contain.undo'),
    ]);
    assert.match((await refused('runbook do')).message, /Nothing is left/);
    assert.match((await see('runbook skip nothing was off')).title, /finished/);
  });
});
