import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';

import { WebSocket } from 'ws';

import { aClientOf } from './client.ts';
import { textAt } from './fields.ts';
import { HandClock } from './hand-clock.ts';
import { slackLimits } from './limits.ts';
import { slackKeys, SlackWorkspace } from './workspace.ts';

const clock = new HandClock();
const workspace = new SlackWorkspace({ clock });
const { slack } = workspace;
const opened: WebSocket[] = [];

async function address(): Promise<string> {
  const { url = '' } = await aClientOf(slack, slackKeys.appToken).apps.connections.open({});
  return url;
}

/** What came by a connection, until it is refused or has said hello. */
async function connect(url: string): Promise<{ socket: WebSocket; heard: unknown[] }> {
  const socket = new WebSocket(url);
  const heard: unknown[] = [];
  socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString())));
  await once(socket, 'message');
  opened.push(socket);
  return { socket, heard };
}

/** How many envelopes Slack has sent; each is waited for before the clock goes on. */
async function sent(count: number, heard: readonly unknown[], socket: WebSocket): Promise<void> {
  while (heard.filter((one) => textAt(one, 'envelope_id') !== '').length < count) {
    await once(socket, 'message');
  }
}

describe('the fake Slack’s Socket Mode', () => {
  before(() => slack.listen());
  after(() => slack.stop());

  it('lets somebody in by an address once, soon, and ten at a time', async () => {
    const url = await address();
    await connect(url);
    await assert.rejects(connect(url), /401/);
    const late = await address();
    clock.advance(slackLimits.ticketMs + 1);
    await assert.rejects(connect(late), /401/);
    for (let more = 1; more < slackLimits.connections; more += 1) await connect(await address());
    await assert.rejects(connect(await address()), /401/);
    for (const socket of opened.splice(0)) {
      socket.close();
      await once(socket, 'close');
    }
    await workspace.when('all are gone', () => slack.socket.connections === 0);
  });

  it('shows who typed a command that nobody answered for three seconds', async () => {
    const { socket, heard } = await connect(await address());
    const said = workspace.says('ann', 'alarm', '/ir status');
    await sent(1, heard, socket);
    clock.advance(slackLimits.ackMs);
    await said;
    assert.deepEqual(slack.inbound.failures, [{ user: 'U0ANN', words: 'operation_timeout' }]);
    socket.send(JSON.stringify({ envelope_id: textAt(heard.at(-1), 'envelope_id') }));
    await workspace.when('the late ack is noted', () => slack.socket.violations.length === 1);
    assert.match(slack.socket.violations[0] ?? '', /twice or too late/);
  });

  it('sends an event three times more, and then no more', async () => {
    const [socket] = opened;
    assert.ok(socket);
    const heard: unknown[] = [];
    socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString())));
    await workspace.says('ann', 'alarm', '@firebreak status');
    for (const [index, waitMs] of [0, 0, 60_000, 300_000].entries()) {
      clock.advance(waitMs);
      // It is told as a mention and as a message of the channel.
      await sent(2 * (index + 1), heard, socket);
      clock.advance(slackLimits.ackMs);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await slack.inbound.settled();
    clock.advance(24 * 60 * 60_000);
    await slack.inbound.settled();
    const tries = slack.inbound.delivered.filter(
      ({ body }) => textAt(body, 'event', 'type') === 'app_mention',
    );
    assert.deepEqual(
      tries.map(({ retry }) => retry?.number ?? 0),
      [0, 1, 2, 3],
    );
    assert.equal(new Set(tries.map(({ body }) => body['event_id'])).size, 1);
  });
});
