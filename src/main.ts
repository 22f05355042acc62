import { setTimeout as pause } from 'node:timers/promises';

import type { Entrance } from './cli/cli.ts';
import { runCli } from './cli/program.ts';
import { remoteEntrance } from './cli/remote.ts';
import { processTerminal } from './cli/terminal.ts';
import { findServer } from './cli/where.ts';
import { openLocal } from './compose.ts';
import type { Config } from './config.ts';
import { readConfig } from './config.ts';
import type { Reply } from './domain/reply.ts';
import { UserError } from './errors.ts';
import { pngOf } from './exports/png.ts';
import type { Log } from './log.ts';
import { processLog } from './log.ts';
import { keptOperatorToken } from './operator-token.ts';
import { serve } from './serve.ts';
import { migrate } from './store/open.ts';
import { verifyFile } from './verify-file.ts';

const terminal = processTerminal(process);

/** A running server if there is one on this data directory, else the database itself. */
async function openEntrance(config: Config, log: Log): Promise<Entrance> {
  const url = await findServer(config.dataDir, fetch);
  if (url === undefined) return (await openLocal(config, log)).entrance;
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

async function main(): Promise<number> {
  const config = readConfig(process.env);
  const log = processLog({ level: config.logLevel, write: (line) => terminal.tell(line) });
  if (config.token) log.keepSecret(config.token);
  return runCli(process.argv.slice(2), {
    terminal,
    openEntrance: () => openEntrance(config, log),
    serve: () => serve(config, log, { terminal, untilStopped: stopSignal() }),
    migrate: () => runMigrations(config),
    verify: verifyFile,
    drawPng: pngOf,
    token: config.token,
    wait: (ms) => pause(ms),
    now: () => new Date(),
  });
}

/** Resolves at SIGINT or SIGTERM, so that what is under way can be put back. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve());
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = 1;
  if (error instanceof UserError) terminal.tell(`✗ ${error.message}\n  → ${error.hint ?? ''}\n`);
  else processLog({ level: 'error', write: (line) => terminal.tell(line) }).failure(error, {});
}
