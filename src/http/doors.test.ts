import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { isSameOrigin, makeDoorOf } from './doors.ts';

const doorOf = makeDoorOf({
  publicUrl: 'https://firebreak.example',
  trustedProxies: ['10.1.0.0/16', 'fd00::1'],
});

function from(peer: string, host: string, headers: Readonly<Record<string, string>> = {}) {
  return doorOf({ peer, host, header: (name) => headers[name] })?.kind;
}

describe('the doors of the server', () => {
  it('let this machine in by its own names', () => {
    for (const host of ['127.0.0.1:7330', 'localhost', 'localhost:7330']) {
      assert.equal(from('127.0.0.1', host), 'loopback');
      assert.equal(from('::ffff:127.0.0.1', host), 'loopback');
    }
  });

  it('stay shut to names that only resolve to us', () => {
    for (const host of ['evil.test', '127.0.0.1.evil.test', 'localhost.evil.test', '', '0.0.0.0']) {
      assert.equal(from('127.0.0.1', host), undefined);
    }
  });

  it('stay shut to others who claim to be this machine', () => {
    assert.equal(from('10.1.2.3', '127.0.0.1:7330'), undefined);
    assert.equal(from('127.0.0.1', '127.0.0.1', { 'x-forwarded-for': '6.6.6.6' }), undefined);
    assert.equal(from('127.0.0.1', '127.0.0.1', { forwarded: 'for=6.6.6.6' }), undefined);
  });

  it('let a trusted proxy in for the public address, when it was spoken to over https', () => {
    const https = { 'x-forwarded-proto': 'https' };
    assert.equal(from('10.1.2.3', 'firebreak.example', https), 'public');
    assert.equal(from('fd00::1', 'Firebreak.example', https), 'public');
    assert.equal(from('10.2.0.1', 'firebreak.example', https), undefined);
    assert.equal(from('10.1.2.3', 'firebreak.example'), undefined);
    assert.equal(from('10.1.2.3', 'firebreak.example', { 'x-forwarded-proto': 'http' }), undefined);
    assert.equal(from('10.1.2.3', 'firebreak.example:8443', https), undefined);
  });
});

describe('a request that changes something', () => {
  const ours = 'http://127.0.0.1:7330';
  const sent = (headers: Readonly<Record<string, string>>) =>
    isSameOrigin(ours, (name) => headers[name]);

  it('comes from a page of ours', () => {
    assert.equal(sent({ 'sec-fetch-site': 'same-origin', origin: ours }), true);
    assert.equal(sent({ 'sec-fetch-site': 'same-origin', origin: 'null' }), true);
    assert.equal(sent({ origin: ours }), true);
  });

  it('does not come from another site, port or sandbox, nor from nowhere', () => {
    assert.equal(sent({ 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' }), false);
    assert.equal(sent({ 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:1' }), false);
    assert.equal(sent({ 'sec-fetch-site': 'same-origin', origin: 'https://evil.test' }), false);
    assert.equal(sent({ 'sec-fetch-site': 'cross-site', origin: 'null' }), false);
    assert.equal(sent({ 'sec-fetch-site': 'none' }), false);
    assert.equal(sent({ origin: 'null' }), false);
    assert.equal(sent({}), false);
  });
});
