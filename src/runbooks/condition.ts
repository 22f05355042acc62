import type { QueryField } from '../domain/query.ts';
import { queryFields } from '../domain/query.ts';
import type { Condition, InputField, InputType, RunbookInput } from '../domain/runbook.ts';
import { inputFields } from '../domain/runbook.ts';
import { listed } from '../domain/wording.ts';

/** Something wrong inside a block, by the path of the part that is. */
export type Complaint = { readonly path: readonly PropertyKey[]; readonly text: string };

/** What is said of an input's hole: `$credential`. */
const hole = /^\$([a-z][a-z0-9-]*)$/;

/** The name of the input that a value stands for. */
export function holeIn(value: unknown): string | undefined {
  return typeof value === 'string' ? hole.exec(value)?.[1] : undefined;
}

/**
 * Reads `where`: a list of conditions that must all hold, `{ any: […] }`, `{ not: … }`, or a field of
 * the query language with a value or an input.
 */
export function readCondition(
  given: unknown,
  inputs: readonly RunbookInput[],
  path: readonly PropertyKey[],
  complain: (complaint: Complaint) => void,
): Condition {
  const nothing: Condition = { kind: 'any', of: [] };
  if (Array.isArray(given)) {
    if (given.length === 0) complain({ path, text: 'An empty list would find everything.' });
    return {
      kind: 'all',
      of: given.map((part, index) => readCondition(part, inputs, [...path, index], complain)),
    };
  }
  if (typeof given !== 'object' || given === null) {
    complain({ path, text: 'A condition is `{ field: value }`, e.g. `{ active: true }`.' });
    return nothing;
  }
  const [entry, ...others] = Object.entries(given);
  if (entry === undefined || others.length > 0) {
    complain({ path, text: 'A condition has one field; write several as a list.' });
    return nothing;
  }
  const [field, value]: [string, unknown] = entry;
  const inside = [...path, field];
  if (field === 'not') {
    return { kind: 'not', of: readCondition(value, inputs, inside, complain) };
  }
  if (field === 'any') {
    const all = readCondition(value, inputs, inside, complain);
    return all.kind === 'all' ? { kind: 'any', of: all.of } : all;
  }
  const term = readTerm(field, value, inputs);
  if (typeof term !== 'string') return term;
  complain({ path: inside, text: term });
  return nothing;
}

/** The term, or what is wrong with it. */
function readTerm(
  field: string,
  value: unknown,
  inputs: readonly RunbookInput[],
): Condition | string {
  const known = queryFields.find((one) => one === field);
  if (known === undefined && field !== 'workflow') {
    return `“${field}” is no field of a query: there are ${queryFields.join(', ')}.`;
  }
  if (known === 'active' || known === 'archived') {
    return typeof value === 'boolean'
      ? { kind: 'flag', field: known, value }
      : `“${known}” is true or false.`;
  }
  if (known === 'changed' || known === 'ran') return readTime(known, value, inputs);
  const name = holeIn(value);
  if (name !== undefined) return readHole(field, name, inputs);
  if (known === undefined) return '“workflow” takes an input: `{ workflow: $name }`.';
  return readText(known, value);
}

function readText(field: QueryField, value: unknown): Condition | string {
  if (typeof value !== 'string' || value.trim() === '' || value.length > 300) {
    return `“${field}” takes a text or an input: \`{ ${field}: $name }\`.`;
  }
  if (value.includes('$')) {
    return 'An input is a whole value, never a part of a text: `$name` and nothing around it.';
  }
  if (/^\*+$/.test(value.trim())) return `“${field}: ${value}” would find everything.`;
  return { kind: 'text', field, value };
}

function readHole(
  field: string,
  name: string,
  inputs: readonly RunbookInput[],
): Condition | string {
  const input = inputs.find((one) => one.name === name);
  if (!input) return unknownInput(name, inputs);
  if (!isInputField(field)) return `“${field}” takes no input, only a text.`;
  const takes: readonly InputType[] = inputFields[field];
  if (takes.includes(input.type)) return { kind: 'input', field, input: name };
  return `“${field}” takes an input of type ${listed(takes)}; $${name} is a ${input.type}.`;
}

/** `{ changed: { after: $since } }`. */
function readTime(
  field: 'changed' | 'ran',
  value: unknown,
  inputs: readonly RunbookInput[],
): Condition | string {
  const wrong = `“${field}” takes a time: \`{ ${field}: { after: $name } }\`.`;
  if (typeof value !== 'object' || value === null) return wrong;
  const [entry, ...others] = Object.entries(value);
  const [word, given]: [string?, unknown?] = entry ?? [];
  if (others.length > 0 || (word !== 'after' && word !== 'before')) return wrong;
  const name = holeIn(given);
  const input = inputs.find((one) => one.name === name);
  if (name === undefined || !input) return name === undefined ? wrong : unknownInput(name, inputs);
  if (input.type !== 'time') return `$${name} is a ${input.type}, not a time.`;
  return { kind: 'time', field, comparison: word === 'after' ? '>' : '<', input: name };
}

function isInputField(field: string): field is InputField {
  return Object.hasOwn(inputFields, field);
}

/** The complaint about an input that the front matter does not declare. */
export function unknownInput(name: string, inputs: readonly RunbookInput[]): string {
  const names = inputs.map((input) => `$${input.name}`);
  return names.length === 0
    ? `There is no input $${name}: declare it under \`inputs\`.`
    : `There is no input $${name}: there are ${listed(names)}.`;
}
