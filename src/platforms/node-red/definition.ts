import { hashOf } from '../hash.ts';
import type { FlowFile, Item, Tab } from './flow-file.ts';

export type DefinitionHashes = {
  /** What the tab does, and whether it is on. */
  readonly whole: string;
  /** What it does alone. */
  readonly content: string;
};

/**
 * SHA-256 over the RFC 8785 form of a tab with all that it uses.
 *
 * Names and places on the canvas are left out: they change what a tab looks like, not what it does.
 * The order of items in the file is as the last editor happened to leave it.
 */
export function hashesOf(file: FlowFile, tab: Tab): DefinitionHashes {
  const parts = file
    .partsOf(tab)
    .map(({ item }) => doing(item))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const { env } = tab.item;
  const content = hashOf({ parts, env: env ?? null });
  return { content, whole: hashOf({ content, disabled: tab.isDisabled }) };
}

const looks = new Set(['name', 'info', 'x', 'y', 'w', 'h', 'g']);
/** Of a group only its variables matter to what runs. */
const ofGroup = new Set(['id', 'type', 'z', 'env']);

/** An item without what only shows: its name, its place, its notes. */
export function doing(item: Item): { readonly id: string } {
  const kept = Object.entries(item).filter(([key]) =>
    item.type === 'group' ? ofGroup.has(key) : !looks.has(key),
  );
  return { ...Object.fromEntries(kept), id: item.id };
}
