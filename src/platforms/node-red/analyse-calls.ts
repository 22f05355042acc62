import type { NodeFact } from '../node-texts.ts';
import { linkedTo, nodeName, subflowOf } from './flow-file.ts';
import type { FlowFile, Item, Tab } from './flow-file.ts';

/** The other tabs that a node starts, through link nodes. */
export function callFacts(file: FlowFile, tab: Tab, item: Item): NodeFact[] {
  if (item.type === 'link call' && item['linkType'] === 'dynamic') {
    return [{ kind: 'calls_unknown', value: nodeName(item), label: 'link chosen at run time' }];
  }
  return calledTabs(file, tab, item).map((called) => ({
    kind: 'calls',
    value: called.id,
    label: called.label,
  }));
}

/** The other tabs that a tab, with all that it uses, starts. */
export function tabsCalledBy(file: FlowFile, tab: Tab): readonly Tab[] {
  const called = file
    .partsOf(tab)
    .filter(({ isDisabled }) => !isDisabled)
    .flatMap(({ item }) => calledTabs(file, tab, item));
  return [...new Map(called.map((other) => [other.id, other])).values()];
}

function calledTabs(file: FlowFile, tab: Tab, item: Item): readonly Tab[] {
  const isCall = item.type === 'link call' && item['linkType'] !== 'dynamic';
  // A link out may also return to whoever called, which starts nothing.
  const isLink = item.type === 'link out' && item['mode'] !== 'return';
  if ((!isCall && !isLink) || subflowOf(item) !== undefined) return [];
  return linkedTo(item).flatMap((link) => {
    const other = file.tabOf(link);
    return other && other.id !== tab.id ? [other] : [];
  });
}
