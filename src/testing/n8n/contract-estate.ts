import { setTimeout as delay } from 'node:timers/promises';

import { Secret } from '../../domain/secret.ts';
import { guardedFetch } from '../../platforms/guarded-fetch.ts';
import { N8n } from '../../platforms/n8n/n8n.ts';
import { N8nSession } from '../../platforms/n8n/session.ts';
import type {
  ContractEstate,
  ContractRig,
  Piece,
  SentCredential,
} from '../../platforms/platform.contract.ts';
import { aSentCredential } from './contract-credential.ts';
import { sleepFor, startBench } from './fake-bench.ts';
import type { AnyN8n, Bench } from './fake-bench.ts';
import { until } from './n8n-api.ts';
import type { NewApiWorkflow } from './n8n-api.ts';
import {
  callWorkflow,
  calledByOthers,
  chain,
  code,
  dailyAt,
  http,
  nothing,
  waitMinutes,
  webhook,
} from './nodes.ts';
import { testFingerprint } from './sample-nodes.ts';

/** What of a rig only a fake can give. */
export type Misbehaviour = Pick<ContractRig, 'slow' | 'lies' | 'faults' | 'leftAloneMs'> & {
  /** The bound on a call, in ms; short where slowness is tried. */
  readonly withinMs?: number;
};

/**
 * An n8n, real or fake, made ready for the contract of platforms.
 *
 * @param misbehaviour of the fake; the real one does not fail on demand, and is only left alone
 */
export async function n8nRig(
  start: () => Promise<AnyN8n>,
  { withinMs = 30_000, ...misbehaviour }: Misbehaviour = {},
): Promise<ContractRig> {
  const bench = await startBench(start);
  const session =
    bench.n8n.session === undefined ? undefined : new N8nSession(new Secret(bench.n8n.session));
  let calls = 0;
  const platformWith = (key: string): N8n => {
    const fetch = guardedFetch({
      platform: 'n8n',
      origin: bench.n8n.baseUrl,
      isPrivate: true,
      limits: { withinMs, bodyBytes: 8 * 1024 * 1024 },
    });
    return new N8n({
      baseUrl: bench.n8n.baseUrl,
      token: new Secret(key),
      fetch: (request, signal) => {
        calls += 1;
        return fetch(request, signal);
      },
      now: () => new Date(),
      wait: async (ms, signal) => delay(ms, undefined, { signal }),
      fingerprint: testFingerprint,
      session,
    });
  };
  return {
    platform: platformWith(bench.key),
    secret: bench.key,
    lackable: ['workflow:deactivate', 'execution:stop', 'credential:list'],
    estate: new N8nEstate(bench),
    calls: () => calls,
    without: async (permission) => {
      const all = needed.filter((scope) => scope !== permission);
      return platformWith(await bench.n8n.apiKey(all));
    },
    ...(bench.n8n.isOlder ? older : {}),
    toDisable: 'workflow:deactivate',
    locked: async () => platformWith('eyJhbGciOiJIUzI1NiJ9.d3Jvbmc.wrong-wrong-wrong'),
    close: () => bench.close(),
    ...misbehaviour,
  };
}

/** What n8n 1.123.81 does not have (its OpenAPI). */
const older: Pick<ContractRig, 'hasNo' | 'lackable'> = {
  hasNo: { drafts: true, credentials: true, stop: true, order: true },
  lackable: ['workflow:deactivate'],
};

const needed = [
  'workflow:list',
  'workflow:read',
  'workflow:activate',
  'workflow:deactivate',
  'execution:list',
  'execution:read',
  'execution:stop',
  'credential:list',
  'credential:update',
  'user:list',
];

/** Plants what the contract asks for, through n8n's public API and its webhooks. */
class N8nEstate implements ContractEstate {
  readonly #bench: Bench;
  #planted = 0;
  #credential: { id: string; name: string; type: string } | undefined;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  async entrance(): Promise<Piece> {
    const path = this.#newName('open');
    const credential = await this.#oneCredential();
    const { baseUrl, host } = this.#bench.counter;
    return this.#piece(
      path,
      chain(path, [webhook(path), http(`${baseUrl}/${path}`, { credential })]),
      [
        ['credential', credential.id, 'both'],
        ['host', host, 'both'],
        ['node', 'httprequest', 'both'],
        ['node', 'webhook', 'both'],
        ['webhook', path, 'both'],
      ],
    );
  }

  async differing(): Promise<Piece> {
    const path = this.#newName('differs');
    const { baseUrl, host } = this.#bench.counter;
    const hook = webhook(path);
    const piece = await this.#piece(path, chain(path, [hook, http(`${baseUrl}/${path}`)]), [
      ['host', host, 'live'],
      ['host', 'harmless.example', 'draft'],
      ['node', 'httprequest', 'both'],
      ['node', 'webhook', 'both'],
      ['webhook', path, 'both'],
    ]);
    const draft = chain(path, [hook, http('https://harmless.example/')]);
    await this.#bench.api.saveDraft(piece.id, draft);
    return piece;
  }

  async nightly(): Promise<Piece> {
    const name = this.#newName('nightly');
    return this.#piece(undefined, chain(name, [dailyAt(6), nothing()]), [
      ['node', 'noop', 'both'],
      ['node', 'scheduletrigger', 'both'],
      ['schedule', 'every day at 06:00', 'both'],
    ]);
  }

  async sleeper(): Promise<Piece> {
    const path = this.#newName('sleeps');
    const piece = await this.#piece(path, chain(path, [webhook(path), waitMinutes(9), nothing()]));
    await this.#start(piece, 'waiting');
    return piece;
  }

  async runner(): Promise<Piece> {
    const path = this.#newName('runs');
    const nodes = [webhook(path), code(sleepFor(120_000)), nothing()];
    const piece = await this.#piece(path, chain(path, nodes));
    await this.#start(piece, 'running');
    return piece;
  }

  async goesOn(): Promise<Piece> {
    const path = this.#newName('batch');
    // A minute of sending, so that it goes on whenever it is stopped.
    const items = 'return Array.from({ length: 300 }, (_, n) => ({ json: { n } }));';
    const url = `=${this.#bench.counter.baseUrl}/${path}/{{ $json.n }}`;
    const nodes = [webhook(path), code(items), http(url, { batchEveryMs: 200 })];
    const piece = await this.#piece(path, chain(path, nodes));
    await this.#start(piece, 'running');
    await this.#bench.counter.atLeast(1, `/${path}/`);
    return piece;
  }

  async family(): Promise<{ readonly parent: Piece; readonly child: Piece }> {
    const name = this.#newName('child');
    const child = await this.#piece(undefined, chain(name, [calledByOthers(), nothing()]));
    const path = this.#newName('parent');
    const nodes = [webhook(path), callWorkflow(child.id)];
    const parent = await this.#piece(path, chain(path, nodes), [
      ['calls', child.id, 'both'],
      ['node', 'executeworkflow', 'both'],
      ['node', 'webhook', 'both'],
      ['webhook', path, 'both'],
    ]);
    return { parent, child };
  }

  async credential(): Promise<SentCredential> {
    return aSentCredential(this.#bench, this.#newName('locked'));
  }

  async person(): Promise<{ readonly id: string; readonly to: string }> {
    const { api, n8n } = this.#bench;
    if (!n8n.newPerson) throw new Error('Nobody new can come to this n8n.');
    const name = this.#newName('theirs');
    const { id, project } = await n8n.newPerson(`${name}@acme.test`);
    const { id: workflow } = await api.createWorkflow(chain(name, [webhook(name), nothing()]));
    const data = { name: 'x-key', value: 'value-of-a-leaver' };
    const credential = await api.createCredential({ name, type: 'httpHeaderAuth', data });
    for (const path of [`workflows/${workflow}`, `credentials/${credential}`]) {
      await api.call('PUT', `${path}/transfer`, { destinationProjectId: project });
    }
    // Whose a project is n8n tells beside a workflow that lies there.
    await api.createWorkflow(chain(this.#newName('kept'), [webhook(name), nothing()]));
    const { body } = await this.#bench.say('GET', '/api/v1/users?includeRole=true');
    const users: readonly { id: string; role: string }[] = Object(body).data;
    const owner = users.find(({ role }) => role === 'global:owner');
    if (!owner) throw new Error('The n8n has no owner.');
    return { id, to: owner.id };
  }

  async change(piece: Piece): Promise<void> {
    const workflow = await this.#bench.say('GET', `/api/v1/workflows/${piece.id}`);
    const { name, nodes, connections, settings } = Object(workflow.body);
    const body = {
      name,
      nodes: [...nodes, nothing(this.#newName('added'))],
      connections,
      settings,
    };
    await this.#bench.api.saveDraft(piece.id, body);
  }

  async switchOnAgain(piece: Piece): Promise<void> {
    await this.#bench.api.publish(piece.id);
    await until('it answers again', async () => piece.answers());
  }

  async activation(piece: Piece): Promise<string> {
    const { active, activeVersionId } = await this.#bench.api.workflow(piece.id);
    return `${active} ${activeVersionId}`;
  }

  async more(count: number): Promise<void> {
    for (let made = 0; made < count; made += 1) {
      await this.#bench.api.createWorkflow(chain(this.#newName('filler'), [nothing()]));
    }
  }

  async #piece(
    path: string | undefined,
    workflow: NewApiWorkflow,
    facts: Piece['facts'] = [],
  ): Promise<Piece> {
    const id = await this.#bench.live(workflow);
    const answers = async (): Promise<boolean> => {
      if (path === undefined) return false;
      const payload = encodeURIComponent(this.payload);
      return (await this.#bench.say('GET', `/webhook/${path}?secret=${payload}`)).status === 200;
    };
    return { id, name: workflow.name, facts, answers };
  }

  readonly payload = 'payload-of-a-customer-42';

  async #start(piece: Piece, status: string): Promise<void> {
    await piece.answers();
    await until(`it is ${status}`, async () => {
      return (await this.#bench.api.executions(status, piece.id)).length === 1;
    });
  }

  async #oneCredential(): Promise<{ id: string; name: string; type: string }> {
    const made = { name: 'Stripe live', type: 'httpHeaderAuth' };
    const data = { name: 'authorization', value: 'value-of-the-credential' };
    this.#credential ??= { ...made, id: await this.#bench.api.createCredential({ ...made, data }) };
    return this.#credential;
  }

  #newName(kind: string): string {
    this.#planted += 1;
    return `contract-${kind}-${this.#planted}`;
  }
}
