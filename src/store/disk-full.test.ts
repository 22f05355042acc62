import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { unlessDiskFull } from './disk-full.ts';

describe('a full disk', () => {
  it('is named, whether Node or the embedded database ran into it', () => {
    const node = Object.assign(new Error('ENOSPC: write'), { code: 'ENOSPC' });
    for (const error of [node, { name: 'ErrnoError', errno: 51 }]) {
      assert.throws(
        () => {
          throw unlessDiskFull(error, '/d');
        },
        { name: 'UserError', code: 'not_ready', message: 'The disk of /d is full.' },
      );
    }
  });

  it('is no other failure, which stays an error with what is known of it', () => {
    const other = new Error('out of memory');
    assert.equal(unlessDiskFull(other, '/d'), other);
    assert.equal(
      unlessDiskFull({ name: 'ErrnoError', errno: 2 }, '/d').message,
      'The embedded database failed with file error 2.',
    );
  });
});
