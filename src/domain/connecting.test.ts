import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { allCapabilities } from '../testing/nouns.ts';
import type { ConnectionGiven } from './connecting.ts';
import { checkGiven, connect, describedAnew } from './connecting.ts';
import type { Person } from './person.ts';

const now = new Date('2026-11-22T03:00:00Z');
const admin: Person = {
  id: 'p1',
  handle: 'ana',
  name: 'Ana',
  permissions: ['admin'],
  addedAt: now,
  revision: 1,
};
const given: ConnectionGiven = {
  kind: 'n8n',
  name: 'prod',
  baseUrl: 'https://n8n.example',
  environment: 'production',
  privateHostAllowed: false,
};
const found = {
  identity: 'owner',
  capabilities: allCapabilities,
  missing: [],
} as const;

function connected(known?: ReturnType<typeof connect>['connection'], change: object = {}) {
  return connect({
    id: 'c1',
    given: { ...given, ...change },
    found,
    known,
    by: admin,
    source: 'cli',
    now,
  });
}

describe('connecting a platform', () => {
  it('keeps the bare address and refuses one that carries credentials', () => {
    assert.equal(
      checkGiven({ ...given, baseUrl: 'https://n8n.example/base/?x=1#y' }).baseUrl,
      'https://n8n.example/base',
    );
    for (const baseUrl of ['https://u:p@n8n.example', 'ftp://n8n.example', 'n8n', '']) {
      assert.throws(() => checkGiven({ ...given, baseUrl }), { name: 'UserError' });
    }
    assert.throws(() => checkGiven({ ...given, name: 'a b' }), /letters, digits/);
  });

  it('takes a sandbox only as a drill, and only at its own kind of address', () => {
    const sandbox = { ...given, kind: 'sandbox', environment: 'drill' } as const;
    assert.equal(
      checkGiven({ ...sandbox, baseUrl: 'sandbox://shop/7/' }).baseUrl,
      'sandbox://shop/7',
    );
    assert.throws(() => checkGiven({ ...sandbox, baseUrl: 'https://n8n.example' }), /sandbox:/);
    assert.throws(() => checkGiven({ ...given, baseUrl: 'sandbox://shop' }), /https/);
    assert.throws(
      () => checkGiven({ ...sandbox, baseUrl: 'sandbox://shop', environment: 'production' }),
      /never production/,
    );
  });

  it('records who added what, without the path of the address', () => {
    const { connection, event } = connected();
    assert.equal(connection.epoch, 1);
    assert.equal(event.kind, 'connection_added');
    assert.equal(event.data?.['host'], 'n8n.example');
  });

  it('raises the epoch of a known connection, so that older plans are void', () => {
    const first = connected().connection;
    const { connection, event } = connected(first, { baseUrl: 'https://other.example' });
    assert.equal(connection.id, first.id);
    assert.equal(connection.epoch, 2);
    assert.match(event.text, /moved to another address/);
  });

  it('knows since which epoch its address is the same, whatever the key', () => {
    const first = connected().connection;
    const { connection: again } = connected(first);
    assert.deepEqual([again.epoch, again.addressSince], [2, 1]);
    const { connection: moved } = connected(again, { baseUrl: 'https://other.example' });
    assert.deepEqual([moved.epoch, moved.addressSince], [3, 3]);
    const { addressSince: _unknown, ...old } = moved;
    assert.equal(connected(old, { baseUrl: 'https://other.example' }).connection.addressSince, 3);
  });

  it('never turns a drill into production or back', () => {
    const first = connected().connection;
    assert.throws(() => connected(first, { environment: 'drill' }), /not changed/);
  });

  it('is described anew when the platform says something else, and only then', () => {
    const { connection: known } = connected();
    assert.equal(describedAnew(known, { ...found, identity: 'another name' }, now), undefined);
    const anew = describedAnew(
      known,
      {
        ...found,
        version: '2.41',
        capabilities: { ...allCapabilities, stop: 'with_disable', enable: false },
        missing: ['execution:stop'],
      },
      now,
    );
    assert.match(
      anew?.event.text ?? '',
      /version unknown → 2\.41; the key now lacks execution:stop; /,
    );
    assert.match(anew?.event.text ?? '', /enable yes → no; stop yes → with_disable\.$/);
    assert.equal(anew?.connection.epoch, known.epoch);
    const back = describedAnew(anew?.connection ?? known, found, now);
    assert.match(back?.event.text ?? '', /the key no longer lacks execution:stop/);
    assert.deepEqual(back?.connection, known);
  });
});
