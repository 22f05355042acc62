import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { chatsOn } from '../testing/chats.ts';
import { estateBot } from '../testing/estate-bot.ts';
import { enrolled } from '../testing/factor.ts';

describe('a line that may do with a code', () => {
  it('is said again in the chat with a code that nobody else reads and nothing keeps', async () => {
    const here = await estateBot();
    const { slack, work, failures } = await chatsOn(here);
    const person = (await here.person('ana')).id;
    const identity = { identity: 'slack:W1/ana', person, name: 'ana', linkedAt: here.clock.now() };
    await here.store.save({ identities: [identity] });
    const app = await enrolled(here, 'ana');
    for (const line of ['declare Stripe key leaked sev:1', 'contain freeze prod']) {
      await slack.says('ana', 'war-room', line);
      await work();
    }

    await slack.says('ana', 'war-room', 'contain run P-1');
    await work();
    const asked = slack.seenBy('ana', 'war-room').at(-1);
    assert.equal(asked?.reply.kind === 'problem' && asked.reply.asks, 'code');
    const key = asked?.keys['contain run P-1'];
    assert.ok(key);

    const code = app.next();
    const press = slack.event('ana', 'war-room', '', { said: { kind: 'press', key } });
    await slack.hear(press, code);
    await work();
    const [plan] = await here.store.plans.ofIncident((await here.timeline())[0]?.chain ?? '');
    assert.equal(plan?.state, 'running');
    assert.doesNotMatch(JSON.stringify(slack.shown), new RegExp(code.reveal()));
    assert.deepEqual(failures, []);
  });
});
