import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aProblem, aView } from '../testing/replies.ts';
import { buttonsOf } from './button.ts';

describe('the buttons below a reply', () => {
  it('say a whole line, ask for what a line waits for, and leave a shell its lines', () => {
    const next = [
      'contain run P-1',
      'log add …',
      'contain plan <query>',
      'role assign scribe @…',
      'firebreak export INC-1',
      'contain run P-1',
      'cred revoke c3',
    ];
    assert.deepEqual(
      buttonsOf(aView({ next })).map(({ kind, line, tone }) => [kind, line, tone]),
      [
        ['say', 'contain run P-1', 'main'],
        ['ask', 'log add …', 'plain'],
        ['ask', 'contain plan <query>', 'plain'],
        ['ask', 'role assign scribe @…', 'plain'],
        ['shell', 'firebreak export INC-1', 'plain'],
        ['say', 'cred revoke c3', 'danger'],
      ],
    );
  });

  it('say what may have been meant, and a line again with a code', () => {
    const problem = aProblem({
      asks: 'code',
      again: 'contain run P-1',
      picks: [{ label: 'in:INC-7 Stripe key', line: 'status in:INC-7' }],
    });
    assert.deepEqual(
      buttonsOf(problem).map(({ kind, line, label }) => [kind, line, label]),
      [
        ['code', 'contain run P-1', 'Say it with a code'],
        ['say', 'status in:INC-7', 'in:INC-7 Stripe key'],
      ],
    );
  });
});
