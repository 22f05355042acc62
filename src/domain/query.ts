/** The fields of the query language. */
export const queryFields = [
  'name',
  'id',
  'ref',
  'credential',
  'host',
  'node',
  'package',
  'owner',
  'tag',
  'project',
  'active',
  'archived',
  'changed',
  'ran',
  'secret',
  'webhook',
  'calls',
  'code',
  'platform',
  'connection',
  'environment',
] as const;
export type QueryField = (typeof queryFields)[number];

export const comparisons = ['<', '<=', '>', '>='] as const;
export type Comparison = (typeof comparisons)[number];

/**
 * A typed condition on workflows. Inputs of runbooks and commands become terms, never text that is
 * pasted into a query, so a credential named `x" OR active:true` selects nothing else.
 */
export type Query =
  | { readonly kind: 'all' }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Query[] }
  | { readonly kind: 'not'; readonly of: Query }
  | QueryTerm;

export type QueryTerm =
  /** `*` matches any characters when `wildcard`; case is ignored. */
  | {
      readonly kind: 'text';
      readonly field: QueryField;
      readonly value: string;
      readonly wildcard: boolean;
    }
  /** A bare word: matches name, reference, id, credential name, host or tag. */
  | { readonly kind: 'word'; readonly value: string; readonly wildcard: boolean }
  | { readonly kind: 'flag'; readonly field: 'active' | 'archived'; readonly value: boolean }
  | {
      readonly kind: 'time';
      readonly field: 'changed' | 'ran';
      readonly comparison: Comparison;
      readonly at: Date;
    }
  /** These very workflows. */
  | {
      readonly kind: 'items';
      readonly items: readonly { readonly connection: string; readonly id: string }[];
      /** Why they are asked for, where nobody named them: our last check found them on. */
      readonly because?: 'found_on';
    };
