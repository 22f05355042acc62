import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { errorPage } from './fake-answers.ts';
import type { Answer } from './fake-answers.ts';
import { FakeApi } from './fake-api.ts';
import { FakeEditor } from './fake-editor.ts';
import { FakeEntrances } from './fake-entrances.ts';
import { FakeEstate } from './fake-estate.ts';
import { FakeExecutions } from './fake-executions.ts';
import { answerWith, Faults, staysOutside } from './fake-faults.ts';
import { everyMsOf } from './fake-nodes.ts';
import { olderRoutes } from './fake-older.ts';
import { FakeRuns } from './fake-runs.ts';
import { FakeWorkflows } from './fake-workflows.ts';

/** One call that reached the fake. */
export type ReceivedCall = {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly at: Date;
};

export type FakeN8nOptions = {
  /** How long triggers live on after n8n said that they are off. 0 is how it was before 2.40. */
  readonly settleMs?: number;
  /** It is a 1.123.81, as its OpenAPI and its code say; that was never run. */
  readonly isOlder?: true;
  /** Endpoints that an older n8n lacks, by `METHOD /path`. */
  readonly without?: RegExp;
  readonly now?: () => Date;
  /** `N8N_CONCURRENCY_PRODUCTION_LIMIT`: how many executions may run at once; absent is no limit. */
  readonly atOnce?: number;
};

/**
 * An n8n on loopback that behaves as 2.40.7 was seen to behave, including what is unkind, and that
 * can be told to lie, break and change under our feet.
 *
 * Everything but the faults is reached as with the real one, through `baseUrl`.
 */
export class FakeN8n {
  readonly faults = new Faults();
  readonly workflows: FakeWorkflows;
  readonly executions: FakeExecutions;
  readonly estate: FakeEstate;
  readonly runs: FakeRuns;
  readonly received: ReceivedCall[] = [];
  readonly editor: FakeEditor;

  readonly #api: FakeApi;
  readonly #entrances: FakeEntrances;
  readonly #server = createServer();
  readonly #end = new AbortController();
  readonly #schedules = new Map<string, NodeJS.Timeout[]>();
  readonly #now: () => Date;
  #baseUrl = '';

  constructor(options: FakeN8nOptions = {}) {
    const now = options.now ?? (() => new Date());
    this.#now = now;
    const usualMs = options.isOlder ? 0 : 100;
    this.workflows = new FakeWorkflows({
      now,
      settleMs: options.settleMs ?? usualMs,
      asksForChildren: options.isOlder === undefined,
    });
    this.editor = new FakeEditor(this.workflows);
    this.executions = new FakeExecutions(
      options.atOnce === undefined ? { now } : { now, atOnce: options.atOnce },
    );
    this.estate = new FakeEstate({ now, users: [owner] });
    const { workflows, executions, estate } = this;
    const credential = (id: string) => estate.credentials.get(id)?.data;
    this.runs = new FakeRuns({
      workflows,
      executions,
      credential,
      now,
      signal: this.#end.signal,
      runsWhileOff: options.isOlder !== undefined,
    });
    this.#entrances = new FakeEntrances({ workflows, executions, runs: this.runs, credential });
    this.#api = new FakeApi(
      { workflows, executions, estate },
      {
        ...(options.without === undefined ? {} : { without: options.without }),
        ...(options.isOlder ? { routes: olderRoutes } : {}),
      },
    );
    workflows.onListening = (workflow, version) => {
      for (const timer of this.#schedules.get(workflow.id) ?? []) clearInterval(timer);
      this.#schedules.delete(workflow.id);
      if (version) this.#schedule(workflow.id);
    };
  }

  get baseUrl(): string {
    return this.#baseUrl;
  }

  /** A new API key; with every scope unless some are named. */
  apiKey(scopes?: readonly string[]): string {
    return this.#api.newKey(scopes);
  }

  revokeKey(key: string): void {
    this.#api.revoke(key);
  }

  /** Fires a workflow's trigger as its clock or service would; nothing happens when it is off. */
  async fire(workflow: string): Promise<void> {
    const version = this.workflows.listening.get(workflow);
    const trigger = version?.nodes.find(({ type }) => /trigger$/i.test(type));
    if (version && trigger) await this.runs.start(workflow, version, trigger, 'trigger');
  }

  /** Somebody else changes the draft in the editor. */
  changeDraft(workflow: string): void {
    const { name, nodes, connections, settings } = this.workflows.get(workflow);
    const note = {
      id: `note-${nodes.length}`,
      name: `Changed ${nodes.length}`,
      type: 'n8n-nodes-base.noOp',
      typeVersion: 1,
      position: [0, 0],
      parameters: {},
    };
    const body = { name, nodes: [...nodes, note], connections, settings };
    this.workflows.save(workflow, body, false);
  }

  async listen(): Promise<void> {
    this.#server.on('request', (request, response) => void this.#serve(request, response));
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('No port.');
    this.#baseUrl = `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    this.#end.abort();
    this.workflows.close();
    for (const timers of this.#schedules.values()) timers.forEach((timer) => clearInterval(timer));
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request;
    this.received.push({ method, path: url, at: this.#now() });
    const text = await bodyOf(request);
    const fault = this.faults.meet(method, url);
    const outside = fault !== undefined && staysOutside(fault);
    const answer = outside ? { status: 200 } : await this.#answer(request, method, url, text);
    const ordinary = answer.text ?? (answer.json === undefined ? '' : JSON.stringify(answer.json));
    if (fault && (await answerWith(fault, response, ordinary, this.#end.signal))) return;
    if (response.destroyed) return;
    const isJson = answer.json !== undefined;
    response.writeHead(answer.status, {
      ...answer.headers,
      ...(isJson ? { 'content-type': 'application/json; charset=utf-8' } : {}),
      ...(answer.contentType === undefined ? {} : { 'content-type': answer.contentType }),
    });
    response.end(ordinary);
  }

  async #answer(
    request: IncomingMessage,
    method: string,
    url: string,
    text: string,
  ): Promise<Answer> {
    const [path = '/', search = ''] = url.split('?', 2);
    const { headers } = request;
    if (path === '/healthz') return { status: 200, json: { status: 'ok' } };
    const body = parsed(text);
    const entrance = /^\/(?:webhook|form|mcp)\/(.+)$/.exec(path)?.[1];
    if (entrance !== undefined) {
      return this.#entrances.call({ method, path: decodeURIComponent(entrance), headers, body });
    }
    const waiting = /^\/(?:webhook|form)-waiting\/([^/]+)/.exec(path)?.[1];
    if (waiting !== undefined) return this.#entrances.resume(waiting);
    if (path.startsWith('/rest/')) {
      const { cookie } = headers;
      return this.editor.answer({ method, path: path.slice('/rest'.length), cookie, body });
    }
    if (!path.startsWith('/api/v1')) return { status: 404, text: 'Cannot GET' };
    if (body === broken) return errorPage('Failed to parse request body');
    const type = headers['content-type'];
    if (text !== '' && type !== undefined && !type.includes('json')) {
      return { status: 415, json: { message: `unsupported media type ${type}` } };
    }
    const key = headers['x-n8n-api-key'];
    const query = new URLSearchParams(search);
    return this.#api.answer({
      method,
      path: path.slice('/api/v1'.length),
      query,
      key: typeof key === 'string' ? key : undefined,
      body,
    });
  }

  #schedule(workflow: string): void {
    const nodes = this.workflows.listening.get(workflow)?.nodes ?? [];
    const timers = nodes.flatMap((node) => {
      const everyMs = everyMsOf(node);
      return everyMs === undefined
        ? []
        : [setInterval(() => void this.fire(workflow), everyMs).unref()];
    });
    if (timers.length > 0) this.#schedules.set(workflow, timers);
  }
}

/** Starts a fake n8n on a free loopback port. */
export async function startFakeN8n(options: FakeN8nOptions = {}): Promise<FakeN8n> {
  const fake = new FakeN8n(options);
  await fake.listen();
  return fake;
}

const owner = {
  id: '7b2f1c3e-0000-4000-8000-000000000001',
  email: 'olivia@acme.test',
  firstName: 'Olivia',
  lastName: 'Owner',
  role: 'global:owner',
};

const broken = Symbol('broken JSON');

function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return broken;
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
