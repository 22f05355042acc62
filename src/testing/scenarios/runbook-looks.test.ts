/** A runbook looks around, has a person locked out by the words of two people, and hides its incident. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shown } from '../bot.ts';
import type { SandboxBot } from '../sandbox-bot.ts';
import { sandboxBot } from '../sandbox-bot.ts';
import { unhurried } from '../unhurried.ts';
import { aRunbookFolder, aStep } from '../written-runbook.ts';

async function started(...steps: readonly string[]): Promise<SandboxBot> {
  const folder = await aRunbookFolder('shuts', { who: 'text', bad: 'workflow' }, steps);
  const bot = unhurried(await sandboxBot(undefined, undefined, folder));
  await bot.see('declare Somebody is not who they are severity:sev2');
  await bot.see('person add @ben "Ben Lind" may:responder,approver');
  await bot.see('runbook start shuts who:dana@acme.test bad:"Address cleanup"');
  return bot;
}

const who = 'with: { user: $who }';

describe('a step of a runbook', () => {
  it('has them locked out on every platform that knows them, and confirmed by another', async () => {
    const { see, refused, store } = await started(
      aStep('look', 'kind: identify', 'do: user.list', who),
      aStep('lock', 'kind: manual', 'do: user.lock', who),
      aStep('sure', 'kind: verify', 'do: user.confirm', who),
    );
    assert.match(shown(await see('runbook do')), /dana@acme\.test/);
    const step = await see('runbook done');
    assert.deepEqual(step.next.slice(0, 2), [
      'runbook do run:R-1 step:2',
      'runbook done … run:R-1 step:2',
    ]);
    assert.match((await refused('runbook done')).message, /Say how you know/);
    assert.match((await refused('runbook done keys revoked')).message, /Nobody was told yet/);
    const told = shown(await see('runbook do'));
    assert.match(told, /“Dana Holt” on office and u\d+ “Dana Holt” on shop/);
    assert.match(told, /Not verified by Firebreak/);
    await see('runbook do');
    await see('runbook done keys revoked, sessions ended');
    assert.match((await refused('runbook do')).message, /People do this step/);
    await see('runbook done both answer 401', 'ben');
    const [incident] = await store.incidents.list(store.instance.operator, {
      closed: false,
      limit: 5,
    });
    const kept = await store.lockouts.ofIncident(incident?.id ?? '');
    assert.deepEqual(
      kept.map(({ doneByHand, confirmedByHand }) => [doneByHand?.text, confirmedByHand?.text]),
      [
        ['keys revoked, sessions ended', 'both answer 401'],
        ['keys revoked, sessions ended', 'both answer 401'],
      ],
    );
    assert.match(
      shown(await see('runbook show R-1')),
      /not verified by Firebreak: both answer 401/,
    );
  });

  it('shows the credentials of one connection alone, as the command does', async () => {
    const folder = await aRunbookFolder('holds', { there: 'connection' }, [
      aStep('held', 'kind: identify', 'do: cred.list', 'with: { connection: $there }'),
    ]);
    const { see } = unhurried(await sandboxBot(undefined, undefined, folder));
    await see('declare A vendor was broken into severity:sev2');
    const step = shown(await see('runbook start holds there:office'));
    assert.match(step, /who uses them, and who can revoke them, of office"/);
    const listed = shown(await see('runbook do'));
    assert.match(listed, /HubSpot CRM.*Automation API|Automation API.*HubSpot CRM/);
    assert.doesNotMatch(listed, /Stripe live/);
    assert.match((await see('cred list on:shop')).title, /^8 credentials/);
    assert.match((await see('runbook done')).title, /finished/);
  });

  it('takes no confirmation of who did it', async () => {
    const { see, refused } = await started(
      aStep('lock', 'kind: manual', 'do: user.lock', who),
      aStep('sure', 'kind: verify', 'do: user.confirm', who),
    );
    for (const line of ['do', 'done by me']) await see(`runbook ${line}`);
    const own = await refused('runbook done seen by me');
    assert.match(own.message, /^You have locked out “Dana Holt” yourself, so some/);
    assert.match(own.hint ?? '', /`runbook assign @… run:R-1` asks them/);
    assert.match(shown(await see('user status')), /confirmed by nobody yet/);
    assert.match((await see('runbook next')).title, /step 2/);
    assert.match((await see('runbook skip I am alone')).title, /finished/);
  });

  it('hides the incident, and marks what is hostile so that no undo brings it back', async () => {
    const bad = 'with: { where: [{ workflow: $bad }] }';
    const { see, refused, work } = await started(
      aStep('hide', 'kind: manual', 'do: incident.private'),
      aStep('mark', 'kind: manual', 'do: scope.convict', bad),
    );
    assert.match((await refused('runbook done')).message, /everyone may see INC-1/);
    await see('runbook do');
    assert.equal((await refused('runbook next R-1', 'ben')).code, 'not_found');
    assert.match((await refused('runbook done')).message, /not marked yet: w\d+/);
    assert.match(shown(await see('runbook do')), /left off by every undo/);
    const { title } = await see('contain plan name:"Address cleanup"');
    // What is private is numbered apart.
    const [plan = ''] = /^P-\d+/.exec(title) ?? [];
    await see(`contain run ${plan}`);
    await work(plan);
    assert.match((await refused(`contain undo ${plan}`)).message, /convicted/);
  });
});
