import { z } from 'zod';

import { textsIn } from '../node-texts.ts';

const item = z.looseObject({
  id: z.string().min(1),
  type: z.string(),
  z: z.string().optional().catch(undefined),
  name: z.string().catch(''),
  d: z.boolean().catch(false),
});

/** One item of a flow file: a node, a configuration node, a group, a tab or a subflow. */
export type Item = z.infer<typeof item>;

/** What Node-RED serves as a workflow: everything on one tab. */
export type Tab = {
  readonly id: string;
  readonly label: string;
  readonly isDisabled: boolean;
  readonly item: Item;
};

/** An item that runs when its tab does. */
export type Part = {
  readonly item: Item;
  /** On the tab itself, hence seen by the runtime under its own id; not inside a subflow. */
  readonly isOnTab: boolean;
  /** It, or all that uses it, is switched off in the editor. */
  readonly isDisabled: boolean;
};

/**
 * The whole flow file at one revision.
 *
 * Node-RED has one definition of everything: what is deployed is what runs, and there are no drafts
 * on the server.
 */
export class FlowFile {
  /** Hash of the whole file; a change of credentials alone does not change it. */
  readonly rev: string;
  readonly tabs: readonly Tab[];
  /** Items without id or type, which nobody can read. */
  readonly unreadable: number;
  readonly #raw: readonly unknown[];
  readonly #items: ReadonlyMap<string, Item>;
  readonly #inside: ReadonlyMap<string, readonly Item[]>;
  /** Collected once, because a file never changes. */
  readonly #parts = new Map<string, readonly Part[]>();

  constructor(answer: { readonly rev: string; readonly flows: readonly unknown[] }) {
    this.rev = answer.rev;
    this.#raw = answer.flows;
    const items = answer.flows.flatMap((each) => {
      const parsed = item.safeParse(each);
      return parsed.success ? [parsed.data] : [];
    });
    this.unreadable = answer.flows.length - items.length;
    this.#items = new Map(items.map((each) => [each.id, each]));
    this.#inside = Map.groupBy(items, (each) => each.z ?? '');
    this.tabs = [...this.#items.values()].flatMap((each) =>
      each.type === 'tab' ? [tabOf(each)] : [],
    );
  }

  tab(id: string): Tab | undefined {
    const found = this.#items.get(id);
    return found?.type === 'tab' ? tabOf(found) : undefined;
  }

  find(id: string): Item | undefined {
    return this.#items.get(id);
  }

  /** Every item, of tabs and of none. */
  get items(): Iterable<Item> {
    return this.#items.values();
  }

  /** The tab on which an item lies; undefined for what belongs to several, or to none. */
  tabOf(id: string): Tab | undefined {
    return this.tab(this.#items.get(id)?.z ?? '');
  }

  /**
   * The file with some tabs or nodes switched on or off, otherwise as it came, to the last byte.
   *
   * @param disabled by id, as it is written in the file; null for one that does not say
   */
  with(disabled: ReadonlyMap<string, boolean | null>): readonly unknown[] {
    return this.#raw.map((each) => {
      const { id, type } = Object(each);
      const wanted: boolean | null | undefined = disabled.get(id);
      const field = type === 'tab' ? 'disabled' : 'd';
      return wanted === undefined ? each : withDisabled(Object(each), field, wanted);
    });
  }

  /** What the file says of a node: true, false, or nothing at all. */
  writtenOff(node: string): boolean | null {
    const { d }: { d?: unknown } = Object(this.#raw.find((each) => Object(each).id === node));
    return typeof d === 'boolean' ? d : null;
  }

  /**
   * The file with nothing in these fields of one node's credentials, otherwise as it came. Node-RED
   * keeps what is not named, so each field is named.
   */
  withoutCredentials(node: string, fields: readonly string[]): readonly unknown[] {
    const credentials = Object.fromEntries(fields.map((field) => [field, '']));
    return this.#raw.map((each) =>
      Object(each).id === node ? { ...Object(each), credentials } : each,
    );
  }

  /** Everything that runs when this tab does: its nodes, the subflows they use, what configures both. */
  partsOf(tab: Tab): readonly Part[] {
    const known = this.#parts.get(tab.id) ?? this.#collect(tab);
    this.#parts.set(tab.id, known);
    return known;
  }

  #collect(tab: Tab): readonly Part[] {
    const found = new Map<string, Part>();
    const rest: Part[] = (this.#inside.get(tab.id) ?? []).map((own) => ({
      item: own,
      isOnTab: true,
      isDisabled: own.d,
    }));
    for (let part = rest.shift(); part; part = rest.shift()) {
      const known = found.get(part.item.id);
      // Reached again by something that is on: then it is on as well.
      if (known && (!known.isDisabled || part.isDisabled)) continue;
      found.set(part.item.id, known ? { ...known, isDisabled: false } : part);
      rest.push(...this.#usedBy(part));
    }
    return [...found.values()];
  }

  #usedBy({ item: user, isDisabled }: Part): readonly Part[] {
    const subflow = this.#items.get(subflowOf(user) ?? '');
    const inner =
      subflow?.type === 'subflow' ? [subflow, ...(this.#inside.get(subflow.id) ?? [])] : [];
    const configs = textsIn(settingsOf(user)).flatMap(({ value }) => {
      const other = this.#items.get(value);
      return other && isConfig(other) && other.id !== user.id ? [other] : [];
    });
    return [...inner, ...configs].map((used) => ({
      item: used,
      isOnTab: false,
      isDisabled: isDisabled || used.d,
    }));
  }
}

/** The id of the subflow of which a node is an instance. */
export function subflowOf({ type }: Item): string | undefined {
  return type.startsWith('subflow:') ? type.slice('subflow:'.length) : undefined;
}

/** What a node is called: the name that people gave it, else its type and id. */
export function nodeName({ id, type, name }: Item): string {
  return name.trim() === '' ? `${type} ${id}` : name;
}

/** Where on the canvas it lies, and what it is wired to: everything but what a person filled in. */
const placing = new Set([
  'id',
  'type',
  'z',
  'x',
  'y',
  'w',
  'h',
  'g',
  'd',
  'wires',
  'links',
  'nodes',
]);

/** What a person filled in. */
export function settingsOf(of: Item): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(of).filter(([key]) => !placing.has(key)));
}

/** The nodes that an item sends to, of any of its outputs. */
export function wiredTo(of: Item): readonly string[] {
  return textsIn(of['wires']).map(({ value }) => value);
}

/** The ids in its `links`: other ends of link nodes. */
export function linkedTo(of: Item): readonly string[] {
  return textsIn(of['links']).map(({ value }) => value);
}

// Node-RED 5.0.7, `flows/util.js`: what has no place on the canvas configures others.
function isConfig(of: Item): boolean {
  const isContainer = ['tab', 'subflow', 'group'].includes(of.type);
  return !isContainer && !(Object.hasOwn(of, 'x') && Object.hasOwn(of, 'y'));
}

function tabOf(of: Item): Tab {
  const { id, label } = of;
  return {
    id,
    label: typeof label === 'string' && label !== '' ? label : '(no name)',
    isDisabled: of['disabled'] === true,
    item: of,
  };
}

/** What the file says of a tab: true, false, or nothing at all. */
export function writtenDisabled({ item: of }: Tab): boolean | null {
  const written = of['disabled'];
  return typeof written === 'boolean' ? written : null;
}

function withDisabled(
  of: Record<string, unknown>,
  field: 'disabled' | 'd',
  disabled: boolean | null,
): unknown {
  if (disabled !== null) return { ...of, [field]: disabled };
  return Object.fromEntries(Object.entries(of).filter(([key]) => key !== field));
}
