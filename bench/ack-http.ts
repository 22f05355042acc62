/** Signed slash commands over raw sockets that stay open: a client of HTTP would cost more than it measures. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

import type { Command } from './ack-slack.ts';

/** Connections to one app; one that is free is used again. */
export class SignedRequests {
  readonly #port: number;
  readonly #secret: string;
  /** All that stand, and whether somebody waits on them for an answer. */
  readonly #sockets = new Map<Socket, 'free' | 'waiting'>();

  constructor(port: number, secret: string) {
    this.#port = port;
    this.#secret = secret;
  }

  /** Sends a command, and answers how long its ack took, in ms. @throws Error unless it is a 200 */
  async send(command: Command): Promise<number> {
    const socket = this.#free() ?? (await this.#open());
    const request = this.#requestOf(command);
    const from = performance.now();
    this.#sockets.set(socket, 'waiting');
    const answered = wholeAnswer(socket);
    socket.write(request);
    const answer = await answered;
    const tookMs = performance.now() - from;
    if (!answer.startsWith('HTTP/1.1 200 ')) throw new Error(answer.split('\r\n', 1)[0]);
    this.#sockets.set(socket, 'free');
    return tookMs;
  }

  /** Servers close what was idle for some seconds: before each round connections are made anew. */
  async renew(count: number): Promise<void> {
    this.close();
    await Promise.all(Array.from({ length: count }, () => this.#open()));
  }

  close(): void {
    for (const socket of this.#sockets.keys()) socket.destroy();
    this.#sockets.clear();
  }

  #free(): Socket | undefined {
    for (const [socket, state] of this.#sockets) if (state === 'free') return socket;
    return undefined;
  }

  async #open(): Promise<Socket> {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    socket.once('close', () => this.#sockets.delete(socket));
    this.#sockets.set(socket, 'free');
    return socket;
  }

  #requestOf(command: Command): string {
    const body = new URLSearchParams(command).toString();
    const stamp = String(Math.floor(Date.now() / 1000));
    const digest = createHmac('sha256', this.#secret).update(`v0:${stamp}:${body}`).digest('hex');
    return [
      'POST /slack/events HTTP/1.1',
      `Host: 127.0.0.1:${this.#port}`,
      'Content-Type: application/x-www-form-urlencoded',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Slack-Request-Timestamp: ${stamp}`,
      `X-Slack-Signature: v0=${digest}`,
      '',
      body,
    ].join('\r\n');
  }
}

function wholeAnswer(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const broke = () => reject(new Error('The app closed the connection.'));
    const hear = (chunk: Buffer) => {
      answer += chunk.toString('latin1');
      if (!isWhole(answer)) return;
      socket.off('data', hear);
      socket.off('close', broke);
      resolve(answer);
    };
    socket.on('data', hear);
    socket.once('close', broke);
  });
}

function isWhole(answer: string): boolean {
  const end = answer.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(answer.slice(0, end))?.[1];
  if (length === undefined) return answer.endsWith('\r\n0\r\n\r\n');
  return answer.length >= end + 4 + Number(length);
}
