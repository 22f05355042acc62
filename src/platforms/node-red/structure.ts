import type { Structure } from '../../domain/structure.ts';
import type { StructureLink } from '../structure.ts';
import { structureOf } from '../structure.ts';
import { linkedTo, settingsOf, wiredTo } from './flow-file.ts';
import type { FlowFile, Item, Tab } from './flow-file.ts';

/** What a tab and all that it uses are made of; there is one version of it. */
export function structuresOf(file: FlowFile, tab: Tab): readonly Structure[] {
  const items = file.partsOf(tab).flatMap(({ item }) => (arranging.has(item.type) ? [] : [item]));
  const links = items.flatMap((item) =>
    [...wiredTo(item), ...linkedTo(item)].flatMap((id): readonly StructureLink[] => {
      const to = file.find(id);
      return to ? [[kindOf(item), kindOf(to)]] : [];
    }),
  );
  const steps = items.map((item) => ({
    kind: kindOf(item),
    settings: settingsFor(file, item),
    isNoMark: noMarks.has(item.type),
  }));
  return [structureOf(steps, links)];
}

const arranging = new Set(['group', 'comment']);

/** Entrances, and nodes that the editor sets alike for everybody. */
const noMarks: ReadonlySet<string> = new Set(
  'http in,inject,link in,catch,status,complete,http response,debug,link out,junction,delay,join'.split(
    ',',
  ),
);

/** An import gives every subflow a new id. */
function kindOf({ type }: Item): string {
  return type.startsWith('subflow:') ? 'subflow:' : type;
}

/** Without names, without the address of an entrance, and without ids, which an import makes anew. */
function settingsFor(file: FlowFile, item: Item): Readonly<Record<string, unknown>> {
  const kept = Object.entries(settingsOf(item)).filter(
    ([key]) => !(key === 'name' || key === 'info' || (key === 'url' && item.type === 'http in')),
  );
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutIds(file, value)]));
}

function withoutIds(file: FlowFile, value: unknown): unknown {
  if (typeof value === 'string') return file.find(value) ? '#' : value;
  if (Array.isArray(value)) return value.map((inner: unknown) => withoutIds(file, inner));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withoutIds(file, inner)]),
  );
}
