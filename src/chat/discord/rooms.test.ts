import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';

import { BareDiscord } from '../../testing/discord/surface.ts';
import type { FakeUser } from '../../testing/discord/world.ts';
import { until } from '../../testing/until.ts';
import type { NewRoom, OpensRooms } from '../chat.ts';
import { opensRooms } from '../chat.ts';
import { channelOf, roomOf } from './places.ts';

const bound = AbortSignal.timeout(60_000);

describe('the channel of an incident in Discord', () => {
  let bare: BareDiscord;
  let ana: FakeUser;
  let number = 0;
  let incident: NewRoom['incident'];

  before(async () => {
    bare = await BareDiscord.open();
    ana = bare.guild.member('ana');
  });
  after(() => bare.stop());
  beforeEach(() => {
    number += 1;
    incident = {
      id: `0197c000-0000-7000-8000-00000000000${number}`,
      name: `INC-${number}`,
      title: 'Stripe “key” leaked @everyone',
      visibility: 'open',
      severity: 'sev2',
      phase: 'containment',
    };
  });

  const surface = (): OpensRooms => (opensRooms(bare.surface) ? bare.surface : assert.fail());
  const asked = (more: Partial<NewRoom> = {}): NewRoom => ({
    incident,
    people: [`discord:${ana.id}`],
    ...more,
  });
  const channels = () => [...bare.guild.guild.channels.values()];

  it('is named and says what it is for, and is found again by that', async () => {
    const page = 'https://firebreak.example/incidents/INC-1';
    bare.fake.fail(/^POST \/guilds\/\d+\/channels/, 'cut');
    await assert.rejects(surface().openRoom(asked({ page }), bound), { code: 'cut' });
    const opened = await surface().openRoom(asked({ page }), bound);
    assert.equal(opened.name, '#inc-1-stripe-key-leaked-everyone');
    const [channel, ...others] = channels();
    assert.ok(channel && others.length === 0);
    assert.equal(opened.room, roomOf(bare.guild.guild.id, channel.id));
    assert.equal(
      channel.topic,
      `INC-1 sev2, containment: Stripe “key” leaked @everyone · ${page} (${incident.id})`,
    );
    channel.name = 'renamed';
    assert.equal((await surface().openRoom(asked({ page }), bound)).room, opened.room);
    assert.deepEqual(await surface().furnish(opened.room, asked({ page }), bound), []);
  });

  it('of a private incident is seen by its people alone, and its title by nobody', async () => {
    const hidden = { ...incident, visibility: 'private' as const };
    const { room, name } = await surface().openRoom(asked({ incident: hidden }), bound);
    assert.equal(name, '#inc-2');
    const made = bare.fake.world.channel(channelOf(room));
    assert.ok(made);
    assert.doesNotMatch(made.topic ?? '', /Stripe/);
    const see = 1 << 10;
    const allowed = made.overwrites?.map(({ id, allow, deny }) => [
      id,
      (Number(allow) & see) !== 0,
      (Number(deny) & see) !== 0,
    ]);
    assert.deepEqual(allowed, [
      [bare.guild.guild.id, false, true],
      [bare.fake.world.bot.id, true, false],
      [ana.id, true, false],
    ]);
  });

  it('of a private incident lets in who got a part in it, or says who must', async () => {
    const hidden = { ...incident, visibility: 'private' as const };
    const { room } = await surface().openRoom(asked({ incident: hidden }), bound);
    const made = bare.fake.world.channel(channelOf(room)) ?? assert.fail();
    const there = () => (made.overwrites ?? []).map(({ id }) => id);
    const bo = bare.guild.member('bo');
    const late = asked({ incident: hidden, people: [ana, bo].map(({ id }) => `discord:${id}`) });

    made.denied.add('MANAGE_ROLES');
    const refused = await surface().furnish(room, late, bound);
    assert.match(refused.join(), /^1 of those who should be there must be let in .*Manage Perm/);
    assert.equal(there().includes(bo.id), false);

    made.denied.delete('MANAGE_ROLES');
    assert.deepEqual(await surface().furnish(room, late, bound), []);
    assert.ok(there().includes(bo.id) && there().includes(ana.id));
    const gone = asked({ incident: hidden, people: ['discord:123'] });
    assert.match((await surface().furnish(room, gone, bound)).join(), /^1 of those who should/);
    assert.equal(made.topic, `${hidden.name}: private (${hidden.id})`);
  });

  it('says above it how the incident stands, as often as Discord takes that', async () => {
    const { room } = await surface().openRoom(asked(), bound);
    const made = bare.fake.world.channel(channelOf(room)) ?? assert.fail();
    const now = (severity: NewRoom['incident']['severity']) =>
      surface().furnish(room, asked({ incident: { ...incident, severity } }), bound);

    await now('sev1');
    await now('sev1');
    await now('sev2');
    await assert.rejects(now('sev3'), { code: 'rate_limited' });

    assert.match(made.topic ?? '', /^INC-\d+ sev2, containment: Stripe/);
  });

  it('keeps its card in sight', async () => {
    const { room } = await surface().openRoom(asked(), bound);
    const to = { kind: 'message', room, isPinned: true } as const;
    await bare.surface.send(bare.outgoing(to, 'How it stands'), bound);
    const channel = bare.fake.world.channel(channelOf(room));
    await until('it is pinned', () => channel?.messages[0]?.isPinned === true);
    assert.deepEqual(bare.heard, [], 'what Firebreak pins itself goes on no timeline');
  });

  it('is opened in the server where it was declared, and refused in words', async () => {
    const near = roomOf(bare.guild.guild.id, '1');
    bare.guild.guild.denied.add('MANAGE_CHANNELS');
    await assert.rejects(surface().openRoom(asked({ near }), bound), {
      code: 'refused',
      message: /may not do that there/,
    });
    bare.guild.guild.denied.clear();
    const { room } = await surface().openRoom(asked({ near: 'discord:@me/1' }), bound);
    assert.ok(room.startsWith(`discord:${bare.guild.guild.id}/`));
  });
});
