/**
 * How long Slack waits for the ack of a slash command, which comes once the line is stored, beside a
 * bare Bolt app that inserts one row into the same database and then acks: in turns in one run, over
 * HTTP and Socket Mode, with 1 and with 100 commands. Budgets: p99 ≤ 1.25 of the bare app's, and with
 * 100 commands ≤ 1.2 of that with 1.
 *
 *   node bench/ack.ts [--rounds 5] [--lines 40] [--rate 20] [--only postgres|embedded]
 *
 * A line is a `log add`, which Firebreak also carries out and answers: every answer is awaited, and
 * is in its CPU. On the embedded database the bare app has the same one in its own process. Last come
 * start and memory of the whole server.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { SignedRequests } from './ack-http.ts';
import type { Order, Side } from './ack-side.ts';
import { startSide } from './ack-side.ts';
import type { BenchSlack, Command } from './ack-slack.ts';
import { startBenchSlack, team } from './ack-slack.ts';
import { measureStart } from './ack-start.ts';
import type { BenchDatabase } from './databases.ts';
import { onEachDatabase } from './databases.ts';
import { median, ms, print, quantile, verdict } from './measure.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    lines: { type: 'string', default: '40' },
    rate: { type: 'string', default: '20' },
    only: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const linesEach = Number(values.lines);
const gapMs = 1000 / Number(values.rate);

/** As many people, each in a channel of their own. */
const channels = 8;
const answeredWithinMs = 60_000;
const secrets = { botToken: 'xoxb-bench', signingSecret: 'bench' } as const;
const ways = ['HTTP', 'Socket Mode'] as const;
type Way = (typeof ways)[number];

/** One app under measure. */
type App = {
  readonly name: string;
  readonly prefix: string;
  readonly appToken: string;
  readonly side: Side;
  readonly requests: SignedRequests;
  /** Whether it answers each line in its channel. */
  readonly answers: boolean;
};

/** What came of one round, in ms. */
type Round = { readonly p50: number; readonly p99: number; readonly cpu: number };

const slack = await startBenchSlack();
try {
  await onEachDatabase((database) => measureOn(database, slack), values.only);
} finally {
  await slack.stop();
}

async function measureOn(database: BenchDatabase, on: BenchSlack): Promise<void> {
  const { label, databaseUrl } = database;
  const folder = await mkdtemp(join(tmpdir(), 'fb-bench-ack-'));
  // On one PostgreSQL they are replicas and have the same keys.
  const dirOf = (prefix: string) => (databaseUrl === undefined ? join(folder, prefix) : folder);
  const apps: App[] = [];
  const start = async (
    name: string,
    file: string,
    what: Pick<Order, 'commands' | 'inserts'>,
  ): Promise<App> => {
    const prefix = `C${label.slice(0, 1)}${apps.length}X`;
    const appToken = `xapp-${prefix}`;
    const common = { ...secrets, prefix, appToken, channels, apiUrl: on.apiUrl };
    const url = databaseUrl === undefined ? {} : { databaseUrl };
    const side = await startSide(file, { ...common, ...what, ...url, dataDir: dirOf(prefix) });
    const requests = new SignedRequests(side.port, secrets.signingSecret);
    const answers = what.commands !== undefined;
    const app = { name, prefix, appToken, side, requests, answers };
    apps.push(app);
    return app;
  };
  try {
    const one = await start('Firebreak, 1 command', './ack-firebreak.ts', { commands: 1 });
    const many = await start('Firebreak, 100 commands', './ack-firebreak.ts', { commands: 100 });
    const bare = await start('bare Bolt, one insert', './ack-bare.ts', { inserts: true });
    const others = [];
    if (databaseUrl !== undefined) {
      others.push(await start('bare Bolt, no insert', './ack-bare.ts', { inserts: false }));
    }
    print(`\n${label}, medians of ${rounds} rounds in turns, ${linesEach} lines each`);
    for (const way of ways) await compare(way, { bare, one, many }, others);
    if (databaseUrl === undefined) return;
    await measureStart({ ...secrets, databaseUrl, dataDir: folder, apiUrl: on.apiUrl });
  } finally {
    for (const { side, requests } of apps) {
      requests.close();
      await side.stop();
    }
    await rm(folder, { recursive: true, force: true });
  }
}

async function compare(
  way: Way,
  apps: { readonly bare: App; readonly one: App; readonly many: App },
  others: readonly App[],
): Promise<void> {
  const sides = [...others, apps.bare, apps.one, apps.many];
  // Everybody is known then, connections stand, and what is often run was compiled.
  for (const app of sides) await round(app, way);
  const seen = new Map(sides.map((app): [App, Round[]] => [app, []]));
  for (let turn = 0; turn < rounds; turn += 1) {
    for (const app of sides) seen.get(app)?.push(await round(app, way));
  }
  print(
    `${way.padEnd(26)}${'ack p50'.padStart(10)}${'p99'.padStart(10)}${'CPU a line'.padStart(13)}`,
  );
  for (const [{ name }, list] of seen) {
    const [p50, p99, cpu] = (['p50', 'p99', 'cpu'] as const).map((key) =>
      ms(median(list.map((one) => one[key]))),
    );
    print(`${name.padEnd(26)}${p50?.padStart(10)}${p99?.padStart(10)}${cpu?.padStart(13)}`);
  }
  const ratio = (app: App, to: App, key: 'p50' | 'p99') =>
    median(
      (seen.get(app) ?? []).map((mine, turn) => mine[key] / (seen.get(to)?.[turn]?.[key] ?? NaN)),
    );
  for (const [words, app, to, atMost] of [
    ['1 command / bare', apps.one, apps.bare, 1.25],
    ['100 commands / bare', apps.many, apps.bare, 1.25],
    ['100 commands / 1', apps.many, apps.one, 1.2],
  ] as const) {
    const middle = ratio(app, to, 'p50').toFixed(2);
    print(`${words.padEnd(26)}p50 ${middle} ×, p99 ${verdict(ratio(app, to, 'p99'), { atMost })}`);
  }
}

/** So many lines, each when it is due whatever became of the others; ends when all are answered. */
async function round(app: App, way: Way): Promise<Round> {
  const before = { cpu: await app.side.cpuMs(), posted: slack.posted(app.prefix) };
  if (way === 'HTTP') await app.requests.renew(channels);
  const acks: Promise<number>[] = [];
  let dueAt = performance.now();
  for (let line = 0; line < linesEach; line += 1) {
    await delay(Math.max(0, dueAt - performance.now()));
    acks.push(say(app, way, line));
    dueAt += gapMs * (0.5 + Math.random());
  }
  const took = await Promise.all(acks);
  if (app.answers) await untilAnswered(app, before.posted + linesEach);
  const cpu = ((await app.side.cpuMs()) - before.cpu) / linesEach;
  return { p50: quantile(took, 0.5), p99: quantile(took, 0.99), cpu };
}

function say(app: App, way: Way, line: number): Promise<number> {
  const command = commandOf(app, line);
  return way === 'HTTP' ? app.requests.send(command) : slack.hand(app.appToken, command);
}

async function untilAnswered({ name, prefix }: App, wanted: number): Promise<void> {
  const lateAt = performance.now() + answeredWithinMs;
  while (slack.posted(prefix) < wanted) {
    if (performance.now() > lateAt) {
      throw new Error(`${name}: ${slack.posted(prefix)} of ${wanted} lines were answered.`);
    }
    await delay(20);
  }
}

function commandOf({ prefix }: App, line: number): Command {
  const at = line % channels;
  return {
    token: 'verification',
    team_id: team,
    team_domain: 'bench',
    channel_id: `${prefix}${at}`,
    channel_name: `bench-${at}`,
    user_id: `U0BENCH${at}`,
    user_name: `bench${at}`,
    command: '/ir',
    text: 'log add Stripe says the key was used from 203.0.113.9 at 09:14',
    api_app_id: 'A0BENCH',
    is_enterprise_install: 'false',
    response_url: `${slack.apiUrl}response`,
    trigger_id: randomUUID(),
  };
}
