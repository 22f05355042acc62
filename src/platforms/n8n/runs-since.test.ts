import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Proof, Reading } from '../../domain/verification.ts';
import { connected, switchedOff } from '../../testing/n8n/connect.ts';
import type { Connected } from '../../testing/n8n/connect.ts';
import type { NewApiWorkflow } from '../../testing/n8n/n8n-api.ts';
import { calledByOthers, chain, everySeconds, nothing, webhook } from '../../testing/n8n/nodes.ts';
import type { Check } from '../platform.ts';

const never = new AbortController().signal;
const hook = (name: string) => chain(name, [webhook(name), nothing()]);
const failing = { kind: 'status', status: 500, message: 'down' } as const;

/** n8n keeps a record of its successes, whatever its default. */
function keepsAll(workflow: NewApiWorkflow): NewApiWorkflow {
  const settings = { saveDataSuccessExecution: 'all', saveDataErrorExecution: 'all' };
  return { ...workflow, settings: { ...workflow.settings, ...settings } };
}

async function checked({ platform }: Connected, check: Check): Promise<Reading> {
  const [reading] = await platform.checkDisabled([check], never);
  return reading ?? assert.fail('It was left out.');
}

function proofs(reading: Reading, method: string): readonly Proof[] {
  return reading.proofs.filter((proof) => proof.method === method);
}

describe('checkDisabled, where n8n does not list executions', () => {
  it('proves by list and probe what needs no executions, and names what it had not', async (test) => {
    const n8n = await connected(test);
    const check = await switchedOff(n8n, await n8n.live(hook('unlisted')));
    n8n.fake.faults.add({ fault: failing, path: /\/executions/ });

    const reading = await checked(n8n, check);

    const had = reading.proofs.map(({ method, finding }) => [method, finding]);
    assert.deepEqual(had, [
      ['list', 'agrees'],
      ['webhook-probe', 'agrees'],
      ['executions', 'silent'],
    ]);
    assert.match(proofs(reading, 'executions')[0]?.text ?? '', /failed to list executions \(500\)/);
    assert.deepEqual(reading.doubts, []);
    assert.equal(reading.notHad?.isNeeded, false);
  });

  it('proves nothing by the list alone of what only executions would show', async (test) => {
    const n8n = await connected(test);
    const clock = await n8n.live(keepsAll(chain('clock', [everySeconds(50), nothing()])));
    const child = await n8n.live(keepsAll(chain('child', [calledByOthers(), nothing()])));
    const both = keepsAll(chain('both', [webhook('both'), everySeconds(50), nothing()]));
    const mixed = await n8n.live(both);
    const checks: Check[] = [];
    for (const one of [clock, child, mixed]) checks.push(await switchedOff(n8n, one));
    n8n.fake.faults.add({ fault: failing, path: /\/executions/ });

    for (const reading of await n8n.platform.checkDisabled(checks, never)) {
      assert.ok(reading.notBefore);
      assert.equal(reading.notHad?.isNeeded, true);
    }
  });

  it('still contradicts what is on, whatever it could not read', async (test) => {
    const n8n = await connected(test);
    const workflow = await n8n.live(hook('on'));
    const check = await switchedOff(n8n, workflow);
    await n8n.api.publish(workflow);
    n8n.fake.faults.add({ fault: failing, path: /\/executions/ });

    const { proofs: found } = await checked(n8n, check);

    assert.deepEqual(
      found.map(({ finding }) => finding),
      ['contradicts', 'contradicts', 'silent'],
    );
  });

  it('gives no part of a look while n8n asks to be called less often', async (test) => {
    const n8n = await connected(test);
    const check = await switchedOff(n8n, await n8n.live(hook('busy')));
    const fault = { kind: 'status', status: 429, message: 'slow down' } as const;
    n8n.fake.faults.add({ fault, path: /\/executions/ });

    await assert.rejects(checked(n8n, check), { code: 'rate_limited' });
  });

  it('says so where n8n does not show which versions had the address', async (test) => {
    const n8n = await connected(test);
    const off = await switchedOff(n8n, await n8n.live(hook('moved')));
    // Whatever the clocks make of a few milliseconds, the copy ran after that.
    const check = { ...off, acceptedAt: new Date(off.acceptedAt.getTime() - 1_000) };
    const copy = (await n8n.api.createWorkflow({ ...hook('moved'), name: 'copy' })).id;
    const ran = n8n.fake.executions.start(copy, 'v', 'webhook');
    n8n.fake.executions.finish(ran, 'success', true);
    await n8n.api.saveDraft(copy, { ...hook('elsewhere'), name: 'copy' });
    n8n.fake.faults.add({ fault: failing, path: /\/history/ });

    const reading = await checked(n8n, check);

    const [, unread] = proofs(reading, 'list');
    assert.equal(unread?.finding, 'silent');
    assert.match(unread.text, /^“copy” \(id fake\d+\) ran since, .*\(500\)/);
  });
});
