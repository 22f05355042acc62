/** Where something stands in a JSON text, and what is wrong there before it is read. */
export type JsonPlaces = {
  /** Line and column, from 1, of the value at a path; of the nearest one above when there is none. */
  readonly at: (path: readonly PropertyKey[]) => { readonly line: number; readonly column: number };
  readonly trouble: readonly { readonly offset: number; readonly text: string }[];
  readonly atOffset: (offset: number) => { readonly line: number; readonly column: number };
};

const bounds = { depth: 24, values: 20_000 } as const;
/** Keys that mean something to JavaScript itself. */
const forbiddenKeys = ['__proto__', 'constructor', 'prototype'];
const token = /"[^"\\]*(?:\\[^][^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

type Frame = {
  readonly path: string;
  readonly keys?: Set<string>;
  /** Of the object: the key whose value comes next. */
  key?: string;
  index: number;
};

/**
 * Goes through a JSON text without building anything of it, and without recursion: how deep it is, is
 * up to whoever wrote it. Tells keys that are there twice, of which a reader would take the last.
 */
export function placesIn(text: string): JsonPlaces {
  const trouble: { offset: number; text: string }[] = [];
  const places = new Map<string, number>();
  const stack: Frame[] = [];
  for (const { 0: found, index: offset } of text.matchAll(token)) {
    const top = stack.at(-1);
    if (found === '}' || found === ']') stack.pop();
    else if (found === ',' && top) {
      top.index += 1;
      delete top.key;
    } else if (found === ':' || found === ',') continue;
    else if (top?.keys && top.key === undefined) {
      const key = named(found);
      top.key = key;
      if (forbiddenKeys.includes(key)) {
        trouble.push({ offset, text: `No key may be called ${key}: take it out.` });
      }
      if (top.keys.has(key)) {
        trouble.push({ offset, text: 'This key is there twice: leave one of them.' });
      }
      top.keys.add(key);
    } else {
      const path = top ? inside(top.path, top.keys ? (top.key ?? '') : top.index) : '';
      places.set(path, offset);
      if (found === '{') stack.push({ path, keys: new Set(), index: 0 });
      if (found === '[') stack.push({ path, index: 0 });
      if (stack.length > bounds.depth) {
        trouble.push({ offset, text: 'This is nested too deeply.' });
        break;
      }
      if (places.size > bounds.values) {
        trouble.push({ offset, text: `A playbook has at most ${bounds.values} values.` });
        break;
      }
    }
  }
  const atOffset = (offset: number) => {
    const before = text.slice(0, offset);
    const line = before.split('\n').length;
    return { line, column: offset - before.lastIndexOf('\n') };
  };
  return {
    trouble,
    atOffset,
    at: (path) => {
      for (let length = path.length; length >= 0; length -= 1) {
        const key = path.slice(0, length).reduce<string>((above, one) => inside(above, one), '');
        const offset = places.get(key);
        if (offset !== undefined) return atOffset(offset);
      }
      return { line: 1, column: 1 };
    },
  };
}

function inside(path: string, key: PropertyKey): string {
  return `${path}\u0000${String(key)}`;
}

/** A key as it reads; what is no text is refused when the whole is parsed. */
function named(found: string): string {
  try {
    return String(JSON.parse(found));
  } catch {
    return found;
  }
}
