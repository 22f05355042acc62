import type { Query, QueryTerm } from '../domain/query.ts';
import { fitsWildcards } from '../domain/wildcard.ts';
import { counted, listed } from '../domain/wording.ts';
import type { InventoryStore } from '../store/store.ts';
import { folded, likely } from './likely.ts';
import { tokens, unquoted } from './tokens.ts';

/** So many workflows are looked into for tags, projects and hosts; the most dangerous first. */
const lookedInto = 500;

type TextTerm = Extract<QueryTerm, { kind: 'text' }>;
type NamedField = 'credential' | 'owner' | 'tag' | 'project' | 'host';
type NamedTerm = TextTerm & { readonly field: NamedField };

/** What a query names and nobody knows: why nothing was found, and what may have been meant. */
export type Missing = {
  /** A sentence. */
  readonly text: string;
  /** Whole queries that ask for what there is. */
  readonly queries: readonly string[];
};

/**
 * The credentials, owners, tags, projects and hosts that a query names and that there are not: its
 * “none found” would be taken for “not affected”.
 */
export async function missingNames(
  inventory: InventoryStore,
  query: Query,
  typed: string,
): Promise<readonly Missing[]> {
  const all: Missing[] = [];
  for (const term of namedIn(query)) {
    const missing = await missingOf(inventory, term, typed);
    if (missing !== undefined) all.push(missing);
  }
  return all;
}

async function missingOf(
  inventory: InventoryStore,
  term: NamedTerm,
  typed: string,
): Promise<Missing | undefined> {
  const { field, value, wildcard } = term;
  if (field === 'host') {
    const below = await hostsBelow(inventory, term, typed);
    if (below !== 'none') return below;
  }
  const known = await knownNames(inventory, field);
  const asked = folded(value.trim());
  if (known.some((one) => one.called.some((name) => isMeant(folded(name), asked, wildcard)))) {
    return undefined;
  }
  const near = likely(value.replaceAll('*', ''), distinct(known));
  const no = wildcard ? `No ${field} is like “${value}”.` : `No ${field} is called “${value}”.`;
  const names = near.map(({ shown }) => `“${shown}”`);
  const there = names.length === 1 ? `There is ${names[0]}.` : `There are ${listed(names)}.`;
  return {
    text: names.length === 0 ? no : `${no} ${there}`,
    queries: near.flatMap(({ written }) => asking(typed, term, written)),
  };
}

/** Undefined when the host is there; else what is below it, or that nothing is. */
async function hostsBelow(
  inventory: InventoryStore,
  { value, wildcard }: NamedTerm,
  typed: string,
): Promise<Missing | 'none' | undefined> {
  const asked = { kind: 'text', field: 'host', value, wildcard } as const;
  if ((await inventory.find(asked, { limit: 1 })).total > 0) return undefined;
  if (wildcard || !/^[\w-]+(?:\.[\w-]+)+$/.test(value)) return 'none';
  const below = `*.${value}`;
  const { total } = await inventory.find({ ...asked, value: below, wildcard: true }, { limit: 1 });
  if (total === 0) return 'none';
  return {
    text: `No workflow calls the host ${value} itself, but ${counted(total, 'workflow')} ${total === 1 ? 'calls' : 'call'} hosts below it: \`host:${below}\`.`,
    queries: asking(typed, { field: 'host', value }, below),
  };
}

/** A thing by all that it may be called, and how a query asks for it. */
type Known = {
  readonly shown: string;
  readonly called: readonly string[];
  /** Undefined for a name that a line cannot hold. */
  readonly written: string | undefined;
};

async function knownNames(inventory: InventoryStore, field: NamedField): Promise<readonly Known[]> {
  switch (field) {
    case 'credential':
      return (await inventory.credentials()).map(({ name, ref, id }) => ({
        shown: name,
        called: [name, ref, id],
        written: writtenAs(name) ?? ref,
      }));
    case 'owner':
      return (await inventory.holdings()).map(({ owner }) => ownerCalled(owner));
    case 'tag':
      return (await someWith(inventory, field)).flatMap(({ tags }) => tags.map(plainly));
    case 'project':
      return (await someWith(inventory, field)).flatMap(({ project }) =>
        project === undefined ? [] : [plainly(project)],
      );
    case 'host': {
      const facts = await inventory.factsOf(await someWith(inventory, field));
      const hosts = [...facts.values()].flat().filter(({ kind }) => kind === 'host');
      return [...new Set(hosts.map(({ value }) => value))].map(plainly);
    }
  }
}

async function someWith(inventory: InventoryStore, field: NamedField) {
  const any = { kind: 'text', field, value: '*', wildcard: true } as const;
  const { hits } = await inventory.find(any, { limit: lookedInto });
  return hits.map(({ workflow }) => workflow);
}

function plainly(name: string): Known {
  return { shown: name, called: [name], written: writtenAs(name) };
}

/** `Ana A <ana@acme.test>` is found by the address or the name alone. */
function ownerCalled(owner: string): Known {
  const [, name = '', address = ''] = /^(.*) <([^<>]+)>$/s.exec(owner) ?? [];
  const parts = [name, address].filter((part) => part !== '');
  return {
    shown: owner,
    called: [owner, ...parts],
    written: writtenAs(address === '' ? owner : address),
  };
}

/** What is shown alike is one candidate. */
function distinct(known: readonly Known[]): readonly Known[] {
  return [...new Map(known.map((one) => [one.shown, one])).values()];
}

/** A name as a line holds it; what could end the quotes or hide in them has none. */
function writtenAs(name: string): string | undefined {
  if (/^[\w.@-]+$/.test(name)) return name;
  return /^[\p{L}\p{N} ._@+,:/()-]+$/u.test(name) ? `"${name}"` : undefined;
}

/** The query as typed, with another value in this condition. */
function asking(
  typed: string,
  { field, value }: Pick<NamedTerm, 'field' | 'value'>,
  written: string | undefined,
): readonly string[] {
  if (written === undefined) return [];
  for (const { raw, from, to } of tokens(typed)) {
    const [, before = '', given = '', after = ''] = /^([(]*[a-z]+:)(.+?)(\)*)$/is.exec(raw) ?? [];
    if (!folded(before).endsWith(`${field}:`) || unquoted(given) !== value) continue;
    return [`${typed.slice(0, from)}${before}${written}${after}${typed.slice(to)}`.trim()];
  }
  return [];
}

function isMeant(name: string, asked: string, wildcard: boolean): boolean {
  return wildcard ? fitsWildcards(name, asked) : name === asked;
}

/** What was asked for, not what was excluded. */
function namedIn(query: Query): readonly NamedTerm[] {
  switch (query.kind) {
    case 'and':
    case 'or':
      return query.of.flatMap(namedIn);
    case 'text':
      return isNamed(query) ? [query] : [];
    case 'all':
    case 'not':
    case 'word':
    case 'flag':
    case 'time':
    case 'items':
      return [];
  }
}

function isNamed(term: TextTerm): term is NamedTerm {
  return ['credential', 'owner', 'tag', 'project', 'host'].includes(term.field);
}
