/** Somebody else gives a blocked credential back to the workflows that it was kept from. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { block, unblock } from '../../platforms/sandbox/lock.ts';
import { shown } from '../bot.ts';
import { sandboxBot } from '../sandbox-bot.ts';

const minuteMs = 60_000;

describe('a block on a credential', async () => {
  const bot = await sandboxBot();
  const { see, work, tick, clock, estate } = bot;
  const later = async (): Promise<void> => {
    clock.forward(minuteMs);
    await tick();
  };
  const told = async () => {
    const { data } = await see('log show 100');
    const events: readonly { kind: string; text: string }[] = Object(data).events;
    return events.flatMap(({ kind, text }) => (kind.startsWith('block_') ? [text] : []));
  };
  const byOthers = async (lever: typeof block): Promise<void> => {
    await estate('shop').change((look) => {
      const known = look.credentials().find(({ name }) => name === 'Stripe live');
      return lever(look, known?.id ?? assert.fail('No such credential.'), []);
    });
  };

  it('is watched, and who lifts it is told of once', async () => {
    await see('declare Key in a paste severity:sev2');
    await see('cred block "Stripe live"');
    await see('person add @ben "Ben Lind" may:responder,approver');
    await see('contain approve P-1', 'ben');
    await see('contain run P-1');
    await work('P-1');
    await later();
    assert.deepEqual(await told(), []);
    assert.match(shown(await see('contain status P-1')), /looked at again just now, and every/);

    await byOthers((look, id, met) => unblock(look, id, [], met));
    await later();
    await later();
    const [text = '', ...more] = await told();
    assert.deepEqual(more, []);
    assert.match(
      text,
      /^P-1: (c\d+) “Stripe live” may be used again: Its block was lifted: The sandbox lists it as not blocked\. Next: `cred block \1`\.$/,
    );
    assert.equal((await see('contain status P-1')).outcome, 'failed');
  });

  it('that is taken away by us is watched no more', async () => {
    await byOthers(block);
    await see('contain verify P-1');
    await work('P-1');
    await see('cred unblock "Stripe live" to:any');
    await see('contain approve P-2', 'ben');
    await see('contain run P-2');
    await work('P-2');
    await later();
    assert.equal((await told()).length, 1);
  });
});
