import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { anAction } from '../testing/records.ts';
import { blockLifted } from './block-lifted.ts';
import type { Action } from './plan.ts';

const now = new Date('2026-11-22T03:30:00Z');
const unseen = 'n8n shows no API key what a credential holds or allows.';
const action: Action = {
  ...anAction({ plan: 'plan', connection: 'connection' }),
  lever: 'block',
  state: 'unverifiable',
  reason: unseen,
  ref: 'c3',
  workflowName: 'Stripe',
};
const held = (one: Action) => [
  {
    plan: { id: 'plan', name: 'P-1', incident: 'incident', connections: [] },
    action: one,
    isGone: false,
  },
];
const silent = (doubt: string) => ({
  proofs: [{ method: 'list', finding: 'silent', text: doubt, at: now } as const],
  doubts: [doubt],
});

describe('a look at a blocked credential', () => {
  it('tells of each change by somebody else where the platform shows no more, once', () => {
    assert.equal(blockLifted(held(action), { proofs: [], doubts: [unseen] }, now), undefined);
    const again = 'n8n lists it as changed again at 03:29.';
    const told = blockLifted(held(action), silent(again), now);
    assert.deepEqual(
      told?.events.map(({ kind, text }) => `${kind} ${text}`),
      [`block_doubted P-1: c3 “Stripe” may be used again: ${again} Next: \`cred block c3\`.`],
    );
    const [after] = told?.actions ?? [];
    assert.equal(after?.state, 'unverifiable');
    assert.equal(blockLifted(held(after ?? assert.fail()), silent(again), now), undefined);
    assert.ok(blockLifted(held(after), silent('n8n lists it as changed again at 03:31.'), now));
  });
});
