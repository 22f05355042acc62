import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { readConfig } from './config.ts';
import { UserError } from './errors.ts';

describe('the settings', () => {
  it('have a default for everything', () => {
    const config = readConfig({});
    assert.equal(config.httpPort, 7330);
    assert.match(config.dataDir, /\/data$/);
    assert.equal(config.databaseUrl, undefined);
  });

  it('report every problem at once and never a value', () => {
    const hidden = 'mysql://root:hunter2@db';
    assert.throws(
      () => readConfig({ DATABASE_URL: hidden, TIME_ZONE: 'Mars/Base', HTTP_PORT: 'http' }),
      (error: unknown) => {
        assert.ok(error instanceof UserError);
        for (const name of ['DATABASE_URL', 'TIME_ZONE', 'HTTP_PORT']) {
          assert.match(error.message, new RegExp(name));
        }
        assert.doesNotMatch(error.message, /hunter2/);
        return true;
      },
    );
  });

  it('treat an empty value as absent, as compose files write it', () => {
    assert.equal(readConfig({ DATABASE_URL: '', LOG_LEVEL: ' ' }).logLevel, 'info');
  });

  it('keep secrets out of what is printed', () => {
    const config = readConfig({ FIREBREAK_TOKEN: 'tok_1', DATABASE_URL: 'postgres://u:p@h/d' });
    assert.doesNotMatch(JSON.stringify(config), /tok_1|u:p/);
  });
});
