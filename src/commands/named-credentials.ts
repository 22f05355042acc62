import type { SuspectCredential } from '../domain/finality.ts';
import type { Plan } from '../domain/plan.ts';
import type { Query, QueryTerm } from '../domain/query.ts';
import { fitsWildcards } from '../domain/wildcard.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import { folded } from './likely.ts';

type NamingTerm = Extract<QueryTerm, { kind: 'text' | 'word' }>;

/**
 * The credentials that the queries of these plans name: whoever has disabled what uses a credential
 * has said that it is what the incident is about.
 */
export async function credentialsNamedBy(
  context: CommandContext,
  plans: readonly Plan[],
): Promise<readonly SuspectCredential[]> {
  const terms = plans.flatMap((plan) => termsOf(context, plan));
  if (terms.length === 0) return [];
  const all = await context.store.inventory.credentials();
  return all
    .filter((one) => terms.some((term) => names(term, [one.name, one.ref, one.id])))
    .map(({ connection, id, name }) => ({ key: { connection, id }, name }));
}

function termsOf(context: CommandContext, { query, createdAt }: Plan): readonly NamingTerm[] {
  try {
    return credentialTerms(context.parseQuery(query, { now: createdAt, timeZone: 'UTC' }));
  } catch (error) {
    // Firebreak's own words for what a plan is made of are no query.
    if (error instanceof UserError) return [];
    throw error;
  }
}

/** What was asked for, not what was excluded. */
function credentialTerms(query: Query): readonly NamingTerm[] {
  switch (query.kind) {
    case 'and':
    case 'or':
      return query.of.flatMap(credentialTerms);
    case 'text':
      return query.field === 'credential' ? [query] : [];
    case 'word':
      // Part of a name may be anybody's; the whole of it is this one's.
      return query.wildcard ? [] : [query];
    case 'all':
    case 'not':
    case 'flag':
    case 'time':
    case 'items':
      return [];
  }
}

function names({ value, wildcard }: NamingTerm, called: readonly string[]): boolean {
  const asked = folded(value.trim());
  return called.map(folded).some((one) => (wildcard ? fitsWildcards(one, asked) : one === asked));
}
