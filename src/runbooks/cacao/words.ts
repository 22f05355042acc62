import type { List, RootContent } from 'mdast';
import { toMarkdown } from 'mdast-util-to-markdown';

import type { Condition, Prose, StepDeed, StepValue } from '../../domain/runbook.ts';
import { stepActionOf } from '../../domain/step-actions.ts';

/** What people read of a step, as markdown nodes. */
export function nodesOf(prose: readonly Prose[]): readonly RootContent[] {
  return prose.map((part) => {
    if (part.kind === 'list') return listOf(part.items);
    return part.kind === 'code' ? { type: 'code', value: part.text } : paragraph(part.text);
  });
}

/** A paragraph that says exactly this; what would be markup is escaped. */
export function paragraph(text: string): RootContent {
  return { type: 'paragraph', children: [{ type: 'text', value: text }] };
}

/** Markdown that reads back as these nodes. */
export function markdownOf(nodes: readonly RootContent[]): string {
  return toMarkdown(
    { type: 'root', children: [...nodes] },
    { bullet: '-', fences: true, rule: '-', listItemIndent: 'one' },
  );
}

function listOf(items: readonly string[]): List {
  const numbers = items.map((item) => /^(\d{1,9})\. /.exec(item)?.[1]);
  const start = Number(numbers[0] ?? Number.NaN);
  const ordered = numbers.every((number, index) => Number(number ?? Number.NaN) === start + index);
  return {
    type: 'list',
    ordered,
    ...(ordered ? { start } : {}),
    spread: false,
    children: items.map((item) => ({
      type: 'listItem',
      spread: false,
      children: [
        {
          type: 'paragraph',
          children: [{ type: 'text', value: ordered ? item.replace(/^\d+\. /, '') : item }],
        },
      ],
    })),
  };
}

/** What Firebreak would do in a step, for people who have no Firebreak. */
export function deedInWords({
  action,
  where,
  credential,
  value,
  nodes,
  runbook,
}: StepDeed): string {
  const { does } = stepActionOf(action);
  const parts = [
    ...(where ? [`the workflows with ${conditionInWords(where)}`] : []),
    ...(credential === undefined ? [] : [`$${credential}`]),
    ...(nodes ? [`${inWords(nodes.called)} of $${nodes.workflow}`] : []),
    ...(runbook ? [runbook.id] : []),
    ...(value ? [inWords(value)] : []),
  ];
  return `${[does, ...parts].join(' ')} (in Firebreak: ${action})`;
}

function inWords(value: StepValue): string {
  return value.kind === 'input' ? `$${value.input}` : value.value;
}

function conditionInWords(condition: Condition): string {
  switch (condition.kind) {
    case 'all':
    case 'any': {
      const word = condition.kind === 'all' ? ' and ' : ' or ';
      const parts = condition.of.map(conditionInWords);
      return parts.length > 1 ? `(${parts.join(word)})` : parts.join(word);
    }
    case 'not':
      return `not ${conditionInWords(condition.of)}`;
    case 'flag':
      return `${condition.field} ${condition.value ? 'true' : 'false'}`;
    case 'text':
      return `${condition.field} ${condition.value}`;
    case 'input':
      return `${condition.field} $${condition.input}`;
    case 'time':
      return `${condition.field} ${condition.comparison} $${condition.input}`;
  }
}
