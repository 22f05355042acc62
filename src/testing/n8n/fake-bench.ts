import { startCountingServer } from '../counting-server.ts';
import type { CountingServer } from '../counting-server.ts';
import { N8nApi, until } from './n8n-api.ts';
import type { NewApiWorkflow } from './n8n-api.ts';

/** An n8n, real or fake, of which a test may do what it likes. */
export type AnyN8n = {
  readonly baseUrl: string;
  readonly apiKey: (scopes?: readonly string[]) => Promise<string>;
  readonly stop: () => Promise<void>;
  /** Somebody new who has accepted an invitation: who, and the id of their own project. */
  readonly newPerson?: (
    email: string,
  ) => Promise<{ readonly id: string; readonly project: string }>;
  /** It is an n8n 1.x. */
  readonly isOlder?: true;
  /** `e-mail:password` of a user who sees everything; absent for connections by key alone. */
  readonly session?: string;
};

/** What n8n answered, whatever it was. */
export type Said = {
  readonly status: number;
  /** Parsed when it was JSON. */
  readonly body: unknown;
  readonly text: string;
  /** `Access-Control-Allow-Methods`. */
  readonly allow: string | null;
};

/** An n8n with its key and a server that counts what its workflows call. */
export class Bench {
  readonly api: N8nApi;
  readonly counter: CountingServer;
  readonly n8n: AnyN8n;
  readonly key: string;

  constructor(n8n: AnyN8n, key: string, counter: CountingServer) {
    this.n8n = n8n;
    this.key = key;
    this.counter = counter;
    this.api = new N8nApi(n8n.baseUrl, key, n8n.isOlder ? { isOlder: true } : {});
  }

  /** Any call; the key goes along to the API unless other headers are given. */
  async say(
    method: string,
    path: string,
    options: { body?: unknown; headers?: Record<string, string>; key?: string } = {},
  ): Promise<Said> {
    const isApi = path.startsWith('/api/v1');
    const { body: given } = options;
    const answer = await fetch(`${this.n8n.baseUrl}${path}`, {
      method,
      headers: {
        ...(isApi && !options.headers ? { 'x-n8n-api-key': options.key ?? this.key } : {}),
        ...(given === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(given === undefined
        ? {}
        : { body: typeof given === 'string' ? given : JSON.stringify(given) }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') === true;
    const body: unknown = isJson ? JSON.parse(text) : undefined;
    const allow = answer.headers.get('access-control-allow-methods');
    return { status: answer.status, body, text, allow };
  }

  /** What the public API says, as status and message. */
  async refusal(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<string> {
    const said = await this.say(method, `/api/v1${path}`, {
      ...(body === undefined ? {} : { body }),
      ...(headers === undefined ? {} : { headers }),
    });
    return `${said.status} ${messageOf(said.body)}`;
  }

  /** Makes and publishes a workflow, and waits until its webhook listens. */
  async live(workflow: NewApiWorkflow): Promise<string> {
    const { id } = await this.api.createWorkflow(workflow);
    await this.api.publish(id);
    const path = workflow.nodes.find(({ type }) => type.endsWith('.webhook'))?.parameters['path'];
    if (typeof path === 'string') {
      await until(`${path} is live`, () => this.isLive(`/webhook/${path}`));
    }
    return id;
  }

  /** A browser's question before a call, which runs nothing. */
  async preflight(path: string, method = 'GET'): Promise<Said> {
    const headers = { origin: 'http://x.test', 'access-control-request-method': method };
    return this.say('OPTIONS', path, { headers });
  }

  async isLive(path: string, method = 'GET'): Promise<boolean> {
    return (await this.preflight(path, method)).status === 204;
  }

  async close(): Promise<void> {
    await Promise.all([this.n8n.stop(), this.counter.close()]);
  }
}

/** Starts an n8n and all that a test of it needs. */
export async function startBench(start: () => Promise<AnyN8n>): Promise<Bench> {
  const [n8n, counter] = await Promise.all([start(), startCountingServer()]);
  return new Bench(n8n, await n8n.apiKey(), counter);
}

/** What lies at a path of keys in any JSON. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const key of path) here = here === null ? undefined : Object(here)[key];
  return here;
}

/** The message of a refusal. */
export function messageOf(body: unknown): string {
  return String(at(body, 'message'));
}

/** Code for a node that does nothing for so long. */
export function sleepFor(ms: number): string {
  return `await new Promise((resolve) => { const timer = setTimeout(resolve, ${ms}); timer.unref?.(); }); return items;`;
}
