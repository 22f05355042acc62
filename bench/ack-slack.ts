/**
 * As much of Slack as acks need: methods that say ok, and Socket Mode with one set of connections for
 * each app token. It answers at once and checks nothing; the strict one is in `src/testing/slack`.
 */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import { z } from 'zod';

/** A slash command's fields, as Slack sends them. */
export type Command = Readonly<Record<string, string>>;

export type BenchSlack = {
  readonly apiUrl: string;
  /** Hands a command over to this app, and answers how long its ack took, in ms. */
  readonly hand: (appToken: string, command: Command) => Promise<number>;
  /** How many messages were ever posted to channels whose name begins so. */
  readonly posted: (prefix: string) => number;
  readonly stop: () => Promise<void>;
};

export const team = 'T0BENCH';

const home = { team_id: team, user_id: 'U0BOT', bot_id: 'B0BOT', url: 'https://bench.slack.com/' };
const ack = z.object({ envelope_id: z.string() });

export async function startBenchSlack(): Promise<BenchSlack> {
  const lines = new SocketLines();
  const posts = new Map<string, number>();
  let messages = 0;
  const server = createServer((request, response) => {
    const say = async () => {
      const form = new URLSearchParams(await text(request));
      const method = (request.url ?? '').slice('/api/'.length);
      const answer = answerTo(method, form, `ws://${hostOf(request)}/${tokenOf(request)}`);
      if (method === 'chat.postMessage') {
        const channel = form.get('channel') ?? '';
        posts.set(channel, (posts.get(channel) ?? 0) + 1);
        messages += 1;
        Object.assign(answer, { channel, ts: `1790000000.${String(messages).padStart(6, '0')}` });
      }
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
    };
    say().catch(() => response.destroy());
  });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket, request) =>
    lines.welcome((request.url ?? '').slice(1), socket),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Slack has no port.');
  return {
    apiUrl: `http://127.0.0.1:${address.port}/api/`,
    hand: (appToken, command) => lines.hand(appToken, command),
    posted: (prefix) =>
      [...posts].reduce((sum, [name, count]) => sum + (name.startsWith(prefix) ? count : 0), 0),
    stop: async () => {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function hostOf({ headers }: IncomingMessage): string {
  return headers.host ?? '';
}

function tokenOf({ headers }: IncomingMessage): string {
  return headers.authorization?.replace('Bearer ', '') ?? '';
}

function answerTo(method: string, form: URLSearchParams, socketUrl: string): object {
  const user = form.get('user') ?? '';
  if (method === 'auth.test') return { ok: true, ...home };
  if (method === 'apps.connections.open') return { ok: true, url: socketUrl };
  if (method !== 'users.info') return { ok: true };
  return { ok: true, user: { id: user, name: user.toLowerCase(), team_id: team, profile: {} } };
}

/** The connections of all apps, and the envelopes that wait for their acks. */
class SocketLines {
  readonly #open = new Map<string, WebSocket[]>();
  readonly #waiting = new Map<string, () => void>();
  #count = 0;

  welcome(appToken: string, socket: WebSocket): void {
    this.#open.set(appToken, [...(this.#open.get(appToken) ?? []), socket]);
    socket.on('message', (said: Buffer) => {
      const { envelope_id: id } = ack.parse(JSON.parse(said.toString()));
      this.#waiting.get(id)?.();
      this.#waiting.delete(id);
    });
    socket.send(JSON.stringify({ type: 'hello', num_connections: 1, connection_info: {} }));
  }

  async hand(appToken: string, command: Command): Promise<number> {
    const sockets = (this.#open.get(appToken) ?? []).filter(({ readyState }) => readyState === 1);
    this.#count += 1;
    const socket = sockets[this.#count % sockets.length];
    if (socket === undefined) throw new Error(`${appToken} is not connected.`);
    const id = `envelope-${this.#count}`;
    const acked = Promise.withResolvers<number>();
    const envelope = {
      type: 'slash_commands',
      envelope_id: id,
      payload: command,
      accepts_response_payload: true,
    };
    const words = JSON.stringify(envelope);
    const from = performance.now();
    this.#waiting.set(id, () => acked.resolve(performance.now() - from));
    socket.send(words);
    return acked.promise;
  }
}
