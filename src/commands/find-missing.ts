import type { Query, QueryField, QueryTerm } from '../domain/query.ts';
import { fitsWildcards } from '../domain/wildcard.ts';
import { counted, listed } from '../domain/wording.ts';
import type { InventoryStore } from '../store/store.ts';
import type { Known } from './known-names.ts';
import { knownNames, writtenAs } from './known-names.ts';
import { folded, likely } from './likely.ts';
import { nearest } from './nearest.ts';
import { tokens, unquoted } from './tokens.ts';

type Naming = Extract<QueryTerm, { kind: 'text' | 'word' }>;

/** What a query names and nothing has: why it was not found, and what may have been meant. */
export type Missing = {
  /** A sentence. */
  readonly text: string;
  /** Whole queries that ask for what there is. */
  readonly queries: readonly string[];
};

/**
 * What a query names and what by itself is nowhere, however much the rest of it finds: its silence
 * would be taken for “not affected”.
 *
 * @param found how many workflows the whole query finds
 */
export async function missingNames(
  inventory: InventoryStore,
  query: Query,
  { typed, found }: { readonly typed: string; readonly found: number },
): Promise<readonly Missing[]> {
  const terms = new Map(
    (found === 0 ? namedIn(query) : alternativesIn(query)).map((one) => [JSON.stringify(one), one]),
  );
  const all: Missing[] = await goneRefs(inventory, [...terms.values()].filter(isRef));
  for (const term of [...terms.values()].filter((one) => !isRef(one))) {
    if ((await inventory.find(term, { limit: 1 })).total > 0) continue;
    const missing = await missingOf(inventory, term, typed);
    if (missing !== undefined) all.push(missing);
  }
  return all;
}

function isRef(term: Naming): boolean {
  return term.kind === 'text' && term.field === 'ref' && !term.wildcard;
}

/** What was asked for, not what was excluded. */
function namedIn(query: Query): readonly Naming[] {
  switch (query.kind) {
    case 'and':
    case 'or':
      return query.of.flatMap(namedIn);
    case 'text':
    case 'word':
      return [query];
    case 'all':
    case 'not':
    case 'flag':
    case 'time':
    case 'items':
      return [];
  }
}

/** Of a query that finds something: what must hold does hold, only an alternative may find nothing. */
function alternativesIn(query: Query): readonly Naming[] {
  if (query.kind === 'and') return query.of.flatMap(alternativesIn);
  return query.kind === 'or' ? namedIn(query) : [];
}

/** Many references stand side by side: they are looked for at once. */
async function goneRefs(inventory: InventoryStore, terms: readonly Naming[]): Promise<Missing[]> {
  if (terms.length === 0) return [];
  const { hits } = await inventory.find({ kind: 'or', of: terms }, { limit: terms.length });
  const there = new Set(hits.map(({ workflow }) => workflow.ref));
  const gone = terms.map(({ value }) => value).filter((ref) => !there.has(ref));
  if (gone.length === 0) return [];
  return [{ text: `The last look did not find ${listed(gone, 10)} any more.`, queries: [] }];
}

async function missingOf(
  inventory: InventoryStore,
  term: Naming,
  typed: string,
): Promise<Missing | undefined> {
  const field = term.kind === 'word' ? 'word' : term.field;
  const { value, wildcard } = term;
  const no = noneWords(field, value, wildcard);
  if (no === undefined) return undefined;
  const below = field === 'host' && !wildcard ? await hostsBelow(inventory, value) : undefined;
  if (below !== undefined) {
    return { text: below.text, queries: asking(typed, 'host', value, below.pattern) };
  }
  const known = distinct(await knownNames(inventory, field));
  const asked = folded(value.trim());
  if (known.some(({ called }) => called.some((name) => isMeant(folded(name), asked, wildcard)))) {
    return { text: unusedWords(field, value) ?? no, queries: [] };
  }
  const near = isReference(value) ? [] : likely(nameIn(field, value), known);
  const names = near.map(({ shown }) => `“${shown}”`);
  const there = names.length === 1 ? `There is ${names[0]}.` : `There are ${listed(names)}.`;
  return {
    text: names.length === 0 ? no : `${no} ${there}`,
    queries: near.flatMap((one) =>
      asking(typed, field, value, field === 'word' ? wordOf(one, asked) : one.written),
    ),
  };
}

/** A sentence; undefined for what names nothing that could be misspelt. */
function noneWords(
  field: QueryField | 'word',
  value: string,
  wildcard: boolean,
): string | undefined {
  const called = wildcard ? `is like “${value}”` : `is called “${value}”`;
  switch (field) {
    case 'word':
      return `No name, credential, host or tag ${wildcard ? 'is like' : 'holds'} “${value}”.`;
    case 'credential':
      return isReference(value)
        ? `No credential has the reference ${value}.`
        : `No credential ${called}.`;
    case 'owner':
    case 'tag':
    case 'project':
    case 'host':
      return `No ${field} ${called}.`;
    case 'name':
      return `No workflow ${called}.`;
    case 'id':
    case 'ref':
      return `No workflow has the ${field === 'id' ? 'id' : 'reference'} “${value}”.`;
    case 'calls':
      return `No workflow calls “${value}”.`;
    case 'node':
      return `No type of node ${called}.`;
    case 'code':
      return `No node that runs code ${called}.`;
    case 'package':
      return `No community package ${called}.`;
    case 'webhook':
      return value.toLowerCase() === 'unauthenticated'
        ? undefined
        : `No webhook, form or chat ${called}.`;
    case 'secret':
      return `No hard-coded secret has a fingerprint that begins with “${value}”.`;
    case 'active':
    case 'archived':
    case 'changed':
    case 'ran':
    case 'platform':
    case 'connection':
    case 'environment':
      return undefined;
  }
}

/** For what is there all the same. */
function unusedWords(field: QueryField | 'word', value: string): string | undefined {
  return field === 'credential' ? `No workflow uses the credential “${value}”.` : undefined;
}

/** Who mistypes a number means another number, and which one nobody can tell. */
function isReference(value: string): boolean {
  return /^[wc]\d+$/i.test(value);
}

/** What of a value is to be like a name: without what people paste around it. */
function nameIn(field: QueryField | 'word', value: string): string {
  const name = value.replaceAll('*', '');
  if (field === 'node') return name.slice(name.lastIndexOf('.') + 1);
  if (field !== 'webhook') return name;
  return name.replace(/^(?:https?:\/\/[^/]+)?\/?(?:(?:webhook|form|mcp)(?:-\w+)?\/)?(?=.)/i, '');
}

/** Of a name the one word that was meant, so that the words beside it go on to be conditions. */
function wordOf({ shown, written }: Known, asked: string): string | undefined {
  const words = asked.includes(' ') ? [] : shown.split(/\s+/);
  const [word] = nearest(asked, words);
  return word === undefined ? written : writtenAs(word);
}

/** That hosts below a domain are called which nobody calls itself; undefined when there are none. */
export async function hostsBelow(
  inventory: InventoryStore,
  host: string,
): Promise<{ readonly text: string; readonly pattern: string } | undefined> {
  if (!/^[\w-]+(?:\.[\w-]+)+$/.test(host)) return undefined;
  const pattern = `*.${host}`;
  const below = { kind: 'text', field: 'host', value: pattern, wildcard: true } as const;
  const { total } = await inventory.find(below, { limit: 1 });
  if (total === 0) return undefined;
  return {
    text: `No workflow calls the host ${host} itself, but ${counted(total, 'workflow')} ${total === 1 ? 'calls' : 'call'} hosts below it: \`host:${pattern}\`.`,
    pattern,
  };
}

/** What is shown alike is one candidate. */
function distinct(known: readonly Known[]): readonly Known[] {
  return [...new Map(known.map((one) => [one.shown, one])).values()];
}

/** The query as typed, with another value in this condition. */
function asking(
  typed: string,
  field: QueryField | 'word',
  value: string,
  written: string | undefined,
): readonly string[] {
  if (written === undefined) return [];
  const all = tokens(typed).map(({ raw, from, to }) => {
    const [, before = '', name = '', given = '', after = ''] =
      /^([(]*)([a-z]+:)?(.+?)(\)*)$/is.exec(raw) ?? [];
    const instead = `${before}${name}${written}${after}`;
    return {
      name: folded(name.slice(0, -1)),
      given: folded(unquoted(given)).replaceAll('[.]', '.'),
      query: `${typed.slice(0, from)}${instead}${typed.slice(to)}`.trim(),
    };
  });
  const same = all.filter(({ given }) => given === folded(value));
  const asked =
    same.find(({ name }) => name === (field === 'word' ? '' : field)) ??
    // People have other words for a field: `cred:`, `domain:`.
    same.find(({ name }) => field !== 'word' && name !== '');
  return asked === undefined ? [] : [asked.query];
}

function isMeant(name: string, asked: string, wildcard: boolean): boolean {
  return wildcard ? fitsWildcards(name, asked) : name === asked;
}
