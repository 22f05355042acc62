import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Query } from '../domain/query.ts';
import { UserError } from '../errors.ts';
import { parseQuery } from './parse.ts';

const at = { now: new Date('2026-11-22T10:00:00Z'), timeZone: 'Europe/Berlin' };
const parse = (text: string): Query => parseQuery(text, at);
const refusal = (text: string): UserError => {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  return assert.fail(`was read: ${text}`);
};

const text = (field: string, value: string, wildcard = false) => ({
  kind: 'text',
  field,
  value,
  wildcard,
});
const word = (value: string, wildcard = false) => ({ kind: 'word', value, wildcard });
const time = (field: string, comparison: string, iso: string) => ({
  kind: 'time',
  field,
  comparison,
  at: new Date(iso),
});

describe('reading a query', () => {
  it('reads the example of the manual', () => {
    assert.deepEqual(
      parse(
        'credential:"Stripe live" host:*.evil.example node:code package:n8n-nodes-* owner:ana@acme.test tag:payments active:true changed:>2026-11-20 ran:<1h secret:3b7c webhook:unauthenticated platform:n8n connection:prod environment:production',
      ),
      {
        kind: 'and',
        of: [
          text('credential', 'Stripe live'),
          text('host', '*.evil.example', true),
          text('node', 'code'),
          text('package', 'n8n-nodes-*', true),
          text('owner', 'ana@acme.test'),
          text('tag', 'payments'),
          { kind: 'flag', field: 'active', value: true },
          time('changed', '>=', '2026-11-19T23:00:00Z'),
          time('ran', '>', '2026-11-22T09:00:00Z'),
          text('secret', '3b7c'),
          text('webhook', 'unauthenticated'),
          text('platform', 'n8n'),
          text('connection', 'prod'),
          text('environment', 'production'),
        ],
      },
    );
  });

  it('lets AND bind tighter than OR, whether written or not', () => {
    const expected = {
      kind: 'or',
      of: [word('a'), { kind: 'and', of: [word('b'), word('c')] }, word('d')],
    };
    for (const typed of ['a OR b c OR d', 'a or b and c or d', 'a || b && c || d']) {
      assert.deepEqual(parse(typed), expected);
    }
  });

  it('groups by brackets and negates by -, !, – and NOT', () => {
    const negated = { kind: 'not', of: { kind: 'or', of: [word('a'), word('b')] } };
    for (const typed of ['NOT (a OR b)', '-(a or b)', '!(a || b)', '–(a OR b)']) {
      assert.deepEqual(parse(typed), negated);
    }
    assert.deepEqual(parse('(a)(b)'), { kind: 'and', of: [word('a'), word('b')] });
    assert.deepEqual(parse('NOT NOT a'), word('a'));
  });

  it('takes references side by side for alternatives, because a workflow has only one', () => {
    const either = { kind: 'or', of: [text('ref', 'w1'), text('ref', 'w12')] };
    for (const typed of ['w1 w12', 'W1, w12', 'w1,w12', 'w1 OR w12']) {
      assert.deepEqual(parse(typed), either);
    }
    assert.deepEqual(parse('w1 w12 active:true'), {
      kind: 'and',
      of: [either, { kind: 'flag', field: 'active', value: true }],
    });
    assert.deepEqual(parse('NOT w1 w12'), {
      kind: 'and',
      of: [{ kind: 'not', of: text('ref', 'w1') }, text('ref', 'w12')],
    });
    assert.deepEqual(parse('c3'), text('credential', 'c3'));
    assert.deepEqual(parse('"w12"'), word('w12'));
    assert.deepEqual(parse('ref:12'), text('ref', 'w12'));
  });

  it('keeps quoted text as it is, so that a hostile name selects nothing else', () => {
    assert.deepEqual(parse('name:"x\\" OR active:true"'), text('name', 'x" OR active:true'));
    assert.deepEqual(
      parse("name:'; drop table workflows'"),
      text('name', '; drop table workflows'),
    );
    assert.deepEqual(parse('name:"100%_done*"'), text('name', '100%_done*'));
    assert.deepEqual(parse('name:100%_done'), text('name', '100%_done'));
    assert.deepEqual(parse('name:🔥*'), text('name', '🔥*', true));
    assert.deepEqual(parse(String.raw`name:a\ (b\)`), text('name', 'a (b)'));
    assert.deepEqual(parse(String.raw`name:"C:\dir"`), text('name', String.raw`C:\dir`));
    assert.deepEqual(parse('id:12345678901234567890'), text('id', '12345678901234567890'));
    assert.deepEqual(parse('name:007'), text('name', '007'));
    assert.deepEqual(parse('webhook:/a x host:b/'), {
      kind: 'and',
      of: [text('webhook', '/a'), word('x'), text('host', 'b')],
    });
  });

  it('forgives phones: curly quotes, a space after the colon, capital letters', () => {
    const both = { kind: 'and', of: [text('credential', 'Stripe live'), word("don't")] };
    for (const typed of ["credential:“Stripe live” don't", 'Cred: "Stripe live" don\'t']) {
      assert.deepEqual(parse(typed), both);
    }
    assert.deepEqual(parse('changed>=2026-11-20'), parse('changed:≥2026-11-20'));
    assert.deepEqual(parse('*'), { kind: 'all' });
  });

  it('knows other words for fields', () => {
    assert.deepEqual(parse('cred:x'), text('credential', 'x'));
    assert.deepEqual(parse('workflow:x'), text('name', 'x'));
    assert.deepEqual(parse('conn:x'), text('connection', 'x'));
    assert.deepEqual(parse('env:drill'), text('environment', 'drill'));
    assert.deepEqual(parse('hosts:x'), text('host', 'x'));
    for (const value of ['yes', 'on', 'TRUE']) {
      assert.deepEqual(parse(`enabled:${value}`), { kind: 'flag', field: 'active', value: true });
    }
    assert.deepEqual(parse('archived:no'), { kind: 'flag', field: 'archived', value: false });
  });
});

describe('reading hosts', () => {
  it('takes the host out of whatever was pasted', () => {
    const cases = {
      'host:api.stripe.com/v1': 'api.stripe.com',
      'host:https://user:pw@API.stripe.com:8443/v1?x=1#y': 'api.stripe.com:8443',
      'https://evil.example/x': 'evil.example',
      'host:hxxps://evil[.]example[.]/x': 'evil.example',
      'evil.example:8080': 'evil.example:8080',
      'host:evil.example.': 'evil.example',
      'host://evil.example/x': 'evil.example',
      'host:bücher.example:81': 'xn--bcher-kva.example:81',
      'host:[::1]:80': '[::1]:80',
    };
    for (const [typed, host] of Object.entries(cases)) {
      assert.deepEqual(parse(typed), text('host', host), typed);
    }
    assert.deepEqual(parse('host:"*.Evil.example"'), text('host', '*.evil.example', true));
  });

  it('refuses what holds no host', () => {
    for (const typed of ['host:/v1', 'host:"a b"', 'host:https://']) {
      assert.match(refusal(typed).message, /no host/);
    }
  });
});

describe('reading times', () => {
  it('counts spans by age', () => {
    assert.deepEqual(parse('changed:<2d'), time('changed', '>', '2026-11-20T10:00:00Z'));
    assert.deepEqual(parse('ran:>30d'), time('ran', '<', '2026-10-23T10:00:00Z'));
    assert.deepEqual(parse('ran:<=90min'), time('ran', '>=', '2026-11-22T08:30:00Z'));
    assert.deepEqual(parse('ran:1h'), time('ran', '>=', '2026-11-22T09:00:00Z'));
    assert.deepEqual(parse('ran:<999999w'), time('ran', '>', '1970-01-01T00:00:00Z'));
  });

  it('reads days in the zone of the person, and includes the day that is named', () => {
    const day = {
      kind: 'and',
      of: [
        time('changed', '>=', '2026-11-20T23:00:00Z'),
        time('changed', '<', '2026-11-21T23:00:00Z'),
      ],
    };
    assert.deepEqual(parse('changed:2026-11-21'), day);
    assert.deepEqual(parse('changed:yesterday'), day);
    assert.deepEqual(parse('changed:<2026-11-21'), time('changed', '<', '2026-11-20T23:00:00Z'));
    assert.deepEqual(parse('changed:<=2026-11-21'), time('changed', '<', '2026-11-21T23:00:00Z'));
    assert.deepEqual(parse('changed:>today'), time('changed', '>=', '2026-11-21T23:00:00Z'));
  });

  it('reads date-times with and without a zone, quoted or not', () => {
    const exact = time('changed', '>', '2026-11-20T13:05:00Z');
    for (const typed of [
      'changed:>"2026-11-20 14:05"',
      'changed:>2026-11-20 14:05',
      'changed:>2026-11-20T14:05',
      'changed:>2026-11-20T13:05Z',
      'changed:>2026-11-20T14:05+01:00',
      'changed:>"2026-11-20 13:05:00 Z"',
    ]) {
      assert.deepEqual(parse(typed), exact, typed);
    }
    assert.deepEqual(parse('ran:>yesterday 9:30'), time('ran', '>', '2026-11-21T08:30:00Z'));
  });

  it('takes a time of day for the latest one that has passed', () => {
    assert.deepEqual(parse('ran:>10:59'), time('ran', '>', '2026-11-22T09:59:00Z'));
    assert.deepEqual(parse('ran:>11:01'), time('ran', '>', '2026-11-21T10:01:00Z'));
  });

  it('shows examples when it cannot read a time', () => {
    for (const typed of ['changed:soon', 'changed:2026-02-31', 'ran:[1 TO 2]', 'ran:25:00']) {
      const error = refusal(typed);
      assert.match(error.message, /cannot read this as a time/);
      assert.match(error.hint ?? '', /ran:<1h/);
    }
  });
});

describe('refusing a query', () => {
  it('names the nearest field when it does not know one', () => {
    const error = refusal('active:true credntial:Stripe');
    assert.match(error.message, /There is no field “credntial”\./);
    assert.deepEqual(error.candidates, ['credential:']);
    assert.match(error.hint ?? '', /did you mean credential:\?/);
    assert.deepEqual(refusal('wrkflow:x').candidates, ['name:']);
    assert.match(refusal('constructor:x').message, /no field/);
    assert.match(refusal('__proto__:x').message, /no field/);
  });

  it('points at the place with a caret', () => {
    const cases: [string, number][] = [
      ['host:a.example "never closed', 15],
      ['(host:a', 0],
      ['a )', 2],
      ['a AND OR b', 6],
      ['a OR', 2],
      ['name:', 5],
      ['name:(a b)', 5],
      ['name:"" x', 5],
      ['active:maybe', 7],
      [`${'x '.repeat(60)})`, 120],
    ];
    for (const [typed, place] of cases) {
      const { message, hint } = refusal(typed);
      const [, shown = '', caret = ''] = message.split('\n');
      const cut = shown.startsWith('…') ? place - 32 - 1 : 0;
      assert.equal(caret, `${' '.repeat(place - cut)}^`, `${typed}\n${message}`);
      assert.ok(hint);
    }
  });

  it('shows examples for an empty query', () => {
    const error = refusal('   ');
    assert.equal(error.code, 'bad_input');
    assert.match(error.hint ?? '', /credential:"Stripe live"/);
  });

  it('does not silently find nothing for a platform or environment that does not exist', () => {
    assert.match(refusal('platform:n9n').hint ?? '', /known: n8n/);
    assert.deepEqual(refusal('environment:prod').candidates, [
      'environment:production',
      'environment:drill',
    ]);
  });

  it('compares only times', () => {
    assert.match(refusal('name:>x').message, /Only changed: and ran:/);
  });

  it('is bounded in length, depth and conditions', () => {
    assert.match(refusal('a'.repeat(2_001)).message, /at most 2000 characters/);
    assert.match(refusal(`${'('.repeat(51)}a${')'.repeat(51)}`).message, /too deep/);
    assert.match(refusal('a '.repeat(101)).message, /at most 100 conditions/);
    const refs = Array.from({ length: 400 }, (_, index) => `w${index}`).join(' ');
    assert.equal(parse(refs).kind, 'or');
  });

  it('reads what liqe alone would need 2^40 steps for', () => {
    const groups = parse('(a) '.repeat(40));
    assert.deepEqual(groups, { kind: 'and', of: Array.from({ length: 40 }, () => word('a')) });
    assert.equal(parse(`${'('.repeat(40)}a${' b)'.repeat(40)}`).kind, 'and');
  });
});
