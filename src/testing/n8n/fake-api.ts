import { Refused } from './fake-answers.ts';
import type { Answer } from './fake-answers.ts';
import { routes } from './fake-routes.ts';
import type { Route, World } from './fake-routes.ts';

/** A call of the public API as it arrives. */
export type ApiRequest = {
  readonly method: string;
  /** Below `/api/v1`, still encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The `X-N8N-API-KEY` header. */
  readonly key: string | undefined;
  readonly body: unknown;
};

/** n8n's public API: keys with scopes, routing and refusals as n8n words them. */
export class FakeApi {
  readonly #world: World;
  readonly #keys = new Map<string, ReadonlySet<string>>();
  readonly #routes: readonly Route[];
  #made = 0;

  /**
   * @param options.routes  those of another version
   * @param options.without endpoints that an older n8n lacks, by `METHOD /path`
   */
  constructor(
    world: World,
    options: { readonly without?: RegExp; readonly routes?: readonly Route[] } = {},
  ) {
    this.#world = world;
    const { without } = options;
    this.#routes = (options.routes ?? routes).filter(
      ({ method, path }) => !without?.test(`${method} ${path}`),
    );
    this.#knowsDiscover = options.routes === undefined && !without?.test('GET /discover');
  }
  readonly #knowsDiscover: boolean;

  /** A new key of the owner; with every scope unless some are named. */
  newKey(scopes: readonly string[] = allScopes): string {
    this.#made += 1;
    const payload = Buffer.from(`{"sub":"owner","n":${this.#made}}`).toString('base64url');
    const key = `eyJhbGciOiJIUzI1NiJ9.${payload}.${'fakesignature'.repeat(2)}${this.#made}`;
    this.#keys.set(key, new Set(scopes));
    return key;
  }

  revoke(key: string): void {
    this.#keys.delete(key);
  }

  answer(request: ApiRequest): Answer {
    try {
      return this.#answer(request);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { status: error.status, json: { message: error.message } };
    }
  }

  #answer(request: ApiRequest): Answer {
    const path = request.path.replace(/\/$/, '');
    const scopes = this.#keys.get(request.key ?? '');
    if (this.#knowsDiscover && path === '/discover' && request.method === 'GET') {
      if (!scopes) throw unknownKey(request.key, true);
      return { status: 200, json: { data: this.#discovered(scopes) } };
    }
    const onPath = this.#routes.flatMap((route) => {
      const params = paramsOf(route.path, path);
      return params ? [{ route, params }] : [];
    });
    const found = onPath.find(({ route }) => route.method === request.method);
    if (!found) {
      if (onPath.length === 0) throw new Refused(404, 'not found');
      throw new Refused(405, `${request.method} method not allowed`);
    }
    if (!scopes) throw unknownKey(request.key, path.startsWith('/users'));
    if (!scopes.has(found.route.scope)) throw new Refused(403, 'Forbidden');
    const { params, route } = found;
    const { query, body } = request;
    return {
      status: route.status ?? 200,
      json: route.answer({ params, query, body }, this.#world),
    };
  }

  #discovered(scopes: ReadonlySet<string>): object {
    const resources: Record<string, { operations: string[]; endpoints: object[] }> = {};
    for (const { method, path, scope } of this.#routes) {
      if (!scopes.has(scope)) continue;
      const [resource = '', operation = ''] = scope.split(':');
      const entry = (resources[resource] ??= { operations: [], endpoints: [] });
      if (!entry.operations.includes(operation)) entry.operations.push(operation);
      entry.endpoints.push({
        method,
        path: `/api/v1${path}`,
        operationId: `${operation}${resource}`,
      });
    }
    resources['discover'] = {
      operations: [],
      endpoints: [{ method: 'GET', path: '/api/v1/discover', operationId: 'getDiscover' }],
    };
    return { scopes: [...scopes], resources, specUrl: '/api/v1/openapi.yml' };
  }
}

/** n8n's older endpoints word it in another way. */
function unknownKey(key: string | undefined, isOld: boolean): Refused {
  if (!isOld) return new Refused(401, 'Unauthorized');
  return new Refused(401, key === undefined ? "'X-N8N-API-KEY' header required" : 'unauthorized');
}

/** Every scope that the fake's endpoints ask for, and some that a responder should not have. */
export const allScopes: readonly string[] = [
  ...new Set([
    ...routes.map(({ scope }) => scope),
    'user:delete',
    'execution:delete',
    'workflow:move',
  ]),
];

/** The parameters of a path, or undefined when it is another path. Empty parts match nothing. */
function paramsOf(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    const value = given[at] ?? '';
    if (!part.startsWith('{')) {
      if (part !== value) return undefined;
    } else {
      if (value === '') return undefined;
      params[part.slice(1, -1)] = decodeURIComponent(value);
    }
  }
  return params;
}
