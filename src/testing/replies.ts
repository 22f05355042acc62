import type { Problem, View } from '../domain/reply.ts';
import { charactersOf } from '../domain/spans.ts';

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

/** Title and blocks of a view as one text to search in, as they read. */
export function shown({ title, blocks }: Pick<View, 'title' | 'blocks'>): string {
  const read = blocks.map((block) =>
    block.kind === 'text' || block.kind === 'warning'
      ? { ...block, text: charactersOf(block.text) }
      : block,
  );
  return JSON.stringify([title, read]);
}
