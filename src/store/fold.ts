import { sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';

import { fitsWildcards } from '../domain/wildcard.ts';

/** Longer texts are compared by their beginning: an index entry must stay below 2,704 bytes. */
const comparedLength = 400;

/**
 * A text as it is compared: case ignored, composed the same way, bounded.
 *
 * Done here and not by `lower()`, because what that does to `É` depends on how the cluster was made.
 */
export function folded(text: string): string {
  return storable(text).normalize('NFC').toLowerCase().slice(0, comparedLength).toWellFormed();
}

/** A text that PostgreSQL can hold: it knows no NUL and no half characters. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

/** Rows as one parameter: JSON text in which every string is one that PostgreSQL can hold. */
export function rowsAsJson(rows: readonly object[]): string {
  return JSON.stringify(rows, (_key, value: unknown) =>
    typeof value === 'string' ? storable(value) : value,
  );
}

/** What a column of folded text is compared with. */
export type TextMatch = {
  readonly value: string;
  /** `*` in the value stands for any characters. */
  readonly wildcard: boolean;
};

/** The column holds exactly this text, or what the wildcards allow. */
export function matches(column: PgColumn, { value, wildcard }: TextMatch): SQL {
  if (!wildcard) return sql`${column} = ${folded(value)}`;
  return sql`${column} like ${likePattern(value)}`;
}

/** The column holds this text somewhere; with wildcards, all of it is as they say. */
export function contains(column: PgColumn, match: TextMatch): SQL {
  if (match.wildcard) return matches(column, match);
  return sql`${column} like ${`%${literalPattern(match.value)}%`}`;
}

/** The same comparison outside the database. Linear, whatever the pattern. */
export function textMatches(text: string, { value, wildcard }: TextMatch): boolean {
  return wildcard ? fitsWildcards(folded(text), folded(value)) : folded(text) === folded(value);
}

/** The LIKE pattern that only this text matches. */
export function literalPattern(value: string): string {
  return folded(value).replaceAll(/[\\%_]/g, String.raw`\$&`);
}

/** The LIKE pattern for a text with `*`. */
export function likePattern(value: string): string {
  return literalPattern(value).replaceAll(/\*+/g, '%');
}
