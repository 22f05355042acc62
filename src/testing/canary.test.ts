import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { findLeaks } from './canary.ts';

const secret = 'sk_live_0123456789abcdef/+=';

describe('the search for leaked secrets', () => {
  it('finds a secret as it is, and in the guises in which it is stored and sent', () => {
    const guises = {
      plain: `key=${secret}.`,
      url: `https://x.example/?key=${encodeURIComponent(secret)}&a=1`,
      json: JSON.stringify({ key: `a"${secret}` }),
      hex: `\\x00${Buffer.from(`(${secret})`).toString('hex')}`,
      bytes: Buffer.from(`\u0000${secret}\u0000`),
    };
    const bases = [0, 1, 2].map((before) => ({
      name: `base64 after ${before}`,
      content: Buffer.from(`${'.'.repeat(before)}${secret} and more`).toString('base64'),
    }));
    const places = [
      ...Object.entries(guises).map(([name, content]) => ({ name, content })),
      ...bases,
    ];

    const leaks = findLeaks({ key: secret }, places);

    assert.deepEqual(
      leaks.map(({ place }) => place),
      places.map(({ name }) => name),
    );
  });

  it('finds nothing where there is nothing, and never repeats the secret in what it says', () => {
    assert.deepEqual(findLeaks({ key: secret }, [{ name: 'log', content: 'sk_live_…cdef' }]), []);

    const [leak] = findLeaks({ key: secret }, [{ name: 'log', content: secret }]);
    assert.deepEqual(leak, { secret: 'key', place: 'log' });
  });
});
