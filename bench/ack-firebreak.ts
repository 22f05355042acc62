import { setTimeout as pause } from 'node:timers/promises';

import { Slack } from '../src/chat/slack/slack.ts';
import { openChats } from '../src/chats.ts';
import type { Command } from '../src/commands/command.ts';
import { formsOf } from '../src/commands/form.ts';
/**
 * Firebreak on Slack, over HTTP and Socket Mode: its store, its commands, hearing and delivery, with
 * as many commands as it is told. `ack.ts` starts it.
 */
import { logAdd } from '../src/commands/log/add.ts';
import { registry } from '../src/commands/registry.ts';
import { Secret } from '../src/domain/secret.ts';
import { pngOf } from '../src/exports/png.ts';
import { startServer } from '../src/http/server.ts';
import { startClock } from '../src/jobs/clock.ts';
import { makeLog } from '../src/log.ts';
import type { Store } from '../src/store/store.ts';
import { orderGiven, tellReady } from './ack-side.ts';
import { team } from './ack-slack.ts';
import { dispatchOn, newNonce } from './commands.ts';
import { openStoreIn } from './databases.ts';

const given = orderGiven();
const now = () => new Date();
const log = makeLog({ level: 'warn', write: (line) => process.stderr.write(line), now });
const onFailure = (error: unknown) => log.failure(error, { command: 'bench' });
const nobody = () => Promise.reject(new Error('Nobody but Slack speaks here.'));

/** What is said comes last, behind all others; what the registry has too few of is made up. */
function commandsOf(count: number): readonly Command[] {
  const others = registry.filter(({ name }) => name !== logAdd.name);
  const made = Array.from({ length: Math.max(0, count - 1 - others.length) }, (_, index) => ({
    ...logAdd,
    name: `bench made${index + 1}`,
    aliases: [],
  }));
  return [...[...others, ...made].slice(0, count - 1), logAdd];
}

/** Each of the channels works on an incident of its own. */
async function declareIn(store: Store): Promise<void> {
  const person = await store.people.byId(store.instance.operator);
  if (person === undefined) throw new Error('There is no operator.');
  const dispatch = dispatchOn(store);
  for (let channel = 0; channel < given.channels; channel += 1) {
    const room = `slack:${team}/${given.prefix}${channel}`;
    const reply = await dispatch({ person, room, source: 'slack' }, `declare Leak ${channel}`);
    if (reply.kind === 'problem') throw new Error(reply.message);
  }
}

const commands = commandsOf(given.commands ?? registry.length);
const store = await openStoreIn(given.dataDir, given, now);
await declareIn(store);
const slack = new Slack({
  botToken: new Secret(given.botToken),
  appToken: new Secret(given.appToken),
  signingSecret: new Secret(given.signingSecret),
  apiUrl: given.apiUrl,
  teams: [],
  forms: formsOf(commands),
  fetch,
  draw: pngOf,
  now,
  wait: (ms, signal) => pause(ms, undefined, { signal }),
  onFailure,
});
const server = await startServer({
  port: 0,
  instanceId: store.instance.id,
  entrance: {
    enter: nobody,
    redeem: nobody,
    startWork: nobody,
    operatorToken: nobody,
    close: nobody,
  },
  answerSlack: (request) => slack.answer(request),
  onFailure: (error) => {
    onFailure(error);
    return '';
  },
});
const chats = await openChats([slack], {
  store,
  dispatch: dispatchOn(store, commands),
  complete: () => Promise.resolve([]),
  known: async () => ({}),
  log,
  now,
  newNonce,
});
startClock({
  maintain: () => store.maintain(),
  watch: () => Promise.resolve(),
  remind: async () => {},
  chat: () => chats.tick(),
  onFailure,
});
tellReady(Number(new URL(server.url).port));
