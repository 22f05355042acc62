import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { estateBot } from '../testing/estate-bot.ts';

describe('a lone letter', async () => {
  const { see, refused } = await estateBot();
  await see('declare Token leaked');

  for (const verb of ['contain plan', 'contain simulate', 'scope add', 'evidence snapshot']) {
    it(`is asked about, not searched for: ${verb}`, async () => {
      for (const typed of ['w', 'w 3', 'W1 OR w', 'a', '3', 'active:true c']) {
        const { code, message } = await refused(`${verb} ${typed}`);
        assert.equal(code, 'bad_input', typed);
        assert.match(message, /^“[wac3]” alone is in many names: nothing was done\./, typed);
      }
      const { hint, candidates } = await refused(`${verb} w 3`);
      assert.equal(
        hint,
        `A reference has its number: \`${verb} w12\`. A name is asked for by \`name:w\`.`,
      );
      assert.deepEqual(candidates, [`${verb} w3`]);
    });
  }

  it('is taken where it is no free text', async () => {
    await see('contain simulate name:*a*');
    await see('contain simulate w1 -x');
    await see('scope find w');
  });
});
