import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { conditionWords, credentialsIn, inputWords, queryOf, stepText } from './runbook-input.ts';
import type { Condition } from './runbook.ts';

const name = 'x" OR active:true';
const stripe = { type: 'credential', connection: 'prod', id: 'cr', ref: 'c1', name } as const;
const where: Condition = {
  kind: 'all',
  of: [
    { kind: 'input', field: 'credential', input: 'credential' },
    { kind: 'flag', field: 'active', value: true },
  ],
};

describe('an input', () => {
  it('becomes the very workflows that use the credential, whatever it is called', () => {
    const users = new Map([['prod/cr', [{ connection: 'prod', id: 'w' }]]]);
    assert.deepEqual(credentialsIn(where, { credential: stripe }), [
      { connection: 'prod', id: 'cr' },
    ]);
    assert.deepEqual(queryOf(where, { credential: stripe }, users), {
      kind: 'and',
      of: [
        { kind: 'items', items: [{ connection: 'prod', id: 'w' }] },
        { kind: 'flag', field: 'active', value: true },
      ],
    });
    assert.deepEqual(queryOf(where, { credential: stripe }, new Map()), {
      kind: 'and',
      of: [
        { kind: 'items', items: [] },
        { kind: 'flag', field: 'active', value: true },
      ],
    });
    assert.equal(
      conditionWords(where, { credential: stripe }),
      'credential c1 “x" OR active:true”, active',
    );
  });

  it('is a whole text without wildcards, while the runbook itself may use them', () => {
    const host = { type: 'host', value: '*.evil.example' } as const;
    const condition: Condition = {
      kind: 'any',
      of: [
        { kind: 'input', field: 'host', input: 'host' },
        { kind: 'not', of: { kind: 'text', field: 'tag', value: 'pay*' } },
        { kind: 'time', field: 'changed', comparison: '>', input: 'since' },
      ],
    };
    const since = { type: 'time', at: '2026-11-22T03:00:00.000Z' } as const;
    assert.deepEqual(queryOf(condition, { host, since }, new Map()), {
      kind: 'or',
      of: [
        { kind: 'text', field: 'host', value: '*.evil.example', wildcard: false },
        { kind: 'not', of: { kind: 'text', field: 'tag', value: 'pay*', wildcard: true } },
        { kind: 'time', field: 'changed', comparison: '>', at: new Date(since.at) },
      ],
    });
    assert.equal(
      conditionWords(condition, { host, since }),
      '(host *.evil.example or not (tag “pay*”) or changed > 2026-11-22 03:00 UTC)',
    );
  });

  it('never stands in for one of another type, nor for one that was not given', () => {
    const time = { type: 'time', at: '2026-11-22T03:00:00.000Z' } as const;
    assert.throws(() => queryOf(where, { credential: time }, new Map()), /does not fit here/);
    assert.throws(() => queryOf(where, {}, new Map()), /has no input credential/);
    assert.throws(() => stepText({ kind: 'input', input: '__proto__' }, {}), /has no input/);
    assert.equal(inputWords(undefined), '(not given)');
  });
});
