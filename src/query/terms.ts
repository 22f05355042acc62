import { environments, platformKinds } from '../domain/connection.ts';
import type { Query, QueryField } from '../domain/query.ts';
import { hostOf } from './hosts.ts';
import type { TypedTerm } from './pieces.ts';
import { badPlace } from './place.ts';
import { readTime, timeExamples, type ReadingTime } from './time.ts';

const yes = ['true', 'yes', 'on', '1'];
const no = ['false', 'no', 'off', '0'];

/**
 * Turns a typed condition into a term of the query.
 *
 * In quotes `*` is taken literally, except for hosts, nodes and packages, which never hold one.
 *
 * @throws UserError `bad_input` when the value does not fit the field
 */
export function readTerm(typed: TypedTerm, text: string, at: ReadingTime): Query {
  const value = typed.value.trim();
  const wildcard = !typed.quoted && value.includes('*');
  const { field } = typed;
  if (value === '') throw badPlace(text, typed.at, 'Here a value is missing.');
  if (field === undefined) return readWord(value, wildcard, typed.quoted);
  switch (field) {
    case 'active':
    case 'archived':
      return { kind: 'flag', field, value: readFlag(field, value, typed, text) };
    case 'changed':
    case 'ran': {
      const time = readTime(field, typed.comparison, value, at);
      if (time !== undefined) return time;
      throw badPlace(text, typed.at, 'I cannot read this as a time.', {
        hint: `e.g. ${timeExamples}`,
      });
    }
    case 'platform':
    case 'environment':
      checkOneOf(field, value, wildcard, typed, text);
      return { kind: 'text', field, value: value.toLowerCase(), wildcard };
    case 'host':
      return {
        kind: 'text',
        field,
        value: hostOf(value, typed, text),
        wildcard: value.includes('*'),
      };
    case 'ref':
      return {
        kind: 'text',
        field,
        value: value.replace(/^(?=\d+$)/, 'w').toLowerCase(),
        wildcard,
      };
    case 'node':
    case 'package':
      return { kind: 'text', field, value, wildcard: value.includes('*') };
    case 'name':
    case 'id':
    case 'credential':
    case 'owner':
    case 'tag':
    case 'project':
    case 'secret':
    case 'webhook':
    case 'calls':
    case 'code':
    case 'connection':
      return { kind: 'text', field, value, wildcard };
  }
}

/** True for a bare `w12`. A workflow has one reference, so several side by side are alternatives. */
export function isWorkflowRef(typed: TypedTerm): boolean {
  return typed.field === undefined && !typed.quoted && /^w\d{1,9}$/i.test(typed.value);
}

function readWord(value: string, wildcard: boolean, quoted: boolean): Query {
  if (value === '*' && !quoted) return { kind: 'all' };
  if (!quoted && /^w\d{1,9}$/i.test(value)) {
    return { kind: 'text', field: 'ref', value: value.toLowerCase(), wildcard: false };
  }
  if (!quoted && /^c\d{1,9}$/i.test(value)) {
    return { kind: 'text', field: 'credential', value: value.toLowerCase(), wildcard: false };
  }
  return { kind: 'word', value, wildcard };
}

function readFlag(field: QueryField, value: string, typed: TypedTerm, text: string): boolean {
  const folded = value.toLowerCase();
  if (yes.includes(folded)) return true;
  if (no.includes(folded)) return false;
  throw badPlace(text, typed.at, `${field}: is true or false.`, { hint: `e.g. ${field}:true` });
}

/** A platform or environment that does not exist would silently find nothing. */
function checkOneOf(
  field: 'platform' | 'environment',
  value: string,
  wildcard: boolean,
  typed: TypedTerm,
  text: string,
): void {
  const known: readonly string[] = field === 'platform' ? platformKinds : environments;
  if (wildcard || known.includes(value.toLowerCase())) return;
  throw badPlace(text, typed.at, `There is no ${field} of this name.`, {
    hint: `known: ${known.join(', ')}`,
    candidates: known.map((name) => `${field}:${name}`),
  });
}
