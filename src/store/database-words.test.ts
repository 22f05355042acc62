import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Secret } from '../domain/secret.ts';
import { databaseWords } from './database-words.ts';

const words = (url: string) => databaseWords(new Secret(url));

describe('which database settings name', () => {
  it('tells two servers of one machine apart', () => {
    const places = [
      'postgres://fb@localhost/ir',
      'postgres://fb@localhost:7599/ir',
      'postgres://fb@localhost/ir?host=/tmp/one',
      'postgres://fb@localhost/ir?host=/tmp/two',
      'postgres://fb@localhost/ir?host=/tmp/one&port=7599',
      'postgres://fb@localhost/other',
    ];
    assert.equal(new Set(places.map(words)).size, places.length);
    assert.equal(words(places[4] ?? ''), 'PostgreSQL at /tmp/one:7599/ir');
  });

  it('is the same however the address is written', () => {
    const same = [
      'postgres://db/ir',
      'postgresql://db:5432/ir',
      'postgres://ana:pw-of-ana@DB/ir?sslmode=require',
      'postgres://elsewhere:1/ir?host=db&port=5432&sslrootcert=/nowhere.pem',
    ];
    for (const url of same) assert.equal(words(url), 'PostgreSQL at db:5432/ir');
    assert.equal(words('postgres://[::1]/ir'), 'PostgreSQL at [::1]:5432/ir');
    assert.equal(words('postgres://fb@/ir?host=/run/pg'), 'PostgreSQL at /run/pg:5432/ir');
  });

  it('shows nothing of an address that cannot be read', () => {
    const unread = words('postgres://ana:pw-of-ana@db:port/ir');
    assert.equal(unread, 'PostgreSQL at an address that cannot be read');
    assert.equal(databaseWords(undefined), 'the embedded database');
  });
});
