import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { UserError } from '../errors.ts';
import { picksOf } from './picks.ts';
import { registry } from './registry.ts';

function picked(
  line: string,
  name: string | undefined,
  candidates: readonly string[],
  typed?: string,
) {
  const command = registry.find((one) => one.name === name);
  const error = new UserError('ambiguous', 'Which one?', {
    candidates,
    ...(typed === undefined ? {} : { typed }),
  });
  return picksOf(error, { line, command }).map((pick) => pick.line);
}

describe('what may have been meant', () => {
  it('is the line again with the incident, the run or the connection', () => {
    assert.deepEqual(
      picked('role list ', 'role list', ['in:INC-7 Stripe key', 'in:INC-9 in:INC-1']),
      ['role list in:INC-7', 'role list in:INC-9'],
    );
    assert.deepEqual(picked('runbook done yes', 'runbook done', ['run:R-2 Leaked credential']), [
      'runbook done yes run:R-2',
    ]);
  });

  it('is a line of the same command, and a name of a command that was mistyped', () => {
    assert.deepEqual(picked('me signout', 'me signout', ['me signout 3f2a']), ['me signout 3f2a']);
    assert.deepEqual(picked('contian plan w3', undefined, ['contain plan']), ['contain plan']);
  });

  it('is the line with the reference in place of a name that several have', () => {
    const two = ['c3 Stripe live on prod', 'c9 Stripe live on stage'];
    const lines = ['cred where "Stripe live"', 'cred where Stripe live in:INC-1'];
    assert.deepEqual(
      lines.map((line) => picked(line, 'cred where', two, 'Stripe live')),
      [
        ['cred where c3', 'cred where c9'],
        ['cred where c3 in:INC-1', 'cred where c9 in:INC-1'],
      ],
    );
  });

  it('is no line where the name stands twice, in another word, or without a reference', () => {
    const two = ['c3 live on prod', 'close live on prod'];
    const lines = ['cred where live because live', 'cred where alive', 'cred where "live'];
    assert.deepEqual(
      lines.flatMap((line) => picked(line, 'cred where', two, 'live')),
      [],
    );
    assert.deepEqual(picked('cred where live', 'cred where', two, 'live'), ['cred where c3']);
  });

  it('is no line where a foreign name stands, whatever it is called', () => {
    const names = ['close', 'w12 Charge', 'contain run P-9', 'at:14:05', 'x:y', '@bo', 'in:'];
    assert.deepEqual(picked('scope sync prd', 'scope sync', names), []);
  });
});
