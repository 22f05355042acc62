import type { DraftPart } from '../../domain/draft-parts.ts';
import { nodeParts, wholePart } from '../draft-parts.ts';
import type { WorkflowNow } from './model.ts';

/** The parts of a draft that its content hash covers. */
export function draftPartsOf({ draft }: WorkflowNow): readonly DraftPart[] {
  return [
    ...nodeParts(draft.steps.map(({ name, ...content }) => ({ name, content }))),
    wholePart(
      'connections',
      draft.steps.map(({ name }) => name),
    ),
    wholePart('settings', draft.errorWorkflow ?? null),
  ];
}
