import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shown } from '../../testing/bot.ts';
import { sandboxBot } from '../../testing/sandbox-bot.ts';

describe('user list', async () => {
  const { see, refused, store } = await sandboxBot();

  it('tells of each user of the platforms their role, factor and what they own', async () => {
    const list = await see('user list');
    assert.match(list.title, /^\d users of 2 platforms$/);
    const text = shown(list);
    assert.match(text, /"Ines Okafor <ines@acme\.test>","shop","owner","yes","20\d\d-/);
    assert.match(text, /"Sam Reyes <sam@acme\.test>","shop","member","(yes|NO)"/);
    assert.match(text, /"\d+ workflows \(\d+ on\), 3 credentials"/);
    assert.deepEqual(list.next, ['scope find owner:noor@acme.test']);
  });

  it('finds one by name, and every workflow that they are said to own', async () => {
    const { data, title } = await see('user list sam@acme');
    assert.equal(title, '1 user of 1 platform');
    const [sam]: { ref: string; workflows: number }[] = Object(data).users;
    assert.ok(sam && sam.workflows > 0);
    assert.match(sam.ref, /^u\d+$/);
    const { data: found } = await see('scope find owner:sam@acme.test connection:shop');
    assert.equal(Object(found).total, sam.workflows);
    assert.equal((await refused('user list page:x')).code, 'bad_input');
  });

  it('says of no credentials that there are none where nobody may list them', async () => {
    const shop = (await store.connections.list()).find(({ name }) => name === 'shop');
    assert.ok(shop);
    const capabilities = { ...shop.capabilities, listCredentials: false };
    await store.save({ connections: [{ ...shop, capabilities }] });
    const text = shown(await see('user list sam@acme'));
    assert.match(text, /workflows \(\d+ on\), credentials not told"/);
  });
});
