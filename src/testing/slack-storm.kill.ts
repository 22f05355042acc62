import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { openStore } from '../store/open.ts';
import { postgresCluster } from './database.ts';
import type { ServerProcess } from './server-process.ts';
import { freePorts, launchNode } from './server-process.ts';
import { wallClock } from './slack/hand-clock.ts';
import { shippedApp } from './slack/rig.ts';
import { SlackWorkspace, slackKeys } from './slack/workspace.ts';
import { storeOptions } from './store.ts';
import { until } from './until.ts';

const rooms = Array.from({ length: 20 }, (_, at) => `room${at}`);
const linesEach = 25;
/** Its server is killed when a room has said so many of its lines. */
const deaths: readonly number[] = [6, 12, 18];
/** One in so many posts is told to come back in a second. */
const refusedEvery = 20;
const launcher = fileURLToPath(new URL('../launch.mjs', import.meta.url));

/** A line that Slack saw acknowledged, or that its speaker was told had failed. */
type Said = { readonly room: string; readonly text: string; readonly isAcked: boolean };

/**
 * The storm of `chat-storm.ts` once more, smaller, through everything that is real: `firebreak serve`
 * in a process of its own, which is killed, Bolt and Socket Mode, and Slack as strict as it is.
 */
describe('a storm on Slack', () => {
  it('loses none, does none twice and keeps the order, over three killed servers', async (test) => {
    const folder = await mkdtemp(join(tmpdir(), 'fb-slack-storm-'));
    after(() => rm(folder, { recursive: true, force: true }));
    const databaseUrl = await (await postgresCluster()).newDatabase();
    const workspace = new SlackWorkspace({
      people: rooms.map((room) => `${room}-crew`),
      channels: rooms,
      clock: wallClock,
      app: shippedApp,
    });
    await workspace.slack.listen();
    after(() => workspace.slack.stop());
    workspace.slack.inbound.repeats = true;
    const begin = () => serveOn(folder, databaseUrl, workspace);
    let server = await begin();
    after(() => server.stop());

    const declared = await Promise.all(
      rooms.map((room) => say(workspace, room, `declare ${room}`)),
    );
    assert.ok(declared.every(({ isAcked }) => isAcked));
    await answered(workspace, declared, () => '');

    const said: Said[] = [];
    for (let line = 0; line < linesEach; line += 1) {
      const here = rooms.map((room) => insist(workspace, room, line, said));
      if (deaths.includes(line)) {
        process.kill(server.pid, 'SIGKILL');
        await server.stop();
        server = await begin();
      }
      await Promise.all(here);
    }
    const acked = said.filter(({ isAcked }) => isAcked);
    await answered(workspace, acked, ({ text }) => text);
    await server.stop();

    const lost = said.length - acked.length;
    const noted = await notesOf(folder, databaseUrl);
    assert.equal(new Set(noted).size, noted.length, 'none was done twice');
    const missing = acked.filter(({ text }) => !noted.includes(text));
    assert.deepEqual(missing, [], 'each that was acknowledged was done');
    const lastLife = deaths.at(-1) ?? 0;
    for (const room of rooms) {
      // An answer says what it answers to, too.
      const told = workspace
        .standsIn(room)
        .flatMap((words) => /line <\d+> of \w+, said \d+ times/.exec(words)?.[0] ?? []);
      assert.equal(new Set(told).size, told.length, 'none is told twice');
      const numbers = told.map((words) => Number(/\d+/.exec(words)?.[0]));
      const late = numbers.filter((at) => at > lastLife);
      assert.deepEqual(
        late,
        late.toSorted((a, b) => a - b),
        `${room} is told in order`,
      );
    }
    test.diagnostic(`${said.length} lines, each handed over twice; ${lost} not acknowledged`);
  });
});

async function serveOn(
  folder: string,
  databaseUrl: string,
  { slack }: SlackWorkspace,
): Promise<ServerProcess> {
  const [port = 0] = await freePorts(1);
  const server = await launchNode({
    name: 'firebreak serve',
    words: [launcher, 'serve'],
    baseUrl: `http://127.0.0.1:${port}`,
    folder,
    env: {
      DATA_DIR: join(folder, 'data'),
      DATABASE_URL: databaseUrl,
      TIME_ZONE: 'UTC',
      HTTP_PORT: String(port),
      SLACK_BOT_TOKEN: slackKeys.botToken,
      SLACK_APP_TOKEN: slackKeys.appToken,
      SLACK_API_URL: slack.apiUrl,
      SLACK_INCIDENT_CHANNELS: 'off',
    },
    ready: ['/health'],
  });
  await until('it has connected', () => slack.socket.connections > 0);
  return server;
}

/** Somebody of the room says a line once. */
async function say(workspace: SlackWorkspace, room: string, line: string): Promise<Said> {
  const { id } = workspace.user(`${room}-crew`);
  const { inbound } = workspace.slack;
  const failed = () => inbound.failures.filter(({ user }) => user === id).length;
  const before = failed();
  await workspace.says(`${room}-crew`, room, `/ir ${line}`);
  return { room, text: line, isAcked: failed() === before };
}

/** Says a line until Slack shows no failure; each try is a line of its own. */
async function insist(
  workspace: SlackWorkspace,
  room: string,
  line: number,
  said: Said[],
): Promise<void> {
  const { rates, socket } = workspace.slack;
  for (let tries = 1; ; tries += 1) {
    await until('it has connected', () => socket.connections > 0);
    if (said.length % refusedEvery === 0) rates.refuseNext('chat.postMessage', 1);
    const text = `line <${line}> of ${room}, said ${tries} times`;
    const one = { ...(await say(workspace, room, `log add ${text}`)), text };
    said.push(one);
    if (one.isAcked) return;
  }
}

/** Resolves when each line is answered in its room once. */
async function answered(
  workspace: SlackWorkspace,
  said: readonly Said[],
  wordsOf: (one: Said) => string,
): Promise<void> {
  await until('every line was answered', () =>
    said.every((one) => workspace.standsIn(one.room).some((text) => text.includes(wordsOf(one)))),
  );
}

async function notesOf(folder: string, databaseUrl: string): Promise<readonly string[]> {
  const store = await openStore(await storeOptions(join(folder, 'data'), { databaseUrl }));
  const noted: string[] = [];
  for (let at = 0; at < rooms.length; at += 1) {
    const incident = await store.incidents.byName(`INC-${at + 1}`, store.instance.operator);
    assert.ok(incident);
    const events = await store.timeline.latest(incident.id, linesEach * 10);
    for (const { kind, text } of events) if (kind === 'note_added') noted.push(text ?? '');
  }
  await store.close();
  return noted;
}
