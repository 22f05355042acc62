import assert from 'node:assert/strict';
import { it } from 'node:test';

import { Secret } from './domain/secret.ts';
import { PlatformError, UserError } from './errors.ts';
import type { LogLevel } from './log.ts';
import { makeLog } from './log.ts';

function aLog(level: LogLevel = 'info') {
  const lines: string[] = [];
  const log = makeLog({
    level,
    write: (line) => lines.push(line),
    now: () => new Date('2026-11-22T08:17:44.123Z'),
  });
  return { log, lines, last: (): unknown => JSON.parse(lines.at(-1) ?? 'null') };
}

it('writes one JSON object a line, by the given clock', () => {
  const { log, lines, last } = aLog();
  log.info('Synced.', { connection: 'prod', count: 812 });

  assert.ok(lines[0]?.endsWith('}\n'));
  assert.deepEqual(last(), {
    level: 'info',
    time: '2026-11-22T08:17:44.123Z',
    connection: 'prod',
    count: 812,
    message: 'Synced.',
  });
});

it('writes nothing below its level', () => {
  const { log, lines } = aLog('warn');
  log.debug('a');
  log.info('b');
  log.warn('c');
  assert.equal(lines.length, 1);
});

it('drops fields that are not on the list, and values that are no facts', () => {
  const { log, last } = aLog();
  const fields: object = { body: 'hunter22', person: { name: 'Ana' }, command: 'scope find' };
  log.info('Done.', fields);

  assert.deepEqual(last(), {
    level: 'info',
    time: '2026-11-22T08:17:44.123Z',
    command: 'scope find',
    message: 'Done.',
  });
});

it('tells code, message, platform and reference of a failure, and no stack of ours', () => {
  const { log, last } = aLog();
  log.failure(new PlatformError('n8n', 'timed_out', 'n8n did not answer in time.'), {
    reference: '4f2a',
  });

  assert.deepEqual(last(), {
    level: 'error',
    time: '2026-11-22T08:17:44.123Z',
    reference: '4f2a',
    error: {
      name: 'PlatformError',
      code: 'timed_out',
      platform: 'n8n',
      message: 'n8n did not answer in time.',
    },
    message: 'failed',
  });
});

it('tells where a bug is, and of its causes only name and code', () => {
  const { log, lines, last } = aLog();
  const cause = Object.assign(new Error('body: {"card":"4111"}'), { code: 'ECONNRESET' });
  log.failure(new Error('It broke.\nparams: hunter, 4111', { cause }), {});

  const line = lines.join('');
  assert.doesNotMatch(line, /4111|hunter/);
  assert.match(line, /"causes":\["Error ECONNRESET"\]/);
  assert.match(line, /"message":"It broke\."/);
  assert.match(line, /"at":\["at .*log\.test\.ts/);
  assert.ok(last());
});

it('survives whatever is thrown', () => {
  const { log, lines } = aLog();
  const looped = new Error('a');
  looped.cause = looped;
  for (const thrown of [
    undefined,
    null,
    'hunter22',
    7,
    {},
    looped,
    new UserError('conflict', 'x'),
  ]) {
    log.failure(thrown, {});
  }
  assert.equal(lines.length, 7);
  assert.doesNotMatch(lines.join(''), /hunter22/);
});

it('takes out secrets it was told while running, in messages, fields, errors and stacks', () => {
  const { log, lines } = aLog('debug');
  const secret = 'p/ss "word" 1';
  log.keepSecret(new Secret(secret));
  const encoded = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')];
  for (const text of encoded) {
    log.debug(text, { person: text });
    log.warn(text, new Error(text));
    log.failure(new Error('x', { cause: Object.assign(new Error(text), { code: text }) }), {
      command: text,
    });
    assert.equal(log.redact(text).includes('‹redacted'), true);
  }
  const all = lines.join('');
  for (const text of [...encoded, JSON.stringify(secret).slice(1, -1)]) {
    assert.ok(!all.includes(text));
  }
  for (const line of lines) assert.ok(JSON.parse(line));
});

it('leaves a fingerprint once it has a key for one', () => {
  const { log } = aLog();
  log.keepSecret(new Secret('hunter22'));
  assert.equal(log.redact('hunter22'), '‹redacted›');
  log.fingerprintWith(() => '3b7c9f86');
  assert.equal(log.redact('hunter22'), '‹redacted 3b7c›');
});

it('takes out secrets that nobody told it of, by their shape', () => {
  const { log, lines } = aLog();
  log.warn('Refused: Authorization: Bearer abc123def456');
  log.info('Cut.', { command: '-----BEGIN PRIVATE KEY-----\nMC4CAQ' });
  assert.doesNotMatch(lines.join(''), /abc123|MC4CAQ/);
  for (const line of lines) assert.ok(JSON.parse(line));
});

it('holds a line back when a secret is spread over its fields', () => {
  const { log, lines } = aLog();
  log.keepSecret(new Secret('a","messa'));
  log.info('b', { command: 'a' });
  assert.deepEqual(lines, [
    '{"level":"error","message":"A line was held back because a secret was spread over it."}\n',
  ]);
});
