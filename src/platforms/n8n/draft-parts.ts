import type { DraftPart } from '../../domain/draft-parts.ts';
import { nodeParts, wholePart } from '../draft-parts.ts';
import type { N8nWorkflow } from './answers.ts';

/** The parts of a draft that its content hash covers. */
export function draftPartsOf({ nodes, connections, settings }: N8nWorkflow): readonly DraftPart[] {
  const readable = nodes.map((each) => {
    const { name, position: _position, ...content } = Object(each);
    return { name: typeof name === 'string' ? name : '(no name)', content };
  });
  return [
    ...nodeParts(readable),
    wholePart('connections', connections),
    wholePart('settings', settings),
    wholePart(
      'the places of its nodes',
      nodes.map((each): unknown => Object(each).position),
    ),
  ];
}
