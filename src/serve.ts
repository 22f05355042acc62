import { randomUUID } from 'node:crypto';

import type { Terminal } from './cli/terminal.ts';
import { leaveWord, takeWordBack } from './cli/where.ts';
import { openLocal } from './compose.ts';
import type { Config } from './config.ts';
import { databaseWords } from './config.ts';
import type { Secret } from './domain/secret.ts';
import { UserError } from './errors.ts';
import { addFirstSandbox } from './first-sandbox.ts';
import type { Doors } from './http/doors.ts';
import { refuseTakenPort, startServer } from './http/server.ts';
import { startClock } from './jobs/clock.ts';
import { askToWatch } from './jobs/watch.ts';
import type { Log } from './log.ts';

/** Runs the bot until it is told to stop: jobs, clock and the door for the command line. */
export async function serve(
  config: Config,
  log: Log,
  around: { readonly terminal: Pick<Terminal, 'tell'>; readonly untilStopped: Promise<void> },
): Promise<void> {
  await refuseTakenPort(config.httpPort, config.httpBind);
  const { store, entrance, console, callEntrance } = await openLocal(config, log);
  const clock = startClock({
    maintain: () => store.maintain(),
    watch: (tick) => askToWatch(store, tick),
    onFailure: (error) => log.failure(error, { command: 'clock' }),
  });
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
      onFailure: (error) => {
        const reference = randomUUID().slice(-8);
        log.failure(error, { reference });
        return reference;
      },
    });
    try {
      console.opensAt(config.publicUrl ?? server.url);
      await leaveWord(config.dataDir, {
        url: server.url,
        instance: store.instance.id,
        database: databaseWords(config),
      });
      await entrance.startWork();
      const desk = async () => entrance.enter({ token: await entrance.operatorToken() });
      const added = config.sandbox ? await addFirstSandbox({ store, desk }) : undefined;
      around.terminal.tell(
        `Firebreak is running (${server.url}, data in ${config.dataDir}).\n` +
          (off === undefined ? linkWords(console.newLink()) : offWords(off)) +
          'Speak to it from another shell: npm run -s firebreak -- ir "help"\n' +
          'Ctrl-C stops it; work that is under way goes on at the next start.\n' +
          (added ?? ''),
      );
      await around.untilStopped;
    } finally {
      await takeWordBack(config.dataDir);
      await server.close();
    }
  } finally {
    clock.stop();
    await entrance.close();
  }
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
