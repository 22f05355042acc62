import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';

import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';

import type { Acked, Envelope, Line } from './envelope.ts';
import { isFields } from './fields.ts';
import type { Clock } from './hand-clock.ts';
import { slackLimits } from './limits.ts';

type Waiting = {
  readonly envelope: Envelope;
  readonly socket: WebSocket;
  readonly settle: (acked: Acked) => void;
};

type Connection = { readonly socket: WebSocket; readonly number: number };

/** So long may a client take to say goodbye, in ms. */
const goodbyeMs = 2_000;

/** Socket Mode: several connections, each envelope to one of them, and an ack on that one. */
export class SocketLine implements Line {
  /** What the app did that Slack would not put up with. */
  readonly violations: string[] = [];
  /** Through how many connections it was ever reached, and how many envelopes went through each. */
  readonly served: number[] = [];
  onChange: () => void = () => {};
  readonly #clock: Clock;
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #tickets = new Map<string, Date>();
  readonly #open: Connection[] = [];
  /** Told to leave, and still there: used when there is no other. */
  readonly #leaving: Connection[] = [];
  readonly #waiting = new Map<string, Waiting>();
  readonly #settled = new Set<string>();
  readonly #appId: string;
  #turn = 0;
  #count = 0;

  constructor(clock: Clock, appId: string) {
    this.#clock = clock;
    this.#appId = appId;
  }

  get connections(): number {
    return this.#open.length;
  }

  /** A path that lets one connection in, once and soon. */
  newTicket(): string {
    this.#count += 1;
    const ticket = `ticket-${this.#count}`;
    this.#tickets.set(ticket, this.#clock.now());
    return `/link/?ticket=${ticket}&app_id=${this.#appId}`;
  }

  attach(server: Server): void {
    server.on('upgrade', (request, socket, head) => {
      if (!this.#mayEnter(request)) {
        socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
        return;
      }
      this.#server.handleUpgrade(request, socket, head, (opened) => this.#welcome(opened));
    });
  }

  async deliver(envelope: Envelope): Promise<Acked> {
    const usable = this.#open.length > 0 ? this.#open : this.#leaving;
    const connection = usable[this.#turn % Math.max(1, usable.length)];
    this.#turn += 1;
    if (connection === undefined) return { kind: 'none' };
    this.#count += 1;
    const id = `env-${this.#count}`;
    this.served[connection.number] = (this.served[connection.number] ?? 0) + 1;
    return new Promise<Acked>((resolve) => {
      const stop = this.#clock.after(slackLimits.ackMs, () => settle({ kind: 'none' }));
      const settle = (acked: Acked) => {
        stop();
        this.#waiting.delete(id);
        this.#settled.add(id);
        resolve(acked);
      };
      this.#waiting.set(id, { envelope, socket: connection.socket, settle });
      connection.socket.send(JSON.stringify(wireOf(id, envelope)));
    });
  }

  /** Slack wants a connection to be made anew: it uses others, as soon as there are any. */
  refresh(reason: 'warning' | 'refresh_requested' = 'refresh_requested'): void {
    const oldest = this.#open.shift();
    if (oldest === undefined) return;
    this.#leaving.push(oldest);
    oldest.socket.send(JSON.stringify({ type: 'disconnect', reason }));
  }

  /** Every connection breaks, without a word. */
  cut(): void {
    const all = [...this.#open.splice(0), ...this.#leaving.splice(0)];
    for (const { socket } of all) socket.terminate();
  }

  /** Says goodbye, and waits for the answer: a client that is cut off waits half a minute for it. */
  async close(): Promise<void> {
    const sockets = [...this.#server.clients];
    const gone = sockets.map((socket) => once(socket, 'close'));
    for (const socket of sockets) socket.close(1001);
    const late = setTimeout(() => sockets.forEach((socket) => socket.terminate()), goodbyeMs);
    await Promise.all(gone);
    clearTimeout(late);
    this.#server.close();
  }

  #mayEnter(request: IncomingMessage): boolean {
    const ticket = new URL(request.url ?? '/', 'http://slack').searchParams.get('ticket') ?? '';
    const given = this.#tickets.get(ticket);
    this.#tickets.delete(ticket);
    if (given === undefined || this.#open.length >= slackLimits.connections) return false;
    return this.#clock.now().getTime() - given.getTime() <= slackLimits.ticketMs;
  }

  #welcome(socket: WebSocket): void {
    const number = this.served.push(0) - 1;
    this.#open.push({ socket, number });
    socket.on('message', (data: Buffer) => this.#hear(socket, data.toString()));
    socket.on('close', () => this.#forget(socket));
    socket.on('error', () => socket.terminate());
    const hello = {
      type: 'hello',
      num_connections: this.#open.length,
      connection_info: { app_id: this.#appId },
      debug_info: { host: 'applink-1', approximate_connection_time: 3600 },
    };
    socket.send(JSON.stringify(hello));
    this.onChange();
  }

  #hear(socket: WebSocket, text: string): void {
    const answer: unknown = JSON.parse(text);
    const id = isFields(answer) ? String(answer['envelope_id']) : '';
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) {
      const known = this.#settled.has(id);
      this.violations.push(known ? `acked ${id} twice or too late` : `acked unknown ${id}`);
      this.onChange();
      return;
    }
    if (waiting.socket !== socket) this.violations.push(`acked ${id} on another connection`);
    const payload = isFields(answer) ? answer['payload'] : undefined;
    const says = isFields(payload) && Object.keys(payload).length > 0;
    if (says && waiting.envelope.kind === 'events_api') {
      this.violations.push(`answered the event ${id}, which takes no answer`);
    }
    waiting.settle({ kind: 'acked', payload: says ? payload : undefined });
  }

  #forget(socket: WebSocket): void {
    for (const list of [this.#open, this.#leaving]) {
      const index = list.findIndex((one) => one.socket === socket);
      if (index >= 0) list.splice(index, 1);
    }
    const lost = [...this.#waiting.values()].filter((one) => one.socket === socket);
    for (const waiting of lost) waiting.settle({ kind: 'none' });
    this.onChange();
  }
}

function wireOf(id: string, { kind, body, retry }: Envelope): object {
  return {
    type: kind,
    envelope_id: id,
    payload: body,
    accepts_response_payload: kind !== 'events_api',
    ...(retry === undefined ? {} : { retry_attempt: retry.number, retry_reason: retry.reason }),
  };
}
