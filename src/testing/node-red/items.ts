import type { Fact, FactKind } from '../../domain/inventory.ts';
import { analyse } from '../../platforms/node-red/analyse.ts';
import type { Known } from '../../platforms/node-red/analyse.ts';
import { FlowFile } from '../../platforms/node-red/flow-file.ts';
import { testFingerprint } from '../n8n/sample-nodes.ts';

/** The tab that samples lie on. */
export const tabId = 'tab-1';

/** A flow file with one tab, on which these items lie unless they say otherwise. */
export function fileOf(
  items: readonly object[],
  tab: Readonly<Record<string, unknown>> = {},
): FlowFile {
  const placed = items.map((item, index) => ({
    id: `n${index + 1}`,
    z: tabId,
    x: 1,
    y: 1,
    wires: [],
    ...item,
  }));
  const own = { id: tabId, type: 'tab', label: 'Tab', ...tab };
  // As it travels: a key without a value is no key.
  const flows: unknown = JSON.parse(JSON.stringify([own, ...placed]));
  return new FlowFile({ rev: 'r', flows: Array.isArray(flows) ? flows : [] });
}

/** What analysis says about the tab of a file. */
export function factsIn(file: FlowFile, known: Partial<Known> = {}): readonly Fact[] {
  const tab = file.tab(tabId);
  if (!tab) throw new Error('There is no tab.');
  return analyse(file, tab, {
    fingerprint: testFingerprint,
    modules: new Map(),
    holders: new Set(),
    auth: 'none',
    ...known,
  });
}

/** Value and, where there is one, label of the facts of one kind. */
export function valuesOf(kind: FactKind, facts: readonly Fact[]): readonly string[] {
  return facts
    .filter((fact) => fact.kind === kind)
    .map(({ value, label }) => (label === undefined ? value : `${value} (${label})`));
}
