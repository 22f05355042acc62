import type { Connection } from '../domain/connection.ts';
import type { Query, QueryTerm } from '../domain/query.ts';
import { fitsWildcards } from '../domain/wildcard.ts';
import { listed } from '../domain/wording.ts';
import { UserError } from '../errors.ts';
import { nearest } from './nearest.ts';

type TextTerm = Extract<QueryTerm, { kind: 'text' }>;

/** The fields that say where to look, and what a connection is called there. */
const places = {
  connection: ({ name }) => name,
  platform: ({ kind }) => kind,
  environment: ({ environment }) => environment,
} as const satisfies Partial<Record<TextTerm['field'], (connection: Connection) => string>>;

/**
 * Refuses a query that looks where nothing is connected: its answer “none found” would be taken for
 * “not affected”.
 *
 * @throws UserError `bad_input` with the names there are, the nearest first
 */
export function assertConnected(query: Query, connections: readonly Connection[]): void {
  for (const { field, value, wildcard } of placesIn(query)) {
    const known = [...new Set(connections.map(places[field]))];
    if (known.some((name) => isMeant(name, value, wildcard))) continue;
    const near = nearest(value, known);
    throw new UserError('bad_input', `No connection matches “${field}:${value}”.`, {
      hint: `${field === 'connection' ? 'Known' : 'Connected'}: ${listed(known, 20)}.`,
      candidates: near.map((name) => `${field}:${/\s/.test(name) ? `"${name}"` : name}`),
    });
  }
}

type Place = {
  readonly field: keyof typeof places;
  readonly value: string;
  readonly wildcard: boolean;
};

function placesIn(query: Query): readonly Place[] {
  switch (query.kind) {
    case 'and':
    case 'or':
      return query.of.flatMap(placesIn);
    case 'not':
      return placesIn(query.of);
    case 'text':
      return isPlace(query.field) ? [{ ...query, field: query.field }] : [];
    case 'all':
    case 'word':
    case 'flag':
    case 'time':
    case 'items':
      return [];
  }
}

function isPlace(field: string): field is keyof typeof places {
  return Object.hasOwn(places, field);
}

/** The inventory's own comparison: case ignored, `*` for any characters. */
function isMeant(name: string, value: string, wildcard: boolean): boolean {
  const whole = name.toLowerCase();
  const asked = value.trim().toLowerCase();
  return wildcard ? fitsWildcards(whole, asked) : whole === asked;
}
