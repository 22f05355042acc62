import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Reading } from '../../domain/verification.ts';
import { connected, switchedOff } from '../../testing/n8n/connect.ts';
import type { Connected } from '../../testing/n8n/connect.ts';
import { until } from '../../testing/n8n/n8n-api.ts';
import { chain, nothing, webhook } from '../../testing/n8n/nodes.ts';
import type { Check } from '../platform.ts';

const never = new AbortController().signal;
const hook = (name: string) => chain(name, [webhook(name), nothing()]);

async function checked({ platform }: Connected, check: Check): Promise<Reading> {
  const [reading] = await platform.checkDisabled([check], never);
  assert.ok(reading);
  return reading;
}

/** Who was seen at its address, how, and what has become of them. */
function stands({ holders = [] }: Reading): readonly string[] {
  return holders.map(({ name, how, stands: now }) => `“${name}” ${how}, ${now}`);
}

describe('checkDisabled, of others at the same address,', () => {
  it('says who had its address for moments and ran there', async (test) => {
    const n8n = await connected(test);
    const check = await switchedOff(n8n, await n8n.live(hook('flap')));
    const bystander = await n8n.live(hook('bystander'));
    const twin = (await n8n.api.createWorkflow({ ...hook('flap'), name: 'twin' })).id;
    n8n.fake.executions.start(twin, 'v', 'manual');
    const byHand = await checked(n8n, check);
    const copy = await n8n.live({ ...hook('flap'), name: 'copy' });
    for (const path of ['flap', 'bystander']) await fetch(`${n8n.fake.baseUrl}/webhook/${path}`);
    await n8n.api.unpublish(copy);
    await n8n.api.unpublish(bystander);

    const flapped = await checked(n8n, check);
    const both = await n8n.platform.checkDisabled(
      [check, { workflow: copy, memo: null, acceptedAt: new Date() }],
      never,
    );

    assert.deepEqual(byHand.holders, undefined);
    assert.deepEqual(stands(flapped), [`“copy” ran, can_return`]);
    assert.ok((flapped.holders?.[0]?.at ?? check.acceptedAt) > check.acceptedAt);
    assert.deepEqual(both[0]?.holders, undefined, 'the copy is looked at for itself');
  });

  it('says who ran at its address and was given another one since', async (test) => {
    const n8n = await connected(test);
    const check = await switchedOff(n8n, await n8n.live(hook('left')));
    const copies = await Promise.all(
      ['copy', 'stranger'].map((name) => n8n.api.createWorkflow({ ...hook(name), name })),
    );
    const [copy = '', stranger = ''] = copies.map(({ id }) => id);
    await n8n.api.saveDraft(copy, { ...hook('left'), name: 'copy' });
    for (const [id, path] of [
      [copy, 'left'],
      [stranger, 'stranger'],
    ] as const) {
      await n8n.api.publish(id);
      await fetch(`${n8n.fake.baseUrl}/webhook/${path}`);
      await n8n.api.unpublish(id);
      // n8n tells the order of the two by the clock alone.
      const ranAt = n8n.fake.executions.of(id).at(-1)?.startedAt ?? assert.fail('It did not run.');
      await until('the clock has moved', async () => Date.now() > Date.parse(ranAt));
      await n8n.api.saveDraft(id, { ...hook('elsewhere'), name: 'copy' });
    }

    assert.deepEqual(stands(await checked(n8n, check)), ['“copy” ran, moved']);
  });

  it('says what has become of who was seen at its address', async (test) => {
    const n8n = await connected(test);
    const check = await switchedOff(n8n, await n8n.live(hook('seen')));
    const copy = (await n8n.api.createWorkflow({ ...hook('seen'), name: 'copy' })).id;
    const later = async (): Promise<string> => {
      const holders = [{ id: copy, name: 'copy', how: 'answered', at: new Date() }] as const;
      return stands(await checked(n8n, { ...check, holders })).join();
    };

    const off = await later();
    await n8n.api.publish(copy);
    const on = await later();
    await n8n.api.unpublish(copy);
    await n8n.api.saveDraft(copy, hook('={{ $vars.path }}'));
    const unknown = await later();
    await n8n.api.saveDraft(copy, hook('elsewhere'));
    const moved = await later();
    await n8n.api.saveDraft(copy, hook('seen'));
    n8n.fake.workflows.archive(copy);
    const archived = await later();
    n8n.fake.workflows.remove(copy);

    assert.deepEqual(
      [off, on, unknown, moved, archived, await later()].map((text) => text.split(', ')[1]),
      ['can_return', 'there', 'can_return', 'moved', 'archived', 'gone'],
    );
  });
});
