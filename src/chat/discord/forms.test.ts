import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { z } from 'zod';

import type { Command } from '../../commands/command.ts';
import { formFor } from '../../commands/form.ts';
import type { Reply } from '../../domain/reply.ts';
import { inputsOf } from '../../testing/discord/check-modal.ts';
import { entriesOf, labelsOf, wordsOf } from '../../testing/discord/guild.ts';
import type { Raw } from '../../testing/discord/limits.ts';
import { rawsOf } from '../../testing/discord/limits.ts';
import { BareDiscord, saying } from '../../testing/discord/surface.ts';
import type { FakeChannel, FakeUser } from '../../testing/discord/world.ts';
import { until } from '../../testing/until.ts';
import { roomOf } from './places.ts';

const asked = ['one', 'two', 'three', 'four', 'five', 'six', 'seven'] as const;
const others = ['eight', 'nine', 'ten', 'eleven'] as const;

function askingFor(name: string, fields: readonly string[]): Command {
  return {
    name,
    summary: 'Ask for more than one modal holds',
    examples: [],
    words: fields.map((field) => (field === 'one' ? field : `${field}?`)),
    permission: 'responder',
    input: z.object(Object.fromEntries(fields.map((field) => [field, z.string().exactOptional()]))),
    run: () => Promise.reject(new Error('It is only looked at.')),
  };
}

const survey = askingFor('survey', asked);
const census = askingFor('census', [...asked, ...others]);

describe('a form on Discord', () => {
  let bare: BareDiscord;
  let room: FakeChannel;
  let ana: FakeUser;

  before(async () => {
    bare = await BareDiscord.open(survey, census);
    room = bare.guild.channel('ops');
    ana = bare.guild.member('ana');
  });
  after(() => bare.stop());

  const next = async () => {
    const count = bare.heard.length;
    await until('it is heard', () => bare.heard.length > count);
    return bare.heard[count];
  };
  const cardOf = async (reply: Reply, keys: Readonly<Record<string, string>> = {}) => {
    const to = { kind: 'message', room: roomOf(bare.guild.guild.id, room.id) } as const;
    await bare.surface.send({ ...bare.outgoing(to, ''), reply, keys }, AbortSignal.timeout(30_000));
    const card = room.messages.at(-1);
    assert.ok(card);
    return card;
  };
  const shows = (...lines: readonly string[]) => cardOf({ ...saying('Card'), next: lines });
  it('opens by a button whose line waits for something, and becomes the line', async () => {
    const card = await shows('log add …');
    const pressed = bare.guild.presses(ana, card, 'log add …');
    await pressed.modal();
    const heard = next();
    bare.guild.submits(ana, pressed, { text: 'the CFO was told' });
    const said = (await heard)?.said;
    assert.deepEqual(said, { kind: 'line', line: 'log add the CFO was told' });
  });

  it('opens from a list, too, where there is much to choose from', async () => {
    const lines = ['status', 'list', 'me', 'help', 'log show', 'log add …'];
    const keys = Object.fromEntries(lines.map((line, at) => [line, `k${at}`]));
    const card = await cardOf({ ...saying('Card'), next: lines }, keys);
    assert.deepEqual([labelsOf(card), entriesOf(card)], [[], lines]);
    const pressed = next();
    bare.guild.chooses(ana, card, 'list');
    assert.deepEqual((await pressed)?.said, { kind: 'press', key: 'k1' });
    const chosen = bare.guild.chooses(ana, card, 'log add …');
    await chosen.modal();
    const heard = next();
    bare.guild.submits(ana, chosen, { text: 'the CFO was told' });
    assert.deepEqual((await heard)?.said, { kind: 'line', line: 'log add the CFO was told' });
  });

  it('is filled in as far as the line goes', async () => {
    const card = await shows('role assign scribe @…');
    const pressed = bare.guild.presses(ana, card, 'role assign scribe @…');
    const modal = await pressed.modal();
    assert.equal(modal['title'], 'Role assign');
    assert.equal(rawsOf(modal['components']).length <= 5, true);
    const heard = next();
    bare.guild.submits(ana, pressed, { role: 'scribe', who: '@cy' });
    const said = (await heard)?.said;
    assert.deepEqual(said, { kind: 'line', line: 'role assign scribe @cy' });
  });

  it('opens from a message that shows what is wrong', async () => {
    const message = bare.guild.writes(ana, room, 'Stripe key leaked\nsee the logs');
    const used = bare.guild.uses(ana, message, 'Declare from this message');
    assert.equal(filled(await used.modal())['title'], 'Stripe key leaked');
    const heard = next();
    bare.guild.submits(ana, used, { severity: 'sev2' });
    const said = (await heard)?.said;
    assert.deepEqual(said, { kind: 'line', line: 'declare severity:sev2 Stripe key leaked' });
  });

  it('has pages when it asks for more than five things; nothing is said before the last', async () => {
    const card = await shows('survey …');
    const pressed = bare.guild.presses(ana, card, 'survey …');
    await pressed.modal();
    const count = bare.heard.length;
    const draft = await bare.guild.submits(ana, pressed, { one: 'first', two: 'a b' }).answer();
    assert.equal(draft.onlyFor, ana.id);
    assert.match(wordsOf(draft), /Nothing was said yet/);
    assert.equal(bare.heard.length, count);

    const more = bare.guild.presses(ana, draft, 'Fill in more');
    assert.deepEqual(Object.keys(filled(await more.modal())), ['six', 'seven']);
    const heard = next();
    bare.guild.submits(ana, more, { seven: 'last' });
    const said = (await heard)?.said;
    assert.deepEqual(said, { kind: 'line', line: 'survey first "a b" last' });

    const only = next();
    bare.guild.presses(ana, draft, 'Say it');
    assert.deepEqual((await only)?.said, { kind: 'line', line: 'survey first "a b"' });
  });

  it('has as many pages as it takes, and keeps what is written on all of them', async () => {
    const card = await shows('census …');
    const pressed = bare.guild.presses(ana, card, 'census …');
    assert.equal((await pressed.modal())['title'], 'Census (1 of 3)');
    const first = { one: 'a', two: 'b', three: '"c" d', four: 'e', five: 'f' };
    const draft = await bare.guild.submits(ana, pressed, first).answer();
    const second = bare.guild.presses(ana, draft, 'Fill in more');
    assert.equal((await second.modal())['title'], 'Census (2 of 3)');
    const rest = { six: 'g', seven: 'h', eight: 'i', nine: 'j', ten: 'k' };
    const later = await bare.guild.submits(ana, second, rest).answer();
    const count = bare.heard.length;
    assert.match(wordsOf(later), /census a b .* k/);
    const third = bare.guild.presses(ana, later, 'Fill in more');
    const modal = await third.modal();
    assert.deepEqual([modal['title'], Object.keys(filled(modal))], ['Census (3 of 3)', ['eleven']]);
    assert.equal(bare.heard.length, count);
    const heard = next();
    bare.guild.submits(ana, third, { eleven: 'l' });
    const said = (await heard)?.said;
    assert.ok(said?.kind === 'line');
    const form = formFor([census], said.line);
    const values = form?.fields.map(({ id, value }) => [id, value]) ?? [];
    assert.deepEqual(Object.fromEntries(values), { ...first, ...rest, eleven: 'l' });
  });

  it('asks for a code where nobody else reads it, and hands it over apart from the line', async () => {
    const reply = {
      kind: 'problem',
      code: 'not_ready',
      message: 'That needs a code.',
      asks: 'code',
      again: 'contain run P-1',
      candidates: [],
    } as const;
    const card = await cardOf(reply, { 'contain run P-1': 'k9' });
    const [label = ''] = labelsOf(card);
    const pressed = bare.guild.presses(ana, card, label);
    await pressed.modal();
    const heard = next();
    bare.guild.submits(ana, pressed, { code: '123456' });
    assert.deepEqual((await heard)?.said, { kind: 'press', key: 'k9' });
    assert.deepEqual(bare.codes, ['123456']);
    assert.equal(JSON.stringify(bare.heard).includes('123456'), false);
  });

  it('puts a message on the timeline from its menu', async () => {
    const ben = bare.guild.member('ben');
    const message = bare.guild.writes(ben, room, 'the disk was wiped');
    const heard = next();
    bare.guild.uses(ana, message, 'Add to timeline');
    const said = (await heard)?.said;
    assert.ok(said?.kind === 'pinned');
    assert.deepEqual(
      [said.message.author, said.message.text, said.message.at],
      ['ben', 'the disk was wiped', message.at.toISOString()],
    );
    assert.deepEqual(bare.troubles, []);
  });
});

/** What stands in a modal's inputs, by their ids. */
function filled(modal: Raw): Readonly<Record<string, unknown>> {
  const inputs = rawsOf(modal['components']).flatMap(inputsOf);
  return Object.fromEntries(inputs.map((input) => [String(input['custom_id']), input['value']]));
}
