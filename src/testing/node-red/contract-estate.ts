import { Secret } from '../../domain/secret.ts';
import { guardedFetch } from '../../platforms/guarded-fetch.ts';
import { NodeRed } from '../../platforms/node-red/node-red.ts';
import type {
  ContractEstate,
  ContractFault,
  ContractRig,
  Piece,
  SentCredential,
} from '../../platforms/platform.contract.ts';
import { startCountingServer } from '../counting-server.ts';
import type { CountingServer } from '../counting-server.ts';
import { testFingerprint } from '../n8n/sample-nodes.ts';
import { until } from '../until.ts';
import { startFaultyProxy } from './faulty-proxy.ts';
import type { FaultyProxy, Mischief } from './faulty-proxy.ts';
import {
  chain,
  code,
  dailyAt,
  httpIn,
  httpRequest,
  httpResponse,
  linkCall,
  linkIn,
  linkReturn,
} from './flows.ts';
import type { NodeRedUser } from './launch.ts';
import type { FlowItem } from './node-red-api.ts';
import { startRealNodeRed } from './real-node-red.ts';
import type { RealNodeRed } from './real-node-red.ts';

/** Everything that Firebreak asks of a user. */
export const responderPermissions = [
  'flows.read',
  'flows.write',
  'settings.read',
  'nodes.read',
  'context.read',
  'credentials.read',
];
const lackable = ['flows.write', 'context.read', 'credentials.read', 'nodes.read'];

const password = 'password-of-the-account';
const responder: NodeRedUser = {
  username: 'firebreak',
  password,
  permissions: responderPermissions,
};

/** The bound on a call that is never answered, in ms. */
const silentMs = 3_000;
/** The bound on any other call, in ms: a busy machine may be slow. */
const withinMs = 30_000;

/** A real Node-RED made ready for the contract of platforms, behind a proxy that fails on demand. */
export async function nodeRedRig(): Promise<ContractRig> {
  const lesser = lackable.map(lacking);
  const nodeRed = await startRealNodeRed({ users: [responder, ...lesser] });
  const [proxy, counter] = await Promise.all([
    startFaultyProxy(nodeRed.baseUrl),
    startCountingServer(),
  ]);
  let calls = 0;
  const platformOf = (secret: string): NodeRed => {
    const fetch = guardedFetch({
      platform: 'node-red',
      origin: proxy.baseUrl,
      isPrivate: true,
      limits: { withinMs },
    });
    return new NodeRed({
      baseUrl: proxy.baseUrl,
      token: new Secret(secret),
      fetch: (request, signal) => {
        calls += 1;
        const isSilent = proxy.mischief.kind === 'keeps silent';
        // Also a deploy, to which the connector gives more time.
        return fetch({ ...request, withinMs: isSilent ? silentMs : withinMs }, signal);
      },
      now: () => new Date(),
      fingerprint: testFingerprint,
    });
  };
  return {
    platform: platformOf(`firebreak:${password}`),
    secret: password,
    estate: new NodeRedEstate(nodeRed, counter),
    calls: () => calls,
    without: async (permission) => platformOf(`${lacking(permission).username}:${password}`),
    lackable,
    toDisable: 'flows.write',
    locked: async () => platformOf('a-token-that-nobody-gave-out'),
    hasNo: { drafts: true, executions: true },
    faults: faultsOf(proxy),
    close: async () => {
      await Promise.all([proxy.close(), counter.close(), nodeRed.stop()]);
    },
  };
}

function lacking(permission: string): NodeRedUser {
  return {
    username: `without-${permission}`,
    password,
    permissions: responderPermissions.filter((one) => one !== permission),
  };
}

function faultsOf(proxy: FaultyProxy): readonly ContractFault[] {
  const fault = (
    name: string,
    mischief: Mischief,
    rest: Omit<ContractFault, 'name' | 'make'>,
  ): ContractFault => ({
    name,
    ...rest,
    make: () => {
      proxy.mischief = mischief;
      return () => {
        proxy.mischief = { kind: 'none' };
      };
    },
  });
  const answered = (
    status: number,
    becomes: ContractFault['code'],
    headers: Record<string, string> = {},
  ): ContractFault =>
    fault(
      String(status),
      { kind: 'answers', status, headers },
      {
        code: becomes,
        takesEffect: false,
        ...(headers['retry-after'] ? { retryAfterMs: Number(headers['retry-after']) * 1_000 } : {}),
      },
    );
  return [
    answered(429, 'rate_limited', { 'retry-after': '7' }),
    answered(401, 'unauthorized', { 'www-authenticate': 'Bearer' }),
    answered(403, 'refused'),
    answered(503, 'unavailable'),
    answered(504, 'timed_out'),
    answered(302, 'blocked', { location: '/elsewhere' }),
    fault('cut before', { kind: 'cuts', when: 'before' }, { code: 'cut', takesEffect: false }),
    fault('cut after', { kind: 'cuts', when: 'after' }, { code: 'cut', takesEffect: true }),
    fault('late', { kind: 'keeps silent' }, { code: 'timed_out', takesEffect: true }),
    fault('half', { kind: 'halves' }, { code: 'unreadable', takesEffect: true }),
  ];
}

/** Plants what the contract asks for, by another user's editor on the same Node-RED. */
class NodeRedEstate implements ContractEstate {
  readonly payload = 'payload-of-a-customer-42';
  readonly #nodeRed: RealNodeRed;
  readonly #counter: CountingServer;
  #planted = 0;

  constructor(nodeRed: RealNodeRed, counter: CountingServer) {
    this.#nodeRed = nodeRed;
    this.#counter = counter;
  }

  async entrance(): Promise<Piece> {
    const name = this.#newName('open');
    const credentials = { user: 'shop', password: 'value-of-the-credential' };
    const { baseUrl, host } = this.#counter;
    return this.#piece(
      name,
      [httpIn(`/${name}`), httpRequest(`${baseUrl}/${name}`, credentials), httpResponse()],
      [
        ['credential', `${name}-2`, 'both'],
        ['host', host, 'both'],
        ['node', 'http in', 'both'],
        ['node', 'http request', 'both'],
        ['node', 'http response', 'both'],
        ['webhook', name, 'both'],
      ],
    );
  }

  async differing(): Promise<Piece> {
    throw new Error('Node-RED keeps no drafts.');
  }

  async nightly(): Promise<Piece> {
    const name = this.#newName('nightly');
    return this.#piece(
      name,
      [dailyAt(6), code('return msg;')],
      [
        ['code', 'Code', 'both'],
        ['node', 'function', 'both'],
        ['node', 'inject', 'both'],
        ['schedule', 'every day at 06:00', 'both'],
      ],
    );
  }

  async sleeper(): Promise<Piece> {
    throw new Error('Node-RED lists no executions.');
  }

  async runner(): Promise<Piece> {
    throw new Error('Node-RED lists no executions.');
  }

  async goesOn(): Promise<Piece> {
    throw new Error('Node-RED lists no executions.');
  }

  async family(): Promise<{ readonly parent: Piece; readonly child: Piece }> {
    const called = this.#newName('child');
    const child = await this.#piece(called, [linkIn(), code('return msg;'), linkReturn()]);
    const name = this.#newName('parent');
    const parent = await this.#piece(
      name,
      [httpIn(`/${name}`), linkCall(`${called}-1`), httpResponse()],
      [
        ['calls', called, 'both'],
        ['node', 'http in', 'both'],
        ['node', 'http response', 'both'],
        ['node', 'link call', 'both'],
        ['webhook', name, 'both'],
      ],
    );
    return { parent, child };
  }

  async credential(): Promise<SentCredential> {
    const name = this.#newName('locked');
    const credentials = { user: 'shop', password: 'value-of-the-wiped-credential' };
    const address = `${this.#counter.baseUrl}/${name}`;
    const piece = await this.#piece(name, [
      httpIn(`/${name}`),
      httpRequest(address, credentials),
      httpResponse(),
    ]);
    return {
      key: { id: `${name}-2`, type: 'http request' },
      arrives: async () => {
        const before = this.#counter.calls.length;
        // A node that was restarted a moment ago may let a message go by.
        await until('it called', async () => {
          await piece.answers().catch(() => false);
          return this.#counter.calls.length > before;
        });
        return this.#counter.calls.at(-1)?.headers['authorization'] !== undefined;
      },
    };
  }

  async change(piece: Piece): Promise<void> {
    const id = `${piece.id}-${this.#newName('added')}`;
    const added: FlowItem = { ...code('return msg;'), id, z: piece.id, x: 1, y: 1, wires: [[]] };
    await this.#nodeRed.api.deploy((flows) => [...flows, added]);
  }

  async switchOnAgain(piece: Piece): Promise<void> {
    await this.#nodeRed.api.switchTab(piece.id, false);
    await until('it answers again', () => piece.answers());
  }

  async activation(piece: Piece): Promise<string> {
    const { disabled } = await this.#nodeRed.api.tab(piece.id);
    return `${disabled !== true} ${JSON.stringify(disabled) ?? 'not written'}`;
  }

  async more(count: number): Promise<void> {
    const names = Array.from({ length: count }, () => this.#newName('filler'));
    await this.#nodeRed.api.deploy((flows) => [
      ...flows,
      ...names.flatMap((name) => chain({ id: name, label: name }, [code('return msg;')])),
    ]);
  }

  async #piece(
    name: string,
    nodes: Parameters<typeof chain>[1],
    facts: Piece['facts'] = [],
  ): Promise<Piece> {
    const items = chain({ id: name, label: name }, nodes);
    await this.#nodeRed.api.deploy((flows) => [...flows, ...items]);
    const isServed = nodes.some(({ type }) => type === 'http in');
    const answers = async (): Promise<boolean> => {
      if (!isServed) return false;
      const url = `${this.#nodeRed.baseUrl}/${name}?secret=${encodeURIComponent(this.payload)}`;
      const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
      await answer.arrayBuffer();
      return answer.status === 200;
    };
    // Node-RED answers a deploy before it has started what it brought.
    if (isServed) await until(`${name} is served`, answers);
    return { id: name, name, facts, answers };
  }

  #newName(kind: string): string {
    this.#planted += 1;
    return `contract-${kind}-${this.#planted}`;
  }
}
