import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';

import { makeKnown } from '../../commands/known.ts';
import { registry } from '../../commands/registry.ts';
import { makeDelivery } from '../../jobs/deliver.ts';
import { makeHearing } from '../../jobs/hear.ts';
import type { Bot } from '../../testing/bot.ts';
import { bot } from '../../testing/bot.ts';
import { HandClock } from '../../testing/slack/hand-clock.ts';
import { aSlackRig } from '../../testing/slack/rig.ts';
import type { SlackWorkspace } from '../../testing/slack/workspace.ts';
import { untilAborted } from '../../testing/until.ts';
import type { ChatSurface, Ears, Surface } from '../chat.ts';

/** A workspace whose people speak to an instance, as it is put together for real. */
describe('an incident in Slack', () => {
  let here: Bot;
  let workspace: SlackWorkspace;
  const failures: unknown[] = [];
  const ends: (() => unknown)[] = [];
  after(async () => {
    for (const end of ends.toReversed()) await end();
  });

  before(async () => {
    here = await bot();
    const surfaces = new Map<ChatSurface, Surface>();
    const common = {
      store: here.store,
      now: here.clock.now,
      by: 'first',
      wait: untilAborted,
      onFailure: (error: unknown) => failures.push(error),
    };
    const delivery = makeDelivery({ ...common, surfaces });
    const ears: Ears = makeHearing({
      ...common,
      dispatch: here.dispatch,
      complete: async () => [],
      known: makeKnown({ commands: registry, store: here.store }),
      redact: (text) => text,
      deliver: delivery.sweep,
      newId: randomUUID,
      newNonce: () => randomBytes(32).toString('base64url'),
    });
    const clock = new HandClock(here.clock.now());
    const test = { after: (end: () => unknown) => void ends.push(end) };
    const rig = await aSlackRig(test, { ears, clock, people: ['ana', 'bo', 'cy', 'zoe'] });
    surfaces.set('slack', rig.slack);
    workspace = rig.workspace;
    for (const handle of ['ana', 'cy']) {
      const person = (await here.person(handle)).id;
      const identity = `slack:T0ACME/${workspace.user(handle).id}`;
      const link = { identity, person, name: handle, linkedAt: here.clock.now() };
      await here.store.save({ identities: [link] });
    }
  });

  it('is declared by a slash command, for the whole channel to see', async () => {
    await workspace.says('ana', 'alarm', '/ir declare Stripe key leaked sev:2');
    await workspace.when('it is told', () => workspace.standsIn('alarm').length > 0);
    assert.match(workspace.standsIn('alarm').join('\n'), /INC-1 Stripe key leaked/);
    assert.deepEqual(failures, []);
  });

  it('is looked at by its reader alone, and in a thread by a mention', async () => {
    await workspace.says('cy', 'alarm', '/ir status');
    await workspace.when('cy sees it', () => workspace.seenBy('cy', 'alarm').length > 0);
    assert.match(workspace.seenBy('cy', 'alarm').at(-1) ?? '', /Stripe key leaked/);
    const root = workspace.channel('alarm').messages[0]?.ts ?? '';
    await workspace.says('ana', 'alarm', '@firebreak log add the CFO was told', root);
    const notes = async () =>
      (await here.timeline()).filter(({ kind }) => kind === 'note_added').length;
    await workspace.when(
      'it is written down',
      () => workspace.channel('alarm').messages.at(-1)?.user === 'U0FIREBREAK',
    );
    assert.equal(await notes(), 1);
  });

  it('opens the form of a mention that says too little, and writes it into the thread', async () => {
    const root = workspace.channel('alarm').messages[0]?.ts ?? '';
    await workspace.says('ana', 'alarm', '@firebreak log add at:02:59', root);
    const seen = () => workspace.seenBy('ana', 'alarm').join('\n');
    await workspace.when('ana is asked', () => /Fill in the form/.test(seen()));
    assert.match(seen(), /“text” is missing/);
    await workspace.presses('ana', 'alarm', 'Fill in the form');
    await workspace.submits('ana', { Text: 'the bank called back' });
    const isTold = () => {
      const last = workspace.channel('alarm').messages.at(-1);
      return last?.threadTs === root && /bank called back/.test(workspace.standsIn('alarm').join());
    };
    await workspace.when('it is written down', isTold);
    const noted = (await here.timeline()).filter(({ text }) => /bank called back/.test(text ?? ''));
    assert.equal(noted.length, 1);
    assert.deepEqual(failures, []);
  });

  it('gives a role to the person of the account that is named', async () => {
    await workspace.says('ana', 'alarm', '/ir role assign scribe @cy');
    const stands = () => workspace.standsIn('alarm').join('\n');
    await workspace.when('it is told', () => /scribe.*cy/s.test(stands()));
    await workspace.says('ana', 'alarm', '/ir role assign scribe @zoe');
    const seen = () => workspace.seenBy('ana', 'alarm').at(-1) ?? '';
    await workspace.when('ana is told', () => /has not spoken to Firebreak yet/.test(seen()));
  });

  it('gives it to whom Firebreak calls so, when the account of that name is nobody’s', async () => {
    const person = (await here.person('bo')).id;
    const linkedAt = here.clock.now();
    const link = { identity: 'discord:4711', person, name: 'bo', linkedAt };
    await here.store.save({ identities: [link] });
    await workspace.says('ana', 'alarm', '/ir role assign operations @bo');
    const stands = () => workspace.standsIn('alarm').at(-1) ?? '';
    await workspace.when('it is told', () => /operations.*@bo\b/s.test(stands()));
    const other = { ...link, identity: 'slack:T0ACME/U0OTHER' };
    await here.store.save({ identities: [other] });
    await workspace.says('ana', 'alarm', '/ir role assign legal @bo');
    const seen = () => workspace.seenBy('ana', 'alarm').at(-1) ?? '';
    await workspace.when('ana is told', () => /handle without the @/.test(seen()));
  });

  it('refuses whom nobody linked, with the way to it', async () => {
    await workspace.says('zoe', 'alarm', '/ir contain plan active:true');
    await workspace.when('zoe is told', () => workspace.seenBy('zoe', 'alarm').length > 0);
    assert.match(workspace.seenBy('zoe', 'alarm').join('\n'), /link/);
    assert.deepEqual(failures, []);
  });

  it('refuses who may not say it before they fill in a form', async () => {
    const seen = () => workspace.seenBy('zoe', 'alarm');
    const told = seen().length;
    await workspace.says('zoe', 'alarm', '/ir sev');
    await workspace.when('zoe is told', () => seen().length > told);
    assert.match(seen().at(-1) ?? '', /“sev” is for people whose account is linked/);
    assert.equal(workspace.slack.world.views.top(workspace.user('zoe').id), undefined);
  });
});
