import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { appRoutes } from './app-routes.ts';
import { readCall } from './call.ts';
import { channelRoutes } from './channel-routes.ts';
import { Gateway, intents } from './gateway.ts';
import { Interactions } from './interactions.ts';
import { messageRoutes } from './message-routes.ts';
import { Messages } from './messages.ts';
import { Rates } from './rates.ts';
import type { Answer } from './refusal.ts';
import { Refusal } from './refusal.ts';
import { idsOf } from './routes.ts';
import { typeOf } from './wire.ts';
import { World } from './world.ts';

// `messages/pins` before `messages/:message`.
const routes = [...appRoutes, ...channelRoutes, ...messageRoutes];

export type FakeDiscordOptions = {
  readonly token?: string;
  readonly now?: () => Date;
  /** Privileged intents that are switched on for the app; message content, unless told. */
  readonly allowedIntents?: number;
  readonly heartbeatMs?: number;
};

/** What happens to calls whose `METHOD /path` matches. */
type Fault = {
  readonly route: RegExp;
  times: number;
  /** `cut` acts and cuts the answer off; `break` answers 500 and does nothing. */
  readonly does: 'cut' | 'break';
};

/**
 * A Discord on loopback, REST and gateway, that an unmodified discord.js `Client` talks to. It is
 * stricter than the real one: what is over a limit is refused, and never cut or overlooked.
 */
export class FakeDiscord {
  readonly token: string;
  readonly world: World;
  readonly gateway: Gateway;
  readonly messages: Messages;
  readonly interactions: Interactions;
  readonly rates: Rates;
  /** `METHOD /path` of every call. */
  readonly received: string[] = [];
  readonly #faults: Fault[] = [];
  readonly #server = createServer();
  readonly #now: () => Date;
  #origin = '';

  constructor(options: FakeDiscordOptions = {}) {
    const { token = 'test-token', now = () => new Date() } = options;
    const { allowedIntents: allowed = 32_768, heartbeatMs = 41_250 } = options;
    this.token = token;
    this.#now = now;
    this.world = new World(now);
    const { world } = this;
    world.readsContent = (allowed & intents.messageContent) !== 0;
    this.gateway = new Gateway({ world, token, allowed, heartbeatMs });
    this.messages = new Messages({ world, gateway: this.gateway, now });
    const { gateway, messages } = this;
    this.interactions = new Interactions({ world, gateway, messages, now });
    this.rates = new Rates(now);
  }

  /** What `rest.api` of a client is set to. */
  get apiUrl(): string {
    return `${this.#origin}/api`;
  }

  fail(route: RegExp, does: Fault['does'], times = 1): void {
    this.#faults.push({ route, does, times });
  }

  async listen(): Promise<void> {
    this.#server.on('request', (request, response) => void this.#serve(request, response));
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('No port.');
    this.#origin = `http://127.0.0.1:${address.port}`;
    this.world.cdn = this.#origin;
    this.gateway.attach(this.#server, this.#origin.replace('http', 'ws'));
  }

  async stop(): Promise<void> {
    this.gateway.close();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').replace(/^\/api\/v10/, '');
    const name = `${request.method ?? 'GET'} ${path}`;
    this.received.push(name);
    if (path.startsWith('/attachments/')) return this.#file(request, response);
    const fault = this.#faults.find(({ route, times }) => times > 0 && route.test(name));
    if (fault) fault.times -= 1;
    const isBroken = fault?.does === 'break';
    const answer = isBroken ? { status: 500 } : await this.#answer(request, name);
    if (fault?.does === 'cut') return void response.destroy();
    if ([401, 403, 429].includes(answer.status)) this.rates.invalid.push(this.#now().getTime());
    // A 204 must carry no JSON content type: @discordjs/rest would try to read it.
    const type = answer.json === undefined ? {} : { 'content-type': 'application/json' };
    const date = this.#now().toUTCString();
    const headers = { date, ...type, ...this.rates.headers(name), ...answer.headers };
    response.writeHead(answer.status, headers);
    response.end(answer.json === undefined ? '' : JSON.stringify(answer.json));
  }

  #file(request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    const file = this.world.fileAt(new URL(request.url ?? '/', this.#origin));
    if (file === undefined) {
      response.writeHead(404, { 'content-type': 'text/plain' });
      return void response.end('This content is no longer available.');
    }
    response.writeHead(200, { 'content-type': typeOf(file.name) });
    response.end(file.bytes);
  }

  async #answer(request: IncomingMessage, name: string): Promise<Answer> {
    if (this.rates.isShutOut) {
      request.resume();
      return { status: 403, json: { message: 'error code: 1015', code: 0 } };
    }
    const isForInteraction = /^\w+ \/(?:interactions|webhooks)\//.test(name);
    const tooMany = this.rates.meet(name, isForInteraction);
    if (tooMany) {
      request.resume();
      return tooMany;
    }
    try {
      const call = await readCall(request);
      for (const route of routes) {
        const ids = idsOf(route, call);
        if (ids === undefined) continue;
        const isKnown = request.headers.authorization === `Bot ${this.token}`;
        if (route.isOpen !== true && !isKnown) throw new Refusal(0);
        return route.answer(this.#desk(), call, ids);
      }
      return { status: 404, json: { message: '404: Not Found', code: 0 } };
    } catch (error) {
      if (error instanceof Refusal) return error.answer;
      throw error;
    }
  }

  #desk() {
    const { world, gateway, messages, interactions } = this;
    const gatewayUrl = () => this.#origin.replace('http', 'ws');
    return { world, gateway, messages, interactions, now: this.#now, gatewayUrl };
  }
}

/** Starts a fake Discord on a free loopback port. */
export async function startFakeDiscord(options: FakeDiscordOptions = {}): Promise<FakeDiscord> {
  const fake = new FakeDiscord(options);
  await fake.listen();
  return fake;
}
