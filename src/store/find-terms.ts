import { sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';

import type { FactKind } from '../domain/inventory.ts';
import type { QueryField, QueryTerm } from '../domain/query.ts';
import { entryKinds } from '../domain/simulation.ts';
import {
  contains,
  folded,
  likePattern,
  literalPattern,
  matches,
  textMatches,
  type TextMatch,
} from './fold.ts';
import { keyRows, refNumber } from './inventory-rows.ts';
import { credentials, facts, workflows } from './tables/inventory.ts';

/** What a connection is called, for terms that are about connections. There are few: kept in memory. */
export type KnownConnection = {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly environment: string;
};

/**
 * One condition in SQL: on a row of `facts`, or on a row of `workflows`. All values are parameters.
 * `says` picks the words in which a hit is explained.
 */
export type Leaf =
  | { readonly on: 'fact'; readonly where: SQL }
  | { readonly on: 'workflow'; readonly where: SQL; readonly says: Says };
export type Says =
  | 'name'
  | 'id'
  | 'ref'
  | 'owner'
  | 'tag'
  | 'project'
  | 'active'
  | 'archived'
  | 'changed'
  | 'ran'
  | 'platform'
  | 'connection'
  | 'environment'
  | 'items'
  | 'found_on';

/** What `code:` takes besides the name of a node. */
const codeWords: Readonly<Record<string, readonly FactKind[]>> = {
  host: ['host_access'],
  api: ['platform_api'],
  env: ['env'],
};

const ofKinds = (kinds: readonly FactKind[]): SQL =>
  kinds.length === 1 ? sql`${facts.kind} = ${kinds[0]}` : sql`${facts.kind} in ${[...kinds]}`;
const fact = (kinds: readonly FactKind[], where?: SQL): Leaf => ({
  on: 'fact',
  where: where === undefined ? ofKinds(kinds) : sql`${ofKinds(kinds)} and ${where}`,
});
const workflow = (says: Says, where: SQL): Leaf => ({ on: 'workflow', says, where });
const either = (...conditions: SQL[]): SQL => sql`(${sql.join(conditions, sql` or `)})`;

/** The conditions of a term. Several mean any of them. */
export function leavesOf(
  term: QueryTerm,
  connections: readonly KnownConnection[],
): readonly Leaf[] {
  switch (term.kind) {
    case 'text':
      return textLeaves(term.field, term, connections);
    case 'word':
      return wordLeaves(term);
    case 'flag':
      return [workflow(term.field, sql`${workflows[term.field]} = ${term.value}`)];
    case 'time': {
      const column = term.field === 'changed' ? workflows.changedAt : workflows.lastRanAt;
      const sign = sql.raw(term.comparison);
      return [workflow(term.field, sql`${column} ${sign} ${term.at.toISOString()}::timestamptz`)];
    }
    case 'items':
      return [
        workflow(
          term.because ?? 'items',
          sql`(${workflows.connection}, ${workflows.id}) in (${keyRows(term.items)})`,
        ),
      ];
  }
}

function textLeaves(
  field: QueryField,
  match: TextMatch,
  connections: readonly KnownConnection[],
): readonly Leaf[] {
  const value = match.value.trim();
  switch (field) {
    case 'name':
      return [workflow('name', matches(workflows.foldedName, match))];
    case 'id':
      return [workflow('id', matchesId(match))];
    case 'ref':
      return [workflow('ref', matchesRef(match))];
    case 'credential':
      return credentialLeaves(match, matches);
    case 'host':
      return [fact(['host'], matchesHost(match))];
    case 'node':
      return [fact(['node'], matches(facts.foldedValue, { ...match, value: shortType(value) }))];
    case 'package':
      return [fact(['package'], matches(facts.foldedValue, match))];
    case 'owner':
      return [workflow('owner', matchesOwner(match))];
    case 'tag':
      return [workflow('tag', matchesTag(match))];
    case 'project':
      return [workflow('project', matches(workflows.foldedProject, match))];
    case 'secret':
      return [fact(['secret'], matches(facts.foldedValue, { value: `${value}*`, wildcard: true }))];
    case 'webhook':
      return [fact(entryKinds, matchesEntry(match))];
    case 'calls':
      return callLeaves(match);
    case 'code':
      return codeLeaves(match);
    case 'active':
    case 'archived': {
      const yes = ['true', 'yes', 'on', '1'].includes(value.toLowerCase());
      return [workflow(field, sql`${workflows[field]} = ${yes}`)];
    }
    // A time as text has lost its zone: it selects nothing rather than something else.
    case 'changed':
    case 'ran':
      return [workflow(field, sql`false`)];
    case 'platform':
      return [onConnections('platform', connections, match, (one) => one.kind)];
    case 'connection':
      return [onConnections('connection', connections, match, (one) => one.name)];
    case 'environment':
      return [onConnections('environment', connections, match, (one) => one.environment)];
  }
}

/** A bare word is looked for in names; a reference, id or tag it must be as a whole. */
function wordLeaves(match: TextMatch): readonly Leaf[] {
  return [
    workflow('name', contains(workflows.foldedName, match)),
    workflow('id', matchesId(match)),
    workflow('ref', matchesRef(match)),
    workflow('tag', matchesTag(match)),
    ...credentialLeaves(match, contains),
    fact(['host'], contains(facts.foldedValue, match)),
  ];
}

/** Ids are what the platform made them: their case counts. */
function matchesId({ value, wildcard }: TextMatch): SQL {
  if (wildcard) return sql`lower(${workflows.id}) like ${likePattern(value)}`;
  return hasId(workflows.connection, workflows.id, value);
}

/** The key's index begins with the connection, so it is asked for each of the few there are. */
function hasId(connection: PgColumn, id: PgColumn, value: string): SQL {
  return sql`(${connection}, ${id}) in (select connections.id, ${value}::text from connections)`;
}

function matchesRef({ value, wildcard }: TextMatch): SQL {
  if (wildcard) return sql`('w' || ${workflows.ref}) like ${likePattern(value)}`;
  const number = refNumber(value, 'w');
  return number === undefined ? sql`false` : sql`${workflows.ref} = ${number}`;
}

/**
 * By the name that the platform lists, by reference or by id. The name inside the workflow may be
 * old, so it counts only where the platform does not list the credential.
 */
function credentialLeaves(match: TextMatch, compare: typeof matches): readonly Leaf[] {
  const number = match.wildcard ? undefined : refNumber(match.value, 'c');
  const named = [
    compare(credentials.foldedName, match),
    ...(number === undefined ? [] : [sql`${credentials.ref} = ${number}`]),
    ...(match.wildcard ? [] : [hasId(credentials.connection, credentials.id, match.value)]),
  ].map(
    (where) =>
      sql`select ${credentials.connection}, ${credentials.id} from credentials where ${where}`,
  );
  const unlisted = sql`select ${credentials.connection}, ${credentials.id} from credentials
    where ${credentials.onlyReferenced} or ${credentials.goneAt} is not null
    union all select connections.id, '' from connections`;
  return [
    fact(
      ['credential'],
      sql`(${facts.connection}, ${facts.foldedValue}) in (${sql.join(named, sql` union all `)})`,
    ),
    fact(
      ['credential'],
      sql`${compare(facts.foldedLabel, match)}
        and (${facts.connection}, ${facts.foldedValue}) in (${unlisted})`,
    ),
  ];
}

/** With and without its port: who asks for a host means all of its ports. */
function matchesHost(match: TextMatch): SQL {
  const hasPort = /:\d+$/.test(match.value) || match.value.endsWith(':*');
  if (hasPort) return matches(facts.foldedValue, match);
  const pattern = match.wildcard ? likePattern(match.value) : literalPattern(match.value);
  const withPort = sql`${facts.foldedValue} like ${`${pattern}:%`}`;
  return either(matches(facts.foldedValue, match), withPort);
}

/** `n8n-nodes-base.httpRequest` is stored as `httprequest`. */
function shortType(value: string): string {
  return value.slice(value.lastIndexOf('.') + 1);
}

/** `Ana A <ana@acme.test>` is also found by the address or the name alone. */
function matchesOwner(match: TextMatch): SQL {
  if (match.wildcard) return matches(workflows.foldedOwner, match);
  const pattern = literalPattern(match.value);
  return either(
    matches(workflows.foldedOwner, match),
    sql`${workflows.foldedOwner} like ${`% <${pattern}>`}`,
    sql`${workflows.foldedOwner} like ${`${pattern} <%>`}`,
  );
}

function matchesTag(match: TextMatch): SQL {
  if (!match.wildcard) {
    return sql`${workflows.foldedTags} @> array[${folded(match.value)}]::text[]`;
  }
  return sql`exists (select from unnest(${workflows.foldedTags}) as tag
    where tag like ${likePattern(match.value)})`;
}

/** By path, with or without what stands before it in the address, or by having no authentication. */
function matchesEntry(match: TextMatch): SQL {
  if (match.value.toLowerCase() === 'unauthenticated') return sql`${facts.auth} = 'none'`;
  const path = match.value
    .replace(/^https?:\/\/[^/]+/i, '')
    .replace(/^\/?(webhook|webhook-test|webhook-waiting|form|form-test|mcp|mcp-test)\/(?=.)/i, '')
    .replace(/^\//, '');
  return either(
    matches(facts.foldedValue, { ...match, value: path }),
    matches(facts.foldedValue, { ...match, value: `/${path}` }),
    matches(facts.foldedValue, match),
  );
}

function callLeaves(match: TextMatch): readonly Leaf[] {
  const number = match.wildcard ? undefined : refNumber(match.value, 'w');
  const named = either(
    matches(workflows.foldedName, match),
    ...(number === undefined ? [] : [sql`${workflows.ref} = ${number}`]),
  );
  const kinds = ['calls', 'error_workflow'] as const;
  return [
    fact(
      kinds,
      sql`(${facts.connection}, ${facts.foldedValue}) in (
        select ${workflows.connection}, ${workflows.id} from workflows where ${named})`,
    ),
    ...(match.wildcard ? [] : [fact(kinds, sql`${facts.foldedValue} = ${match.value}`)]),
  ];
}

/** `code:yes`, `code:host`, `code:api`, `code:env`, or the name of the node. */
function codeLeaves(match: TextMatch): readonly Leaf[] {
  const word = match.value.trim().toLowerCase();
  if (['true', 'yes', 'on', '*', 'any'].includes(word)) return [fact(['code'])];
  const named = fact(['code'], matches(facts.foldedValue, match));
  const kinds = Object.hasOwn(codeWords, word) ? codeWords[word] : undefined;
  return kinds === undefined ? [named] : [fact(kinds), named];
}

function onConnections(
  says: Says,
  connections: readonly KnownConnection[],
  match: TextMatch,
  of: (connection: KnownConnection) => string,
): Leaf {
  const ids = connections.filter((one) => textMatches(of(one), match)).map((one) => one.id);
  return workflow(
    says,
    ids.length === 0 ? sql`false` : sql`${workflows.connection} = any(${sql.param(ids)}::uuid[])`,
  );
}
