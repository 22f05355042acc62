import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Secret } from '../../domain/secret.ts';
import { shown } from '../../testing/bot.ts';
import type { EstateBot } from '../../testing/estate-bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';
import { enrolled } from '../../testing/factor.ts';
import { onTheWordOfTwo } from '../../testing/two-admins.ts';

const wrong = new Secret('000000');

function tenWorkflows(): Promise<EstateBot> {
  return estateBot((toy) => {
    for (let number = 1; number <= 10; number += 1) toy.add(`wf${number}`);
  });
}

describe('many workflows in a sev2', async () => {
  const night = await tenWorkflows();
  const { see, refused, timeline } = night;

  it('need the yes of another, or a code, for which one needs a factor first', async () => {
    await see('declare Worm severity:sev2');
    const plan = await see('contain plan active:true');
    assert.match(shown(plan), /or in a sev1 or sev2 one responder with a code/);
    const problem = await refused('contain run P-1');
    assert.match(problem.message, /needs the yes of another person first/);
    assert.match(problem.hint ?? '', /You have no factor yet: `me factor` says how to get one/);
    assert.equal(problem.asks, undefined);
    assert.match((await refused('contain run P-1', 'ana', wrong)).message, /You have no factor/);
  });

  it('are disabled by one responder with a code, which is on the timeline', async () => {
    const app = await enrolled(night, 'ana');
    const problem = await refused('contain run P-1');
    assert.equal(problem.asks, 'code');
    assert.match(problem.hint ?? '', /In a sev2 one responder may run it with a code, too/);
    assert.equal((await see('contain run P-1', 'ana', app.next())).outcome, 'open');
    const started = (await timeline()).at(-1);
    assert.equal(started?.kind, 'plan_started');
    assert.deepEqual(started?.data?.['way'], { persons: 1, code: 'totp' });
  });

  it('stay on in a sev3, with a code or without', async () => {
    const { see: say, refused: no } = night;
    await say('declare Smaller severity:sev3');
    await say('contain plan active:true');
    const app = await night.person('bo').then(() => enrolled(night, 'bo'));
    assert.match((await no('contain run P-2', 'bo', app.next())).message, /the yes of another/);
  });
});

describe('a code', async () => {
  const night = await tenWorkflows();
  const { see, refused, clock, timeline } = night;
  const app = await enrolled(night, 'ana');

  it('is taken once, however many lines come with it at the same moment', async () => {
    await see('declare Worm severity:sev1');
    for (let number = 1; number <= 3; number += 1) await see('contain plan active:true');
    const code = app.next();
    const replies = await Promise.all(
      ['P-1', 'P-2', 'P-3', 'P-1', 'P-2', 'P-3'].map((plan) =>
        night.say(`contain run ${plan}`, 'ana', code),
      ),
    );
    assert.equal(replies.filter(({ kind }) => kind === 'view').length, 1);
    const again = await refused('contain run P-3', 'ana', code);
    assert.match(again.message, /was used already/);
    assert.equal(again.asks, 'code');
    assert.match(again.hint ?? '', /^Repeat the line with the next code: .* half a minute\.$/);
    const guessed = await refused('contain run P-3', 'ana', wrong);
    assert.match(guessed.hint ?? '', /After 4 more wrong codes your factor is locked/);
  });

  it('locks its factor when it is wrong too often, also the right one, also after a restart', async () => {
    await see('me factor');
    for (let times = 0; times < 4; times += 1) await refused('contain run P-3', 'ana', wrong);
    assert.equal((await timeline('instance')).at(-1)?.kind, 'factor_locked');
    const locked = await refused('contain run P-3', 'ana', app.next());
    assert.match(locked.message, /locked for 1\d min/);
    assert.match(locked.hint ?? '', /somebody else does it.*`person factor @ana`/);
    assert.equal(locked.asks, undefined, 'no code helps until then');
    assert.match(shown(await see('me factor')), /locked until/);
    clock.forward(15 * 60_000);
    await see('contain run P-3', 'ana', app.next());
  });

  it('takes its own factor away, and an admin that of others', async () => {
    assert.equal((await refused('me factor remove')).asks, 'code');
    await see('me factor remove', 'ana', app.next());
    assert.match((await see('me factor')).title, /You have no factor/);
    await enrolled(night, 'bo');
    assert.equal((await refused('person factor @bo', 'ana')).code, 'not_allowed');
    await onTheWordOfTwo(night, 'person factor @bo');
    assert.equal((await timeline('instance')).at(-1)?.kind, 'factor_removed');
    await enrolled(night, 'root');
    const without = await refused('person factor @bo', 'root');
    assert.equal(without.asks, 'code');
    assert.match(without.hint ?? '', /^Type it at the prompt of the command line/);
    await assert.rejects(
      night.stepUp.confirm(
        { person: await night.person('bo'), source: 'cli', now: clock.now() },
        wrong,
      ),
      /No factor of yours waits/,
    );
  });
});
