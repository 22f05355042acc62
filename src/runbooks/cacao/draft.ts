import type { RootContent } from 'mdast';
import { stringify } from 'yaml';

import type { Answer, RunbookStep, StepOwner } from '../../domain/runbook.ts';
import type { RunbookExtension } from './extension.ts';
import { markdownOf } from './words.ts';

/** A step that nobody and nothing carries out but people. */
export type DraftStep = {
  readonly id: string;
  readonly heading: string;
  readonly nodes: readonly RootContent[];
  readonly owner?: StepOwner;
  readonly withinMs?: number;
  /** A decision has them. */
  readonly answers: readonly Answer[];
  readonly next?: string;
  readonly when: RunbookStep['when'];
  /** Where it came from in the playbook. */
  readonly path: readonly string[];
};

/** A runbook made from a playbook, before it is text. */
export type Draft = {
  readonly id: string;
  readonly title: string;
  readonly nodes: readonly RootContent[];
  readonly front?: Omit<RunbookExtension, 'runbook_id'>;
  readonly steps: readonly DraftStep[];
};

/** The draft as text, and the line on which each step begins. */
export function runbookText(draft: Draft): { text: string; lines: readonly number[] } {
  let text = `---\n${stringify(frontOf(draft))}---\n\n`;
  text += markdownOf([heading(1, draft.title), ...draft.nodes]);
  const lines: number[] = [];
  for (const step of draft.steps) {
    text += '\n';
    lines.push(text.split('\n').length);
    text += `${markdownOf([heading(2, step.heading), ...step.nodes])}\n`;
    text += `\`\`\`yaml step\n${stringify(blockOf(step))}\`\`\`\n`;
  }
  return { text, lines };
}

function heading(depth: 1 | 2, text: string): RootContent {
  return { type: 'heading', depth, children: [{ type: 'text', value: text }] };
}

function frontOf({ id, title, front }: Draft): object {
  if (!front) return { id, title };
  const { inputs, tripwire, ...rest } = front;
  const filled = Object.entries(rest).filter(
    ([, value]) => !Array.isArray(value) || value.length > 0,
  );
  return {
    id,
    title,
    ...Object.fromEntries(filled),
    ...(tripwire ? { tripwire } : {}),
    ...(inputs.length === 0
      ? {}
      : {
          inputs: Object.fromEntries(
            inputs.map(({ name, type, ask, choices }) => [
              name,
              { type, ask, ...(choices.length === 0 ? {} : { choices }) },
            ]),
          ),
        }),
  };
}

function blockOf({ id, answers, owner, withinMs, next, when }: DraftStep): object {
  return {
    id,
    kind: answers.length > 0 ? 'decide' : 'manual',
    ...(owner === undefined ? {} : { owner }),
    ...(withinMs === undefined ? {} : { within: duration(withinMs) }),
    ...(answers.length === 0
      ? {}
      : { answers: Object.fromEntries(answers.map(({ name, to }) => [name, to])) }),
    ...(next === undefined ? {} : { next }),
    ...(Object.keys(when).length === 0 ? {} : { when }),
  };
}

/** The shortest way to write it; rounded up where four digits do not say it exactly. */
function duration(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  const units = [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ] as const;
  const most = 9999;
  const exact = units.find(([, size]) => seconds % size === 0 && seconds / size <= most);
  const [unit, size] =
    exact ?? units.findLast(([, one]) => Math.ceil(seconds / one) <= most) ?? units[0];
  return `${Math.min(most, Math.ceil(seconds / size))}${unit}`;
}
