import type { Condition, StepDeed, StepValue } from './runbook.ts';
import { stepActionOf } from './step-actions.ts';

/** What Firebreak would do in a step that nobody walks yet: an input stands for what it will be. */
export function deedInWords({
  action,
  where,
  credential,
  connection,
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
    ...(connection === undefined || where ? [] : [value ? `on $${connection}` : `$${connection}`]),
  ];
  return parts.length === 0 ? does.replace(/[:,]$/, '') : [does, ...parts].join(' ');
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
