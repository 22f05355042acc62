import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Acked, Envelope, Line } from './envelope.ts';
import { SlackFaults } from './faults.ts';
import type { Fields } from './fields.ts';
import { isFields } from './fields.ts';
import { Files } from './files.ts';
import type { Clock } from './hand-clock.ts';
import { Inbound } from './inbound.ts';
import type { World } from './method.ts';
import { Args } from './method.ts';
import { methods } from './methods.ts';
import { Rates } from './rates.ts';
import { ResponseUrls } from './response-urls.ts';
import { SlackError, TooFast } from './slack-error.ts';
import { SocketLine } from './socket-line.ts';
import type { Installed } from './state.ts';
import { SlackState } from './state.ts';
import { Triggers } from './triggers.ts';
import { Views } from './views.ts';

export type SlackCall = { readonly method: string; readonly given: Fields; readonly at: Date };

export type FakeSlackOptions = {
  readonly clock: Clock;
  readonly app: Installed;
  /** Counts calls against Slack's rates. */
  readonly isRated?: boolean;
  readonly enterprise?: string;
};

type Answer = {
  readonly status: number;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
};

/**
 * A Slack on loopback that an unmodified Bolt app talks to: Web API, Socket Mode, signed requests
 * to the app, modals, files. It is stricter than the real one, and can be told to fail.
 */
export class FakeSlack {
  readonly state: SlackState;
  readonly socket: SocketLine;
  readonly rates: Rates;
  readonly faults = new SlackFaults();
  readonly calls: SlackCall[] = [];
  readonly world: World;
  readonly inbound: Inbound;
  readonly responses: ResponseUrls;
  readonly #clock: Clock;
  readonly #server = createServer();
  #origin = '';
  #line: Line;

  constructor({ clock, app, isRated = false, enterprise }: FakeSlackOptions) {
    this.#clock = clock;
    this.state = new SlackState(clock, app, enterprise);
    this.socket = new SocketLine(clock, app.appId);
    this.rates = new Rates(clock, isRated);
    this.responses = new ResponseUrls(this.state, clock);
    this.#line = this.socket;
    this.world = {
      state: this.state,
      triggers: new Triggers(clock),
      views: new Views(this.state),
      files: new Files(this.state),
      clock,
      openSocket: () => `${this.#origin.replace('http', 'ws')}${this.socket.newTicket()}`,
      origin: () => this.#origin,
    };
    const deliver = (envelope: Envelope): Promise<Acked> => this.#line.deliver(envelope);
    this.inbound = new Inbound(this.world, this.responses, { deliver });
    this.state.onEvent = (event) => this.inbound.tell(event);
  }

  /** What an app is given as `slackApiUrl`. */
  get apiUrl(): string {
    return `${this.#origin}/api/`;
  }

  /** From now on Slack speaks to the app by another way. */
  speakBy(line: Line): void {
    this.#line = line;
  }

  async listen(): Promise<void> {
    this.#server.on('request', (request, response) => void this.#serve(request, response));
    this.socket.attach(this.#server);
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('No port.');
    this.#origin = `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    await this.socket.close();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    const bytes = await bytesOf(request);
    response.setHeader('date', this.#clock.now().toUTCString());
    const method = /^\/api\/([A-Za-z.]+)$/.exec(path)?.[1];
    const fault = this.faults.meet(method ?? path.split('/')[1] ?? '');
    if (fault?.kind === 'cut' && fault.when === 'before') return void response.destroy();
    if (fault?.kind === 'status') return send(response, { status: fault.status, body: 'upstream' });
    if (fault?.kind === 'error') return send(response, json({ ok: false, error: fault.error }));
    const answer =
      method === undefined
        ? await this.#other(request, path, bytes)
        : this.#call(method, request, bytes.toString());
    if (fault?.kind === 'cut') return void response.destroy();
    if (fault?.kind === 'garbled') return send(response, { status: 200, body: '<html>hm' });
    send(response, answer);
  }

  #call(name: string, request: IncomingMessage, text: string): Answer {
    const method = methods[name];
    if (request.method !== 'POST' || method === undefined) {
      return json({ ok: false, error: 'unknown_method' });
    }
    const given = argumentsIn(request.headers['content-type'] ?? '', text);
    if (given === undefined) return json({ ok: false, error: 'invalid_post_type' });
    const { token, ...rest } = given;
    this.calls.push({ method: name, given: rest, at: this.#clock.now() });
    const { app } = this.state;
    const headers = { 'x-oauth-scopes': [...app.scopes].join(',') };
    try {
      this.#authorize(request, token, method.byApp === true ? app.appToken : app.botToken);
      const args = new Args(rest);
      this.rates.take(name, method, args.maybe('channel') ?? '');
      const missing = method.scopes.filter((scope) => !app.scopes.has(scope));
      if (missing.length > 0) {
        const provided = [...app.scopes].join(',');
        throw new SlackError('missing_scope', { needed: missing.join(','), provided });
      }
      return json({ ok: true, ...method.run(this.world, args) }, headers);
    } catch (error) {
      if (error instanceof TooFast) {
        const after = { 'retry-after': String(error.retryAfterSeconds) };
        return { ...json({ ok: false, error: 'ratelimited' }, after), status: 429 };
      }
      if (!(error instanceof SlackError)) throw error;
      return json({ ok: false, error: error.message, ...error.details }, headers);
    }
  }

  #authorize(request: IncomingMessage, inBody: unknown, expected: string): void {
    const bearer = request.headers.authorization?.replace(/^Bearer /, '');
    const token = bearer ?? inBody;
    if (token === undefined) throw new SlackError('not_authed');
    if (token !== expected) {
      const isOther = token === this.state.app.botToken || token === this.state.app.appToken;
      throw new SlackError(isOther ? 'not_allowed_token_type' : 'invalid_auth');
    }
  }

  async #other(request: IncomingMessage, path: string, bytes: Buffer): Promise<Answer> {
    if (path.startsWith('/commands/')) {
      const message: unknown = JSON.parse(bytes.toString());
      const { status, text } = this.responses.answer(path, isFields(message) ? message : {});
      return { status, body: text };
    }
    if (path.startsWith('/upload/')) {
      const filled = this.world.files.fill(path, await fileIn(request, bytes));
      return filled ? { status: 200, body: 'OK' } : { status: 404, body: 'gone' };
    }
    const file = /^\/files-pri\/(F\w+)\/download$/.exec(path)?.[1];
    if (file === undefined) return { status: 404, body: 'Nothing is here.' };
    const mayRead =
      request.headers.authorization === `Bearer ${this.state.app.botToken}` &&
      this.state.app.scopes.has('files:read');
    // Slack shows strangers its page to sign in, with 200.
    if (!mayRead) return { status: 200, body: '<html>Sign in</html>', headers: htmlType };
    const { bytes: held, mimetype } = this.world.files.get(file);
    return { status: 200, body: held ?? '', headers: { 'content-type': mimetype } };
  }
}

const htmlType = { 'content-type': 'text/html; charset=utf-8' };

function json(body: Fields, headers: Readonly<Record<string, string>> = {}): Answer {
  const type = { 'content-type': 'application/json; charset=utf-8' };
  return { status: 200, body: JSON.stringify(body), headers: { ...type, ...headers } };
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  response.writeHead(status, { ...headers });
  response.end(body);
}

function argumentsIn(type: string, text: string): Fields | undefined {
  if (text === '') return {};
  if (type.startsWith('application/x-www-form-urlencoded')) {
    return Object.fromEntries(new URLSearchParams(text));
  }
  if (!type.startsWith('application/json')) return undefined;
  const parsed: unknown = JSON.parse(text);
  return isFields(parsed) ? parsed : undefined;
}

/** What is uploaded comes alone, or as the one file of a form. */
async function fileIn(request: IncomingMessage, bytes: Buffer): Promise<Buffer> {
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return bytes;
  const form = await new Response(new Uint8Array(bytes), {
    headers: { 'content-type': type },
  }).formData();
  const file = [...form.values()].find((part) => typeof part !== 'string');
  return file === undefined ? bytes : Buffer.from(await file.arrayBuffer());
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
