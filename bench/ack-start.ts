/** Start and memory of the whole server on Slack, beside a process that only imports what it speaks with. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

import { median, print } from './measure.ts';

const run = promisify(execFile);
const times = 3;
const main = new URL('../src/launch.mjs', import.meta.url).pathname;
const slackPackages = ['@slack/bolt', '@slack/socket-mode', '@slack/web-api'];

type Seen = { readonly startMs: number; readonly mebibytes: number };

export async function measureStart(given: {
  readonly apiUrl: string;
  readonly botToken: string;
  readonly databaseUrl: string;
  /** Where the keys of this database are. */
  readonly dataDir: string;
}): Promise<void> {
  const serve = {
    DATABASE_URL: given.databaseUrl,
    DATA_DIR: given.dataDir,
    HTTP_PORT: '0',
    LOG_LEVEL: 'error',
  };
  const onSlack = {
    ...serve,
    SLACK_BOT_TOKEN: given.botToken,
    SLACK_APP_TOKEN: 'xapp-start',
    SLACK_API_URL: given.apiUrl,
  };
  print(`\nStart and memory, medians of ${times}`);
  await show('Firebreak without a chat', [main, 'serve'], serve);
  await show('Firebreak on Slack', [main, 'serve'], onSlack);
  await show('only imports Slack’s SDKs', importing(slackPackages));
  await show('only imports discord.js', importing(['discord.js']));
}

function importing(names: readonly string[]): readonly string[] {
  const imports = names.map((name) => `await import('${name}');`).join('');
  const stay = "console.log('It is running'); setInterval(() => {}, 1000);";
  return ['--input-type=module', '--eval', imports + stay];
}

async function show(
  name: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const seen: Seen[] = [];
  for (let time = 0; time < times; time += 1) seen.push(await seenOnce(words, env));
  const startMs = Math.round(median(seen.map((one) => one.startMs)));
  const mebibytes = Math.round(median(seen.map((one) => one.mebibytes)));
  print(`${name.padEnd(26)}${`${startMs} ms`.padStart(10)}${`${mebibytes} MiB`.padStart(10)}`);
}

/** From its start until it says that it is running, and its resident memory then. */
async function seenOnce(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Seen> {
  const { PATH = '' } = process.env;
  const from = performance.now();
  const child = spawn(process.execPath, words, {
    cwd: import.meta.dirname,
    env: { PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  try {
    const running = Promise.withResolvers<void>();
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        if (line.includes('is running')) running.resolve();
      });
    }
    const gone = ended.then(() => Promise.reject(new Error('It ended before it ran.')));
    await Promise.race([running.promise, gone]);
    const startMs = performance.now() - from;
    const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(child.pid)]);
    return { startMs, mebibytes: Number(stdout) / 1024 };
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}
