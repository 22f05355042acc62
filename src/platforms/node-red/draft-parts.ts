import type { DraftPart } from '../../domain/draft-parts.ts';
import { nodeParts, wholePart } from '../draft-parts.ts';
import { doing } from './definition.ts';
import type { FlowFile, Tab } from './flow-file.ts';
import { nodeName } from './flow-file.ts';

/** The parts of a tab that its content hash covers. */
export function draftPartsOf(file: FlowFile, tab: Tab): readonly DraftPart[] {
  // By id, or two nodes of one name would change places with the order of the file.
  const items = file
    .partsOf(tab)
    .map(({ item }) => item)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return [
    ...nodeParts(items.map((item) => ({ name: nodeName(item), content: doing(item) }))),
    wholePart('environment', tab.item['env'] ?? null),
  ];
}
