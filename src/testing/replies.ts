import type { Problem, View } from '../domain/reply.ts';

/** A view in which only what matters is told. */
export function aView(overrides: Partial<View> = {}): View {
  return {
    kind: 'view',
    title: 'Done.',
    blocks: [],
    next: [],
    audience: 'person',
    outcome: 'done',
    data: {},
    ...overrides,
  };
}

/** A problem in which only what matters is told. */
export function aProblem(overrides: Partial<Problem> = {}): Problem {
  return {
    kind: 'problem',
    code: 'bad_input',
    message: 'That is no severity.',
    candidates: [],
    ...overrides,
  };
}
