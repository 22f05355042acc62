/** One step of a runbook goes from a person in one chat to a person in the other, by real Bolt and real discord.js. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { ChatSurface } from '../../domain/heard.ts';
import { bothChats } from '../both-chats.ts';
import { estateBot } from '../estate-bot.ts';
import type { Ending } from '../slack/workspace.ts';

const rooms = { ana: 'war', bo: 'ops' } as const;

async function handOver(test: Ending, from: ChatSurface, to: ChatSurface): Promise<void> {
  const night = await estateBot();
  const chats = await bothChats(test, night, ['ana', 'bo']);
  await chats[from].link('ana');
  // Slack makes an account of whom one names: Bo has one in both.
  for (const surface of new Set([from, to])) await chats[surface].link('bo');
  const seat = { ana: chats[from], bo: chats[to] } as const;
  // Chats take so many messages at a time: what must wait leaves a little later.
  const toldEverywhere = async () => {
    await chats.settled();
    night.clock.forward(10_000);
    await chats.settled();
  };
  const says = async (who: 'ana' | 'bo', line: string) => {
    await seat[who].says(who, rooms[who], line);
    await toldEverywhere();
  };
  const presses = async (who: 'ana' | 'bo', label: string) => {
    await seat[who].presses(who, rooms[who], label);
    await toldEverywhere();
  };
  const read = (who: 'ana' | 'bo', what: RegExp) => {
    const words = seat[who].reads(who, rooms[who]);
    assert.ok(
      words.some((text) => what.test(text)),
      `${who} reads no ${what}:\n${words.join('\n')}`,
    );
  };

  await says('ana', 'declare Stripe key leaked');
  await says('bo', 'room join INC-1');
  await says('ana', 'runbook start leaked-credential credential:"Stripe live"');
  await presses('ana', 'Do it');
  await says('ana', 'runbook assign @bo my shift ends');
  read('bo', /is with .{0,2}@bo now\. It was with .{0,2}@ana\. Why: my shift ends/);
  read('bo', /@bo, who was given this step/);
  await says('bo', 'runbook next');
  // Nothing but what was stored knows the card by the time that it is pressed.
  await chats.restart();
  await presses('bo', 'clean');
  await chats.restart();
  // The card in the other chat still has its buttons: a late press acts no more.
  await says('ana', 'runbook done infected run:R-1 step:2');
  read('ana', /Step 2 of R-1, .* was marked done by .{0,2}@bo\. Nothing was done now/);

  const pressed = (await night.timeline()).filter(({ kind }) => kind.startsWith('runbook_'));
  assert.deepEqual(
    pressed.map(({ kind, source, actor }) => [
      kind,
      source,
      actor?.kind === 'person' ? actor.name.toLowerCase() : actor?.kind,
    ]),
    [
      ['runbook_started', from, 'ana'],
      ['runbook_step_done', from, 'ana'],
      ['runbook_step_assigned', from, 'ana'],
      ['runbook_step_done', to, 'bo'],
    ],
  );
  assert.deepEqual(chats.troubles, []);
}

describe('a step of a runbook, while the instance restarts', () => {
  it('is handed over from Slack to Discord', (test) => handOver(test, 'slack', 'discord'));

  it('is handed over from Discord to Slack', (test) => handOver(test, 'discord', 'slack'));

  it('is handed over within Slack', (test) => handOver(test, 'slack', 'slack'));

  it('is handed over within Discord', (test) => handOver(test, 'discord', 'discord'));
});
