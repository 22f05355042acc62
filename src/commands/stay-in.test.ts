import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { View } from '../domain/reply.ts';
import { registry } from './registry.ts';
import { stayIn } from './stay-in.ts';

function answer(next: readonly string[], follow: string): View {
  return {
    kind: 'view',
    title: 'Status of INC-7',
    blocks: [],
    next,
    audience: 'person',
    outcome: 'open',
    follow,
    data: {},
  };
}

describe('what is offered below an answer about another incident', () => {
  const view = answer(
    ['scope show', 'contain status P-3', 'timeline in:INC-2', 'log add …', 'no such line'],
    'status',
  );

  it('is about that incident, unless it names one itself or needs none', () => {
    assert.deepEqual(stayIn(registry, { in: 'INC-7' }, view), {
      ...view,
      next: [
        'scope show in:INC-7',
        'contain status P-3',
        'timeline in:INC-2',
        'log add … in:INC-7',
        'no such line',
      ],
      follow: 'status in:INC-7',
    });
  });

  it('is about the incident that `status` was asked about', () => {
    const told = answer(['log show'], 'status INC-7');
    assert.deepEqual(stayIn(registry, { incident: 'INC-7' }, told), {
      ...told,
      next: ['log show in:INC-7'],
    });
  });

  it('is left as it is when no incident was named', () => {
    assert.equal(stayIn(registry, { query: 'in' }, view), view);
  });
});
