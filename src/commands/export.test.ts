import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { bot, shown } from '../testing/bot.ts';

describe('export', async () => {
  const { see, refused } = await bot();

  it('names the line to type in a shell, and how to check what it writes', async () => {
    await see('declare Stripe key leaked');
    const view = await see('export JSON', 'vic');
    assert.match(
      shown(view),
      /firebreak export INC-1 --format json --out INC-1\.json --reason \\"…\\"/,
    );
    assert.match(shown(view), /firebreak verify INC-1\.json/);
  });

  it('refuses other formats and who may see nothing', async () => {
    assert.match(
      (await refused('export pdf')).message,
      /“pdf” does not fit here: say one of md, json/,
    );
    assert.equal((await refused('export md', 'nil')).code, 'not_allowed');
    assert.equal((await refused('export md in:INC-9')).code, 'not_found');
  });
});
