import type { Query } from '../domain/query.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import { zoneOf } from './when.ts';

/**
 * Refuses a query that is to do something and holds a letter or digit alone: most likely it is half
 * of a reference, and as free text it is in the names of half the estate.
 *
 * @param verb that the query is for
 * @throws UserError `bad_input`
 */
export function assertNoLoneLetter(context: CommandContext, verb: string, text: string): void {
  const at = { now: context.now(), timeZone: zoneOf(context) };
  const [lone] = loneIn(context.parseQuery(text, at));
  if (lone === undefined) return;
  const joined = text.replaceAll(/\b([wW])\s+(?=\d+\b)/g, '$1');
  throw new UserError('bad_input', `“${lone}” alone is in many names: nothing was done.`, {
    hint: `A reference has its number: \`${verb} w12\`. A name is asked for by \`name:${lone}\`.`,
    candidates: joined === text ? [] : [`${verb} ${joined}`],
  });
}

function loneIn(query: Query): readonly string[] {
  switch (query.kind) {
    case 'and':
    case 'or':
      return query.of.flatMap(loneIn);
    case 'word':
      return /^[\p{L}\p{N}]$/u.test(query.value) ? [query.value] : [];
    case 'all':
    case 'not':
    case 'text':
    case 'flag':
    case 'time':
    case 'items':
      return [];
  }
}
