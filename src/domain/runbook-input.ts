import type { ItemKey } from './inventory.ts';
import { keyText } from './inventory.ts';
import type { Query } from './query.ts';
import type { Condition, StepValue } from './runbook.ts';

/** The value of an input: which very thing is meant, not what it is called. */
export type InputValue =
  | {
      readonly type: 'credential' | 'workflow';
      readonly connection: string;
      readonly id: string;
      readonly ref: string;
      readonly name: string;
    }
  | { readonly type: 'connection' | 'person'; readonly id: string; readonly name: string }
  | { readonly type: 'host' | 'text' | 'choice'; readonly value: string }
  /** ISO 8601. */
  | { readonly type: 'time'; readonly at: string };

/** Values by the name of the input. */
export type InputValues = Readonly<Record<string, InputValue>>;

/** Who uses a credential now, by its `keyText`. */
export type CredentialUsers = ReadonlyMap<string, readonly ItemKey[]>;

/**
 * Fills the holes of a condition with terms.
 *
 * A credential becomes the very workflows that use it, a workflow itself; a host, text or choice
 * becomes a whole text without wildcards. No input is ever read as a query.
 */
export function queryOf(condition: Condition, values: InputValues, users: CredentialUsers): Query {
  switch (condition.kind) {
    case 'all':
      return { kind: 'and', of: condition.of.map((part) => queryOf(part, values, users)) };
    case 'any':
      return { kind: 'or', of: condition.of.map((part) => queryOf(part, values, users)) };
    case 'not':
      return { kind: 'not', of: queryOf(condition.of, values, users) };
    case 'flag':
      return condition;
    case 'text': {
      const { field, value } = condition;
      return { kind: 'text', field, value, wildcard: value.includes('*') };
    }
    case 'time': {
      const { field, comparison } = condition;
      return { kind: 'time', field, comparison, at: instantOf(valueOf(values, condition.input)) };
    }
    case 'input': {
      const value = valueOf(values, condition.input);
      if (condition.field === 'credential' || condition.field === 'workflow') {
        return { kind: 'items', items: itemsOf(value, users) };
      }
      return { kind: 'text', field: condition.field, value: textOf(value), wildcard: false };
    }
  }
}

/** A condition without its demand that what it finds is on, unless it demands nothing else. */
export function onOrOff(condition: Condition): Condition {
  if (condition.kind !== 'all') return condition;
  const rest = condition.of.filter(
    (part) => !(part.kind === 'flag' && part.field === 'active' && part.value),
  );
  return rest.length === 0 ? condition : { kind: 'all', of: rest.map(onOrOff) };
}

/** `credential c1 “Stripe live”, active`: the condition for people to read. */
export function conditionWords(condition: Condition, values: InputValues): string {
  switch (condition.kind) {
    case 'all':
      return condition.of.map((part) => conditionWords(part, values)).join(', ');
    case 'any':
      return `(${condition.of.map((part) => conditionWords(part, values)).join(' or ')})`;
    case 'not':
      return `not (${conditionWords(condition.of, values)})`;
    case 'flag':
      return condition.value ? condition.field : `not ${condition.field}`;
    case 'text':
      return `${condition.field} “${condition.value}”`;
    case 'time':
      return `${condition.field} ${condition.comparison} ${inputWords(values[condition.input])}`;
    case 'input':
      return `${condition.field} ${inputWords(values[condition.input])}`;
  }
}

/** `c1 “Stripe live”`: an input for people to read. */
export function inputWords(value: InputValue | undefined): string {
  switch (value?.type) {
    case undefined:
      return '(not given)';
    case 'credential':
    case 'workflow':
      return `${value.ref} “${value.name}”`;
    case 'connection':
      return value.name;
    case 'person':
      return `@${value.name}`;
    case 'host':
    case 'choice':
      return value.value;
    case 'text':
      return `“${value.value}”`;
    case 'time':
      return `${value.at.slice(0, 16).replace('T', ' ')} UTC`;
  }
}

/** The text of a step's value: as written, or that of the input. */
export function stepText(value: StepValue, values: InputValues): string {
  return value.kind === 'literal' ? value.value : textOf(valueOf(values, value.input));
}

/** Credentials that the condition asks about: whose users must be known to fill it. */
export function credentialsIn(condition: Condition, values: InputValues): readonly ItemKey[] {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return condition.of.flatMap((part) => credentialsIn(part, values));
    case 'not':
      return credentialsIn(condition.of, values);
    case 'input': {
      const value = valueOf(values, condition.input);
      return value.type === 'credential' ? [{ connection: value.connection, id: value.id }] : [];
    }
    case 'flag':
    case 'text':
    case 'time':
      return [];
  }
}

function itemsOf(value: InputValue, users: CredentialUsers): readonly ItemKey[] {
  if (value.type !== 'credential' && value.type !== 'workflow') throw misfit(value);
  const key = { connection: value.connection, id: value.id };
  return value.type === 'workflow' ? [key] : (users.get(keyText(key)) ?? []);
}

function textOf(value: InputValue): string {
  switch (value.type) {
    case 'host':
    case 'text':
    case 'choice':
      return value.value;
    case 'connection':
    case 'person':
      return value.name;
    case 'credential':
    case 'workflow':
    case 'time':
      throw misfit(value);
  }
}

function instantOf(value: InputValue): Date {
  if (value.type !== 'time') throw misfit(value);
  return new Date(value.at);
}

// The parser has checked names and types; what is missing here is a mistake of ours.
function valueOf(values: InputValues, name: string): InputValue {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined) throw new Error(`The run has no input ${name}.`);
  return value;
}

function misfit(value: InputValue): Error {
  return new Error(`An input of type ${value.type} does not fit here.`);
}
