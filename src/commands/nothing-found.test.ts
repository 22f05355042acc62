import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { estateBot } from '../testing/estate-bot.ts';

describe('a name that nothing has', async () => {
  const { see, refused } = await estateBot();
  await see('declare Token leaked');

  for (const verb of ['contain plan', 'contain simulate', 'scope add', 'evidence snapshot']) {
    it(`is answered with those that may have been meant: ${verb}`, async () => {
      const { message, candidates } = await refused(`${verb} credential:"Strip live"`);
      assert.match(message, /No credential is called “Strip live”\. There is “Stripe live”\./);
      assert.deepEqual(candidates, [`${verb} credential:"Stripe live"`]);
    });
  }

  it('keeps what the line was to do besides', async () => {
    const { candidates } = await refused('contain plan host:tax.exampel else:archive');
    assert.deepEqual(candidates, ['contain plan host:tax.example else:archive']);
  });

  it('is told as before where nothing is like it', async () => {
    const { hint, candidates } = await refused('contain plan host:nowhere.invalid');
    assert.match(hint ?? '', /Try the query with `scope find` first/);
    assert.deepEqual(candidates, []);
  });

  for (const verb of ['cred where', 'cred block', 'cred revoke', 'cred overwrite']) {
    it(`of a credential likewise: ${verb}`, async () => {
      const { code, candidates } = await refused(`${verb} "Strip lvie"`);
      assert.equal(code, 'not_found');
      assert.deepEqual(candidates, ['c1 Stripe live on prod']);
    });
  }
});
