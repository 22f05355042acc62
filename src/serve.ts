import { randomUUID } from 'node:crypto';

import type { Surface } from './chat/chat.ts';
import { takesRequests } from './chat/chat.ts';
import type { Chats } from './chats.ts';
import type { Terminal } from './cli/terminal.ts';
import { leaveWord, takeWordBack } from './cli/where.ts';
import { endWhatIsOver } from './commands/request-of.ts';
import type { LocalInstance } from './compose.ts';
import { openLocal } from './compose.ts';
import type { Config } from './config.ts';
import type { Secret } from './domain/secret.ts';
import { UserError } from './errors.ts';
import { addFirstSandbox } from './first-sandbox.ts';
import type { Doors } from './http/doors.ts';
import type { Monitoring } from './http/monitoring-routes.ts';
import type { ServerOptions } from './http/server.ts';
import { refuseTakenPort, startServer } from './http/server.ts';
import { startClock } from './jobs/clock.ts';
import { askToWatch } from './jobs/watch.ts';
import type { Log } from './log.ts';
import { databaseWords } from './store/database-words.ts';
import type { Store } from './store/store.ts';

/** Runs the bot until it is told to stop: jobs, clock and the door for the command line. */
export async function serve(
  config: Config,
  log: Log,
  around: {
    readonly terminal: Pick<Terminal, 'tell'>;
    readonly untilStopped: Promise<void>;
    /** Chats that people speak through besides. */
    readonly surfaces?: readonly Surface[];
  },
): Promise<void> {
  await refuseTakenPort(config.httpPort, config.httpBind);
  const opened = await openServed(config, log);
  const { store, entrance, console, callEntrance, openChats } = opened;
  let chats: Chats | undefined;
  const clock = clockOf(opened, () => chats, log);
  try {
    const off = await refusalOf(entrance.operatorToken());
    const server = await startServer({
      port: config.httpPort,
      bind: config.httpBind,
      doors: doorsOf(config),
      instanceId: store.instance.id,
      entrance,
      console,
      callEntrance,
      monitoring: monitoringOf(store, config),
      ...slackDoor(around.surfaces),
      onFailure: (error) => logged(log, error),
    });
    try {
      console.opensAt(config.publicUrl ?? server.url);
      await leaveWord(config.dataDir, {
        url: server.url,
        instance: store.instance.id,
        database: databaseWords(config.databaseUrl),
      });
      await entrance.startWork();
      chats = await openChats(around.surfaces ?? []);
      const desk = async () => entrance.enter({ token: await entrance.operatorToken() });
      const added = config.sandbox ? await addFirstSandbox({ store, desk }) : undefined;
      const link = off === undefined ? linkWords(console.newLink()) : offWords(off);
      around.terminal.tell(runningWords(server.url, config, link) + (added ?? ''));
      await around.untilStopped;
    } finally {
      await chats?.stop();
      await takeWordBack(config.dataDir);
      await server.close();
    }
  } finally {
    clock.stop();
    await entrance.close();
  }
}

/** @param chats those that are open by then */
function clockOf(
  { store, remindOverdue }: LocalInstance,
  chats: () => Chats | undefined,
  log: Log,
): ReturnType<typeof startClock> {
  return startClock({
    maintain: async () => {
      await endWhatIsOver({ store, now: () => new Date() });
      await store.maintain();
      await chats()?.forget();
    },
    watch: (tick) => askToWatch(store, tick),
    remind: remindOverdue,
    chat: async () => chats()?.tick(),
    onFailure: (error) => log.failure(error, { command: 'clock' }),
  });
}

/** The instance as a server has it: it takes up the policy of its file. */
function openServed(config: Config, log: Log) {
  return openLocal(config, log, { isServer: true });
}

function monitoringOf(store: Store, { metricsToken }: Config): Monitoring {
  return {
    measure: () => store.workload(),
    now: () => new Date(),
    ...(metricsToken === undefined ? {} : { token: metricsToken }),
  };
}

/** Slack may speak by requests; until the chats are open they are told to come again. */
function slackDoor(surfaces: readonly Surface[] = []): Pick<ServerOptions, 'answerSlack'> {
  const slack = surfaces.find(({ name }) => name === 'slack');
  if (slack === undefined || !takesRequests(slack)) return {};
  return { answerSlack: (request) => slack.answer(request) };
}

/** Logs a failure; answers the reference to show. */
function logged(log: Log, error: unknown): string {
  const reference = randomUUID().slice(-8);
  log.failure(error, { reference });
  return reference;
}

function runningWords(url: string, { dataDir }: Config, link: string): string {
  return (
    `Firebreak is running (${url}, data in ${dataDir}).\n` +
    link +
    'Speak to it from another shell: npm run -s firebreak -- ir "help"\n' +
    'Ctrl-C stops it; work that is under way goes on at the next start.\n'
  );
}

function doorsOf({ publicUrl, trustedProxies }: Config): Doors {
  return { trustedProxies, ...(publicUrl === undefined ? {} : { publicUrl }) };
}

/** An operator who was switched off keeps nothing from starting: the others' tokens are good. */
async function refusalOf(asked: Promise<unknown>): Promise<UserError | undefined> {
  try {
    await asked;
    return undefined;
  } catch (error) {
    if (error instanceof UserError && error.code === 'not_allowed') return error;
    throw error;
  }
}

function offWords({ message, hint = '' }: UserError): string {
  return (
    `${message} Everyone else speaks with a token of their own.\n` +
    `  ${hint}\n` +
    'A link to the console: npm run -s firebreak -- console --token-file FILE\n'
  );
}

function linkWords(link: Secret): string {
  return (
    'The console, by a link that is good once and for 15 minutes, as the local operator:\n' +
    `  ${link.reveal()}\n` +
    'A new one, at any time: npm run -s firebreak -- console\n'
  );
}
