/**
 * One night, told three times through the real Bolt and the real discord.js: in Slack alone, in
 * Discord alone, and by a crew that is split between them. What is exported is the same in every format.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shippedPolicy } from '../../approval-policy.ts';
import type { ChatSurface } from '../../domain/heard.ts';
import { exportRecord } from '../../export-record.ts';
import { exportFormats } from '../../exports/export.ts';
import type { ExportFormat } from '../../exports/export.ts';
import { makeExporters } from '../../exports/formats.ts';
import { makeRecorder } from '../../record/recorder.ts';
import { verifyBundle } from '../../record/verify.ts';
import { bothChats } from '../both-chats.ts';
import { sandboxBot } from '../sandbox-bot.ts';
import type { SandboxBot } from '../sandbox-bot.ts';
import type { Ending } from '../slack/workspace.ts';
import { textOf } from '../timeline.ts';
import { toldBy } from '../told-by-export.ts';

/** Where each of the two sits, and where Bea says yes a second time. */
type Seats = { readonly ana: ChatSurface; readonly bea: ChatSurface; readonly again: ChatSurface };

/** What a night leaves behind. */
type Left = {
  /** What people did, in its order. */
  readonly said: readonly string[];
  readonly verified: number;
  /** The chats that people spoke in. */
  readonly chats: readonly string[];
  /** What each kind of export tells; several workflows are worked at at once, in no order. */
  readonly told: readonly { readonly format: ExportFormat; readonly facts: readonly string[] }[];
};

async function theNight(test: Ending, seats: Seats): Promise<Left> {
  const night = await sandboxBot();
  await night.see('person add @ana "Ana Ruiz" may:responder');
  await night.see('person add @bea "Bea Lind" may:responder,approver');
  const chats = await bothChats(test, night, ['ana', 'bea']);
  await chats[seats.ana].link('ana');
  for (const surface of new Set([seats.bea, seats.again])) await chats[surface].link('bea');
  const rooms = { ana: 'war', bea: 'ops' } as const;
  const read = (who: 'ana' | 'bea', what: RegExp) => {
    const words = chats[seats[who]].reads(who, rooms[who]);
    assert.ok(
      words.some((text) => what.test(text)),
      `${who} reads no ${what}:\n${words.join('\n')}`,
    );
  };
  const says = async (who: 'ana' | 'bea', line: string, on = seats[who]) => {
    await chats[on].says(who, rooms[who], line);
    await chats.settled();
  };

  await says('ana', 'declare Forms leak to evil.example sev:1');
  await says('bea', 'room join INC-1');
  await says('ana', 'scope find host:*.evil.example');
  read('ana', /3 workflows found/);
  await says('ana', 'contain plan credential:"Stripe live" OR host:*.evil.example');
  read('bea', /P-1: disable 11 workflows/);
  await says('ana', 'contain run P-1');
  read('ana', /Not done/);
  await chats[seats.bea].presses('bea', rooms.bea, 'contain approve P-1');
  await chats.settled();
  read('ana', /@bea: contain approve P-1/);
  await says('bea', 'contain approve P-1', seats.again);
  const operator = (await night.store.people.byId(night.store.instance.operator)) ?? assert.fail();
  const plan = (await night.store.plans.byName('P-1', operator.id)) ?? assert.fail();
  const votes = await night.store.plans.approvals(plan.id);
  assert.equal(votes.length, 1, 'one person has one vote, wherever they give it');

  await says('ana', 'contain run P-1');
  await night.work('P-1');
  await says('bea', 'log add The customers were told');
  await says('ana', 'contain status P-1');
  read('ana', /11 verified/);
  assert.equal(await night.estate('office').callWebhook('contact-sync'), false);
  assert.equal(await night.estate('office').callWebhook('lead'), true);
  for (let turn = 0; turn < 3; turn += 1) {
    night.clock.forward(20_000);
    await chats.settled();
  }
  read('bea', /verified/);
  assert.deepEqual(await night.store.outgoing.backlog(), []);
  assert.deepEqual(chats.troubles, []);
  return whatIsLeft(night);
}

async function whatIsLeft({ store, clock }: SandboxBot): Promise<Left> {
  const exporters = makeExporters(makeRecorder());
  const by = (await store.people.byId(store.instance.operator)) ?? assert.fail();
  const source = { store, exporters, policy: shippedPolicy, now: clock.now };
  const bundle = exportRecord(source, 'INC-1', 'json', by);
  const { good } = await verifyBundle(bundle);
  assert.equal(good, true);
  const told: Left['told'][number][] = [];
  for (const format of exportFormats) {
    const text = await textOf(exportRecord(source, 'INC-1', format, by));
    told.push({ format, facts: toldBy(format, text) });
  }
  const { id } = (await store.incidents.byName('INC-1', by.id)) ?? assert.fail();
  const events = await store.timeline.latest(id, 500);
  const said = events.filter(({ actor }) => actor?.kind === 'person');
  const verified = events.filter(({ text }) => text?.endsWith('is verified disabled.'));
  return {
    said: said.map(({ text = '' }) => text.replace(/(?:slack|discord):\S+/, '(a room)')),
    verified: verified.length,
    chats: ['discord', 'slack'].filter((chat) => events.some((one) => one.source === chat)),
    told,
  };
}

describe('a crew split between Slack and Discord', () => {
  it('leaves the same exports as one that is in a single chat', async (test) => {
    const slack = await theNight(test, { ana: 'slack', bea: 'slack', again: 'slack' });
    const discord = await theNight(test, { ana: 'discord', bea: 'discord', again: 'discord' });
    const split = await theNight(test, { ana: 'slack', bea: 'discord', again: 'slack' });
    assert.deepEqual(slack.chats, ['slack']);
    assert.deepEqual(discord.chats, ['discord']);
    assert.deepEqual(split.chats, ['discord', 'slack']);
    assert.equal(slack.verified, 11);
    for (const { format, facts } of slack.told) {
      assert.ok(
        facts.some((fact) => /The customers were told/.test(fact)),
        format,
      );
    }
    for (const other of [discord, split]) {
      assert.deepEqual(other.said, slack.said);
      assert.deepEqual(other.told, slack.told);
    }
  });
});
