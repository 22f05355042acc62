import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { bringBack } from './back-up.ts';
import { answer, bug, problemOf } from './cli/answer.ts';
import type { Entrance } from './cli/cli.ts';
import { runCli } from './cli/program.ts';
import { remoteEntrance } from './cli/remote.ts';
import { processTerminal } from './cli/terminal.ts';
import { wayIn } from './cli/way-in.ts';
import { askServer, assertSameDatabase, findServer } from './cli/where.ts';
import { openLocal, storeHandsOf } from './compose.ts';
import type { Config } from './config.ts';
import { readConfig } from './config.ts';
import { prepareDataDirectory } from './data-directory.ts';
import { doctor } from './doctor.ts';
import type { Reply } from './domain/reply.ts';
import { UserError } from './errors.ts';
import { pngOf } from './exports/png.ts';
import type { Log } from './log.ts';
import { processLog } from './log.ts';
import { keptOperatorToken } from './operator-token.ts';
import { belongsToNpm, parentEnded } from './parent-watch.ts';
import { loadOrCreateSigner } from './record/keys.ts';
import { runbookFiles } from './runbook-files.ts';
import { serve } from './serve.ts';
import { databaseWords } from './store/database-words.ts';
import { inspectDatabase } from './store/inspect.ts';
import { backUpStore, migrate } from './store/open.ts';
import { openSurfaces } from './surfaces.ts';
import { verifyFile } from './verify-file.ts';

const terminal = processTerminal(process);

/** A running server if there is one on this data directory, else the database itself. */
function openEntrance(config: Config, log: Log): Promise<Entrance> {
  return wayIn({
    ask: async (waitMs) => {
      const word = await askServer(config.dataDir, fetch, waitMs);
      assertSameDatabase(word, config.databaseUrl && databaseWords(config.databaseUrl));
      return word;
    },
    speakTo: (url) => entranceAt(url, config),
    openHere: async () => (await openLocal(config, log)).entrance,
    wait: (ms) => pause(ms),
    now: () => new Date(),
  });
}

function entranceAt(url: string, config: Config): Entrance {
  return remoteEntrance({
    url,
    fetch,
    operatorToken: async () => {
      const token = await keptOperatorToken(config.dataDir);
      if (token) return token;
      throw new UserError('not_ready', 'The operator’s token is missing from the data directory.', {
        hint: 'Speak with your own: --token-file FILE, or set FIREBREAK_TOKEN.',
      });
    },
  });
}

async function runMigrations(config: Config): Promise<Reply> {
  const { dataDir, databaseUrl } = config;
  await prepareDataDirectory(config);
  const applied = await migrate({
    dataDir,
    ...(databaseUrl ? { databaseUrl: databaseUrl.reveal() } : {}),
    ...(config.key ? { sealingKey: config.key.reveal() } : {}),
    now: () => new Date(),
  });
  return {
    kind: 'view',
    title: applied === 0 ? 'The database is up to date.' : `Applied ${applied} migration(s).`,
    blocks: [],
    next: [],
    audience: 'person',
    outcome: 'done',
    data: { applied },
  };
}

async function publicKeyOf(config: Config): Promise<string> {
  await prepareDataDirectory(config);
  return (await loadOrCreateSigner(config.dataDir)).publicKeyPem;
}

/** A PostgreSQL that waits for migrations is not opened, and just then it needs a backup. */
async function backUpUnopened(config: Config, file: string): Promise<boolean> {
  if (config.databaseUrl === undefined || (await findServer(config.dataDir, fetch))) return false;
  const options = {
    dataDir: config.dataDir,
    databaseUrl: config.databaseUrl.reveal(),
    ...(config.key ? { sealingKey: config.key.reveal() } : {}),
  };
  const { fresh, pending } = await inspectDatabase(options);
  if (fresh || pending === 0) return false;
  await backUpStore(options, resolve(file), new Date());
  return true;
}

async function main(): Promise<number> {
  const argv = process.argv.slice(2);
  const config = argv[0] === 'doctor' ? settingsOrProblem() : readConfig(process.env);
  if (config instanceof UserError) {
    const view = await doctor({ config, fetch, openEntrance: () => Promise.reject(config) });
    return answer(terminal, view, argv.includes('--json'));
  }
  const log = processLog({ level: config.logLevel, write: (line) => terminal.tell(line) });
  if (config.token) log.keepSecret(config.token);
  return runCli(argv, {
    terminal,
    doctor: () =>
      doctor({ config, fetch, openEntrance: (settings) => openEntrance(settings, log) }),
    backUpUnopened: (file) => backUpUnopened(config, file),
    publicKey: () => publicKeyOf(config),
    restore: async (file) => bringBack(config, await storeHandsOf(config, log), file),
    openEntrance: () => openEntrance(config, log),
    serve: async () =>
      serve(config, log, {
        terminal,
        untilStopped: stopSignal(),
        surfaces: await openSurfaces(config, log),
      }),
    migrate: () => runMigrations(config),
    verify: verifyFile,
    runbookFiles: runbookFiles(() => new Date()),
    drawPng: pngOf,
    token: config.token,
    wait: (ms) => pause(ms),
    now: () => new Date(),
  });
}

/** The settings; for the doctor, who is asked most when they are wrong, also what is wrong. */
function settingsOrProblem(): Config | UserError {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** Resolves at SIGINT, SIGTERM or the end of npm, so that what is under way can be put back. */
function stopSignal(): Promise<void> {
  return new Promise((stop) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop());
    if (belongsToNpm(process.env)) void parentEnded(() => process.ppid).then(stop);
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  const problem = problemOf(error);
  answer(terminal, problem ?? bug, process.argv.includes('--json'));
  process.exitCode = 1;
  if (problem === undefined) {
    processLog({ level: 'error', write: (line) => terminal.tell(line) }).failure(error, {});
  }
}
