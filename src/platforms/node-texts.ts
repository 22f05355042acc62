import type { Fact } from '../domain/inventory.ts';

/** A fact before it is known whether the draft, the live version or both show it. */
export type NodeFact = Omit<Fact, 'in'>;

/** One string somewhere in a node's parameters. */
export type Text = {
  readonly value: string;
  /** The nearest key above it. */
  readonly key: string;
  /** For `{ name: 'X-API-Key', value: '…' }` pairs: the name, else the key. */
  readonly field: string;
  /** How many keys and positions it lies below the parameters. */
  readonly depth: number;
};

/** Every string below a value, with what it is called. Depth is the sender's choice, hence a stack. */
export function textsIn(value: unknown, key = ''): Text[] {
  const texts: Text[] = [];
  const rest: { value: unknown; key: string; field: string; depth: number }[] = [
    { value, key, field: key, depth: 0 },
  ];
  for (let next = rest.pop(); next; next = rest.pop()) {
    if (typeof next.value === 'string') {
      texts.push({ value: next.value, key: next.key, field: next.field, depth: next.depth });
      continue;
    }
    if (typeof next.value !== 'object' || next.value === null) continue;
    const depth = next.depth + 1;
    if (Array.isArray(next.value)) {
      for (const item of next.value)
        rest.push({ value: item, key: next.key, field: next.field, depth });
      continue;
    }
    const entries = Object.entries(next.value);
    const named = entries.find(([name, held]) => pairNames.has(name) && typeof held === 'string');
    for (const [name, held] of entries) {
      const field = name === 'value' && typeof named?.[1] === 'string' ? named[1] : name;
      rest.push({ value: held, key: name, field, depth });
    }
  }
  return texts;
}

const pairNames = new Set(['name', 'key', 'keyName', 'parameterName']);
