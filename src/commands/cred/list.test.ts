import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shown } from '../../testing/bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';

describe('a credential that Firebreak could revoke', () => {
  it('is told of before the night on which it leaks, and again when it has', async () => {
    const { see } = await estateBot(undefined, {
      revokers: {
        at: () => undefined,
        wayOf: () => ({
          kind: 'by_hand',
          why: 'there is no way yet',
          steps: ['Delete it.'],
          couldLearn: 'github',
        }),
      },
    });
    const list = await see('cred list');
    assert.match(shown(list), /0 of 1 can be revoked by Firebreak.*1 more could be/);
    assert.equal(list.data['learnable'], 1);

    await see('declare Token leaked');
    const byHand = shown(await see('cred revoke c1'));
    assert.match(byHand, /Delete it\..*`firebreak provider github c1`/);
  });

  it('is not spoken of where there is none', async () => {
    const { see } = await estateBot();
    assert.doesNotMatch(shown(await see('cred list')), /could be/);
  });
});
