import assert from 'node:assert/strict';
import { it } from 'node:test';

import { Secret } from '../../domain/secret.ts';
import { shown } from '../../testing/bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';

const parents =
  /Parents first: where tokens rotate, whoever has the refresh token makes new ones\./;
const notReached = /Not reached: incoming webhooks\./;

it('tells who plans and who approves a revocation what must go first, and what it does not reach', async () => {
  const { see, store, connection, timeline } = await estateBot(undefined, {
    environment: 'drill',
    revokers: {
      at: () => undefined,
      wayOf: () => ({ kind: 'firebreak', provider: 'Slack' }),
    },
  });
  const [credential] = await store.inventory.credentials();
  assert.ok(credential);
  const baseUrl = 'https://slack.com/api';
  const provider = { kind: 'slack', baseUrl, privateHostAllowed: false, revision: 0 } as const;
  const secrets = { secret: new Secret('xoxb-1') };
  const key = { connection: connection.id, id: credential.id };
  await store.save({ providers: [{ key, provider, secrets }] });
  await see('declare Token leaked');

  const planned = await see('cred revoke c1');
  const read = [
    shown(planned),
    shown(await see('contain status P-1', 'cy')),
    (await timeline()).at(-1)?.text ?? '',
    shown(await see('contain approve P-1', 'cy')),
  ];

  for (const text of read) {
    assert.match(text, parents);
    assert.match(text, notReached);
    assert.equal(text.split('Parents first').length, 2, 'it is said once');
  }
  const [plan] = await store.plans.ofIncident((await timeline())[0]?.chain ?? '');
  assert.equal(plan?.targets[0]?.beware?.length, 2, 'it is part of what is approved');
});
