import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';

import { Secret } from '../domain/secret.ts';
import { instanceChain } from '../domain/timeline.ts';
import { PlatformError } from '../errors.ts';
import { aPerson } from '../testing/nouns.ts';
import { openTestStore } from '../testing/store.ts';
import { ToyPlatform, toyJobs } from '../testing/toy-platform.ts';
import { orAskIn } from '../testing/two-admins.ts';
import { connectPlatform } from './connect.ts';
import { sync } from './sync.ts';

async function anInstance() {
  const { store, clock, options } = await openTestStore();
  const toy = new ToyPlatform(clock.now);
  const asked: string[] = [];
  const context = {
    store,
    makeOrAsk: orAskIn({ store, recorder: options.recorder }),
    now: clock.now,
    newId: randomUUID,
    openPlatform: (_connection: unknown, secret: Secret) => {
      asked.push(secret.reveal());
      return toy;
    },
  };
  const admin = await store.people.byId(store.instance.operator);
  assert.ok(admin);
  const given = {
    kind: 'n8n',
    name: 'prod',
    baseUrl: 'https://n8n.example',
    environment: 'production',
    privateHostAllowed: false,
  } as const;
  const request = { given, secret: new Secret('key-1'), by: admin, source: 'cli' } as const;
  return { store, clock, toy, asked, context, request };
}

describe('connecting a platform', () => {
  it('asks who we are, keeps the secret apart, and orders the first look', async () => {
    const { store, clock, context, request } = await anInstance();
    const answer = await connectPlatform(context, request);
    assert.equal(answer.outcome, 'open');
    assert.match(JSON.stringify(answer), /"publication status","no session"/);
    assert.equal(answer.follow, `scope sync since:${clock.now().toISOString()}`);
    const [connection] = await store.connections.list();
    assert.ok(connection);
    assert.equal((await store.connections.secret(connection.id))?.reveal(), 'key-1');
    const id = `sync:${connection.id}:${clock.now().toISOString()}`;
    assert.equal((await store.jobs.state('sync', id))?.state, 'waiting');
    assert.doesNotMatch(JSON.stringify(answer), /key-1/);
  });

  it('is for admins, and asks nobody before it knows that', async () => {
    const { store, asked, context, request } = await anInstance();
    const by = aPerson({ permissions: ['responder'] });
    await assert.rejects(connectPlatform(context, { ...request, by }), { code: 'not_allowed' });
    assert.deepEqual([asked, await store.connections.list()], [[], []]);
  });

  it('stores nothing when the platform refuses the secret', async () => {
    const { store, toy, context, request } = await anInstance();
    toy.fail = () => new PlatformError('n8n', 'unauthorized', 'n8n does not know this key.');
    await assert.rejects(connectPlatform(context, request), { code: 'unauthorized' });
    assert.deepEqual(await store.connections.list(), []);
  });

  it('is described anew by a later look, and the instance’s timeline says what changed', async () => {
    const { store, clock, toy, context, request } = await anInstance();
    toy.account = { ...toy.account, missing: [{ permission: 'execution:stop', consequence: '…' }] };
    await connectPlatform(context, request);
    const [connected] = await store.connections.list();
    assert.ok(connected);
    const look = () =>
      sync(toyJobs(store, clock, toy), { connection: connected.id }, new AbortController().signal);
    await look();
    assert.deepEqual((await store.connections.byId(connected.id))?.missing, ['execution:stop']);
    toy.account = { ...toy.account, missing: [] };
    await look();
    await look();
    const later = await store.connections.byId(connected.id);
    assert.deepEqual([later?.missing, later?.epoch], [[], 1]);
    const told = await store.timeline.latest(instanceChain, 10);
    assert.deepEqual(
      told.filter(({ kind }) => kind === 'connection_changed').map(({ text }) => text),
      ['The platform describes the connection prod anew: the key no longer lacks execution:stop.'],
    );
  });
});
