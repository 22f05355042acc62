import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { notHadOf } from '../../domain/evidence.ts';
import type { FactKind } from '../../domain/inventory.ts';
import { anEstate } from '../../testing/sandbox-estate.ts';
import { executionsSince, unended } from './executions.ts';
import { capturedOf } from './reading.ts';

const never = new AbortController().signal;
const minuteMs = 60_000;

describe('the estates of the sandbox', () => {
  it('are a company with a theft under way, as an account sees it', async () => {
    const one = await anEstate({ estate: 'shop' }).platform.takeInventory(never);
    const other = await anEstate({ estate: 'office' }).platform.takeInventory(never);
    const workflows = [...one.workflows, ...other.workflows];

    assert.ok(workflows.length >= 40);
    const evil = workflows.filter(({ facts }) =>
      facts.some(({ kind, value }) => kind === 'host' && value.endsWith('.evil.example')),
    );
    assert.deepEqual(
      evil.map(({ name, draftDiffers }) => [name, draftDiffers]),
      [
        ['Order export helper', false],
        ['Address cleanup', false],
        ['Contact sync', true],
      ],
    );
    const leaked = one.credentials.find(({ name }) => name === 'Stripe live');
    const users = one.workflows.filter(({ facts }) =>
      facts.some(({ kind, value }) => kind === 'credential' && value === leaked?.id),
    );
    assert.deepEqual([users.length, users.filter(({ active }) => active).length], [8, 7]);
    const kinds = new Set(workflows.flatMap(({ facts }) => facts.map(({ kind }) => kind)));
    const wanted: readonly FactKind[] = [
      'credential',
      'host',
      'runtime_host',
      'webhook',
      'schedule',
      'trigger',
      'calls',
      'error_workflow',
      'node',
      'package',
      'code',
      'platform_api',
      'env',
      'secret',
    ];
    assert.deepEqual(
      wanted.filter((kind) => !kinds.has(kind)),
      [],
    );
    assert.ok(one.users.length > 2 && one.coverage.runtimeHosts.workflows > 0);
    const facts = JSON.stringify(workflows.map((workflow) => workflow.facts));
    assert.doesNotMatch(facts, /sk_live_|deploy-[A-Z]/, 'a hard-coded secret is shown');
  });

  it('are the same for the same seed, and others for another', async () => {
    const inventoryOf = (seed: number) =>
      anEstate({ seed, size: 60 }).platform.takeInventory(never);
    const [one, again, other] = [await inventoryOf(7), await inventoryOf(7), await inventoryOf(8)];

    assert.deepEqual(again, one);
    const ids = new Set(one.workflows.map(({ id }) => id));
    assert.ok(other.workflows.every(({ id }) => !ids.has(id)));
  });

  it('grow to as many workflows as a benchmark asks for', async () => {
    const { workflows } = await anEstate({ size: 10_000 }).platform.takeInventory(never);

    assert.equal(workflows.length, 10_000);
    assert.equal(new Set(workflows.map(({ id }) => id)).size, 10_000);
  });
});

describe('executions', () => {
  it('follow from schedules and the clock, as long as a workflow is on', async () => {
    const { clock, platform, named } = anEstate();
    const { id } = await named('Order export helper');
    const began = clock.now().getTime();
    clock.forward(minuteMs);
    await platform.disable(id, never);
    clock.forward(minuteMs);

    const runs = executionsSince(await named('Order export helper'), began, clock.now().getTime());

    assert.equal(runs.length, 4, 'one each 15 seconds of the first minute');
    assert.ok(runs.every(({ mode, status }) => mode === 'schedule' && status === 'success'));
  });

  it('wait, are stopped and stay stopped', async () => {
    const { clock, estate, platform, named } = anEstate();
    const { id } = await named('Return approved');
    await estate.callWebhook('returns');
    const open = unended(await named('Return approved'), clock.now().getTime());
    assert.equal(open[0]?.status, 'waiting');

    assert.equal((await platform.stop(id, never)).stopped, open.length);
    assert.deepEqual(unended(await named('Return approved'), clock.now().getTime()), []);
    clock.forward(120 * minuteMs);
    const all = executionsSince(await named('Return approved'), 0, clock.now().getTime());
    assert.ok(all.some(({ status }) => status === 'canceled'));
  });

  it('of visitors come at most so often, and none while the webhook is off', async () => {
    const { clock, platform, named } = anEstate();
    const { id } = await named('Charge card');
    const began = clock.now().getTime();
    clock.forward(45 * minuteMs);
    const on = executionsSince(await named('Charge card'), began, clock.now().getTime());
    await platform.disable(id, never);
    clock.forward(minuteMs);
    const off = clock.now().getTime();
    clock.forward(45 * minuteMs);

    assert.ok(on.length >= 59 && on.length <= 61, `${on.length} visits`);
    assert.deepEqual(executionsSince(await named('Charge card'), off, clock.now().getTime()), []);
  });
});

it('gives no evidence of what the key may not see, and says so', async () => {
  const { estate, named } = anEstate();
  const { id } = await named('Charge card');

  const captured = capturedOf(await estate.look(), id, new Set(['execution:list'] as const));

  const titles = captured.map(({ title }) => title);
  assert.ok(titles.includes('executions.json') && !titles.includes('credentials.json'));
  assert.deepEqual(notHadOf(captured), [
    { part: 'credentials', why: 'The key lacks credential:list.' },
  ]);
});
