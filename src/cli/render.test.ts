import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { View } from '../domain/reply.ts';
import { inline, strong } from '../domain/spans.ts';
import { render } from './render.ts';

function aView(overrides: Partial<View> = {}): View {
  return {
    kind: 'view',
    title: 'Found 1 workflow',
    blocks: [],
    next: [],
    audience: 'person',
    outcome: 'done',
    data: {},
    ...overrides,
  };
}

describe('a reply on a terminal', () => {
  it('writes spans as they read, what is to be typed between backquotes', () => {
    const text = inline`${strong('Look')} at ${'Charge'} with \`scope show w1\`.`;
    assert.equal(
      render(aView({ blocks: [{ kind: 'warning', text }] }), { columns: 80 }),
      'Found 1 workflow\n! Look at Charge with `scope show w1`.\n',
    );
  });

  it('lines tables up and wraps the last column instead of cutting it', () => {
    const text = render(
      aView({
        blocks: [
          {
            kind: 'table',
            columns: ['ref', 'name', 'why'],
            rows: [
              ['w1', 'Charge', 'uses the credential Stripe live in the node Charge card'],
              ['w12', '支払い', 'calls api.example'],
            ],
          },
        ],
        next: ['contain plan w1'],
      }),
      { columns: 44 },
    );
    assert.equal(
      text,
      [
        'Found 1 workflow',
        '  ref  name    why',
        '  w1   Charge  uses the credential Stripe',
        '               live in the node Charge card',
        '  w12  支払い  calls api.example',
        'Next: contain plan w1',
        '',
      ].join('\n'),
    );
  });

  it('fits into the terminal, whatever it holds, and breaks no word and no line to type', () => {
    const long = 'the quick brown fox jumps over the lazy dog '.repeat(6).trim();
    const url = `https://${'very-'.repeat(20)}long.example/`;
    const reply = aView({
      title: long,
      blocks: [
        { kind: 'text', text: long },
        { kind: 'warning', text: long },
        { kind: 'fields', fields: [['needs', long]] },
        { kind: 'list', items: [long, url] },
        {
          kind: 'table',
          columns: ['#', 'ref', 'why', 'what breaks'],
          rows: [
            ['1', 'w12', long, 'pay'],
            ['2', 'w3', 'uses', long],
          ],
        },
      ],
      next: ['contain status P-1', 'contain run P-1', 'contain cancel P-1', 'log show'],
    });
    for (const columns of [48, 60, 80]) {
      const text = render(reply, { columns });
      const lines = text.split('\n').filter((line) => !line.includes(url));
      assert.deepEqual(
        lines.filter((line) => line.length > columns),
        [],
      );
      assert.ok(text.includes(`• ${url}\n`));
      for (const line of reply.next) assert.ok(lines.some((one) => one.includes(line)));
    }
    const problem = render(
      { kind: 'problem', code: 'bad_input', message: long, hint: long, candidates: [long] },
      { columns: 60 },
    );
    assert.ok(problem.split('\n').every((line) => line.length <= 60));
    assert.match(problem, /^✗ the [^\n]+\n {2}[a-z]/);
    assert.match(problem, /\n {2}→ the [^\n]+\n {4}[a-z]/);
  });

  it('keeps columns in line and within the terminal when words are longer than a column', () => {
    const rows = ['publish-history.json', 'draft.json'].map((name, index) => [
      `E-${index + 1}`,
      '12,345',
      '0123456789ab',
      '2026-11-22 14:05 CET',
      'Firebreak',
      `${name} of Nightly-reconciliation of all orders`,
    ]);
    const columns = ['name', 'bytes', 'sha256', 'collected', 'by', 'what'];
    for (const order of [columns, columns.toReversed()]) {
      const at = (cells: readonly string[]) => (order === columns ? cells : cells.toReversed());
      const block = { kind: 'table', columns: at(columns), rows: rows.map(at) } as const;
      const lines = render(aView({ title: 'T', blocks: [block] }), { columns: 80 }).split('\n');
      assert.deepEqual(
        lines.filter((line) => line.length > 80),
        [],
      );
      for (const cell of ['0123456789ab', '12,345']) {
        const places = lines.map((line) => line.indexOf(cell)).filter((place) => place >= 0);
        assert.deepEqual([places.length, new Set(places).size], [2, 1], lines.join('\n'));
      }
    }
  });

  it('puts long reasons below their row where their column would be a strip', () => {
    const rows = [
      ['w1', 'Charge card', 'verified 30 s ago', 'n8n lists it as off, and no execution started.'],
      ['w12', 'Refund', 'pending', ''],
    ];
    const table = {
      kind: 'table',
      columns: ['ref', 'workflow', 'disabled', 'because'],
      rows,
    } as const;
    assert.equal(
      render(aView({ title: 'P-1', blocks: [table] }), { columns: 52 }),
      [
        'P-1',
        '  ref  workflow     disabled',
        '      because',
        '  w1   Charge card  verified 30 s ago',
        '      n8n lists it as off, and no execution started.',
        '  w12  Refund       pending',
        '',
      ].join('\n'),
    );
    assert.match(
      render(aView({ blocks: [table] }), { columns: 100 }),
      /ago {2}n8n lists it as off/,
    );
  });

  it('shows escape sequences and bidi tricks instead of obeying them', () => {
    const hostile = 'a\u001b]52;c;ZXZpbA==\u0007b\u202Etxt\r\u0085';
    for (const block of [
      { kind: 'text', text: hostile },
      { kind: 'list', items: [hostile] },
      { kind: 'code', text: hostile },
      { kind: 'warning', text: hostile },
      { kind: 'fields', fields: [[hostile, hostile]] },
      { kind: 'table', columns: [hostile], rows: [[hostile]] },
    ] as const) {
      const text = render(aView({ title: hostile, blocks: [block] }), { columns: 80 });
      // oxlint-disable-next-line no-control-regex
      assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      assert.match(text, /\\u001b/);
    }
  });

  it('says what is wrong, what to do, and what may have been meant', () => {
    const text = render(
      {
        kind: 'problem',
        code: 'ambiguous',
        message: 'Two workflows are called “Charge”.',
        hint: 'Use the reference.',
        candidates: ['w1 Charge (prod)', 'w9 Charge (test)'],
      },
      { columns: 80 },
    );
    assert.equal(
      text,
      [
        '✗ Two workflows are called “Charge”.',
        '  → Use the reference.',
        '    • w1 Charge (prod)',
        '    • w9 Charge (test)',
        '',
      ].join('\n'),
    );
  });

  it('keeps the lines of a message that points at a place', () => {
    const text = render(
      { kind: 'problem', code: 'bad_input', message: 'No field “foo”.\nfoo:x\n^', candidates: [] },
      { columns: 80 },
    );
    assert.equal(text, '✗ No field “foo”.\n  foo:x\n  ^\n');
  });
});
