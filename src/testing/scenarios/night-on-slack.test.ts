/**
 * The main job, from a theft to *verified* and back, said in Slack alone: by slash commands and
 * buttons, through the real Bolt, in a channel of the incident's own, with a second person's yes.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { sandboxBot } from '../sandbox-bot.ts';
import { aSlackDesk } from '../slack/desk.ts';
import { readableText } from '../slack/readable.ts';

const room = 'inc-1-customers-leak-to-a-stranger';

describe('a night on Slack', () => {
  it('goes from nothing to verified and back, in a channel of its own', async (test) => {
    const night = await sandboxBot();
    await night.see('person add @ana "Ana Ruiz" may:responder');
    await night.see('person add @ben "Ben Lind" may:responder,approver');
    const desk = await aSlackDesk(test, night, { people: ['ana', 'ben', 'cleo'] });
    const { workspace } = desk;
    const [ana, ben] = [await desk.link('ana'), await desk.link('ben')];

    await workspace.says('ana', 'alarm', '/ir declare Customers leak to a stranger sev:2');
    await desk.reads('alarm', /Declared as INC-1, sev2/);
    await desk.reads('alarm', new RegExp(`has a room of its own now: #${room}`));
    const card = await desk.reads(room, /INC-1/);
    assert.match(card, /@ana/);
    const channel = workspace.channel(room);
    await workspace.when('all of it is in place', () => {
      return channel.bookmarks.length === 1 && channel.pins.length === 1;
    });
    assert.deepEqual([...channel.members].toSorted(), [ana.id, ben.id, 'U0FIREBREAK'].toSorted());
    assert.equal(channel.topic, 'INC-1 sev2, analysis: Customers leak to a stranger');
    assert.equal(channel.bookmarks[0]?.link, 'https://firebreak.example/incidents/INC-1');
    const [pinned] = channel.pins;
    assert.equal(pinned, channel.messages[0]?.ts);

    await workspace.says('ana', room, '/ir scope find host:*.evil.example');
    await desk.readsAlone('ana', room, /3 workflows found/);
    const query = 'credential:"Stripe live" OR host:*.evil.example';
    await workspace.says('ana', room, `/ir contain plan ${query}`);
    await desk.reads(room, /P-1: disable 11 workflows/);
    await workspace.says('ana', room, '/ir contain run P-1');
    await desk.readsAlone('ana', room, /Not done/);
    await workspace.presses('ben', room, 'contain approve P-1');
    await desk.reads(room, /@ben pressed/);
    await workspace.says('ana', room, '/ir contain run P-1');
    await desk.reads(room, /@ana: contain run P-1/);
    await night.work('P-1');
    assert.equal(await night.estate('office').callWebhook('contact-sync'), false);
    await workspace.says('ana', room, '/ir contain status P-1');
    await desk.readsAlone('ana', room, /11 verified/);

    night.clock.forward(10_000);
    await desk.chats.tick();
    const standsNow = () => workspace.standsIn(room)[0] ?? '';
    await workspace.when('the card shows it', () => /11 .*verified/s.test(standsNow()));
    assert.deepEqual(channel.pins, [pinned], 'the card is the same, edited');
    const below = () => channel.messages.filter(({ threadTs }) => threadTs === pinned);
    await workspace.when('the end of the plan is told below the card', () => below().length > 0);
    assert.match(below().map(readableText).join('\n'), /P-1/);

    await workspace.says('ana', room, '/ir contain undo P-1');
    await desk.reads(room, /P-2/);
    await workspace.says('ben', room, '/ir contain approve P-2');
    await workspace.says('ana', room, '/ir contain run P-2');
    await desk.reads(room, /@ana: contain run P-2/);
    await night.work('P-2');
    assert.equal(await night.estate('office').callWebhook('contact-sync'), true);

    const incident = await night.store.incidents.byName('INC-1', night.store.instance.operator);
    const told = await night.store.timeline.latest(incident?.id ?? '', 500);
    const kinds = told.map(({ kind }) => kind);
    assert.equal(kinds.filter((kind) => kind === 'room_opened').length, 1);
    assert.deepEqual(desk.logged, []);
  });
});
