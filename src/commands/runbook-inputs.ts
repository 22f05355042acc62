import type { InputValue, InputValues } from '../domain/runbook-input.ts';
import type { InputType, Runbook, RunbookInput } from '../domain/runbook.ts';
import { listed } from '../domain/wording.ts';
import { UserError } from '../errors.ts';
import type { ResolvedItem } from '../store/store.ts';
import type { CommandContext } from './command.ts';
import { personCalled } from './deciding.ts';
import { exactlyNamed } from './exactly-named.ts';
import { nearest } from './nearest.ts';
import { tokens, unquoted } from './tokens.ts';
import { readWhen, zoneOf } from './when.ts';

const examples: Readonly<Record<InputType, string>> = {
  credential: 'c3',
  workflow: 'w12',
  host: 'evil.example',
  person: '@ana',
  connection: 'prod',
  text: '"…"',
  choice: '',
  time: '14:05',
};

/**
 * Reads `name:value …` into the values that a runbook asks for.
 *
 * @throws UserError `bad_input` for what is missing, with the questions and a line that would do;
 *   `not_found` or `ambiguous` for a thing that is not exactly one
 */
export async function readInputs(
  context: CommandContext,
  runbook: Runbook,
  typed: string,
): Promise<InputValues> {
  const given = pairsIn(runbook, typed);
  const missing = runbook.inputs.filter(({ name }) => !given.has(name));
  if (missing.length > 0) {
    throw new UserError(
      'bad_input',
      `${runbook.id} asks: ${missing.map(({ name, ask }) => `${name}: ${ask}`).join(' ')}`,
      { hint: `e.g. \`${exampleLine(runbook, await someConnection(context))}\`` },
    );
  }
  const values = await Promise.all(
    runbook.inputs.map(
      async (input) =>
        [input.name, await readInput(context, input, given.get(input.name) ?? '')] as const,
    ),
  );
  return Object.fromEntries(values);
}

const dayAlone = /^(?:today|yesterday|\d{4}-\d{2}-\d{2})$/i;

/** One that is there, so that the example could be typed as it stands. */
async function someConnection({ store }: CommandContext): Promise<string | undefined> {
  const [first] = await store.connections.list();
  return first?.name;
}

/** A line that starts this runbook, with made-up values. */
export function exampleLine({ id, inputs }: Runbook, connection = examples.connection): string {
  const values = inputs.map(({ name, type, choices }) => {
    if (type === 'connection') return `${name}:${connection}`;
    return `${name}:${type === 'choice' ? (choices[0] ?? '') : examples[type]}`;
  });
  return ['runbook start', id, ...values].join(' ');
}

/** The same with a gap for each value, for a surface to fill in. */
export function startLine({ id, inputs }: Runbook): string {
  return ['runbook start', id, ...inputs.map(({ name }) => `${name}:…`)].join(' ');
}

function pairsIn(runbook: Runbook, typed: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const { raw } of tokens(typed)) {
    const [, name, value] = /^([a-z][a-z0-9-]*):(.+)$/is.exec(raw) ?? [];
    const input = runbook.inputs.find((one) => one.name === name?.toLowerCase());
    if (name === undefined || value === undefined || !input) throw noInput(runbook, raw);
    if (pairs.has(input.name)) {
      throw new UserError('bad_input', `“${input.name}” was given twice.`, {
        hint: `e.g. \`${exampleLine(runbook)}\``,
      });
    }
    pairs.set(input.name, unquoted(value));
  }
  return pairs;
}

function noInput(runbook: Runbook, raw: string): UserError {
  const names = runbook.inputs.map(({ name }) => `${name}:…`);
  const takes = names.length === 0 ? 'nothing' : listed(names);
  return new UserError('bad_input', `“${raw}” is no input: ${runbook.id} takes ${takes}.`, {
    hint: `e.g. \`${exampleLine(runbook)}\`; put quotes around a value with blanks.`,
  });
}

async function readInput(
  context: CommandContext,
  input: RunbookInput,
  typed: string,
): Promise<InputValue> {
  switch (input.type) {
    case 'credential':
    case 'workflow':
      return await readItem(context, input, input.type, typed);
    case 'connection': {
      const connection = await context.store.connections.byName(typed);
      if (connection) return { type: 'connection', id: connection.id, name: connection.name };
      const known = (await context.store.connections.list()).map(({ name }) => name);
      throw notFound(input, typed, nearest(typed, known));
    }
    case 'person': {
      const person = await personCalled(context, typed.replace(/^@/, '').toLowerCase());
      return { type: 'person', id: person.id, name: person.handle };
    }
    case 'host':
      return { type: 'host', value: readHost(input, typed) };
    case 'text':
      return { type: 'text', value: readText(input, typed) };
    case 'choice': {
      const choice = input.choices.find((one) => one === typed.toLowerCase());
      if (choice !== undefined) return { type: 'choice', value: choice };
      throw new UserError('bad_input', `“${input.name}” is one of: ${input.choices.join(', ')}.`);
    }
    case 'time': {
      // Since a day means since it began: rather too much is looked at than too little.
      const since = dayAlone.test(typed.trim()) ? `${typed.trim()} 00:00` : typed;
      const { at } = readWhen(since, { now: context.now(), zone: zoneOf(context) });
      return { type: 'time', at: at.toISOString() };
    }
  }
}

/** Exactly one thing, by reference, id or whole name; what is only like it is a candidate. */
async function readItem(
  { store }: CommandContext,
  input: RunbookInput,
  kind: 'credential' | 'workflow',
  typed: string,
): Promise<InputValue> {
  const found = await store.inventory.resolve(kind, typed);
  const exact = exactlyNamed(found, typed);
  const [item, ...others] = exact;
  if (item === undefined) throw notFound(input, typed, found.map(labelOf(input)));
  if (others.length > 0) {
    throw new UserError('ambiguous', `Several are called “${typed}”. Say which one.`, {
      hint: `e.g. \`${input.name}:${item.ref}\``,
      candidates: exact.map(labelOf(input)),
    });
  }
  const { key, ref, name } = item;
  return { type: kind, connection: key.connection, id: key.id, ref, name };
}

function labelOf(input: RunbookInput) {
  return ({ ref, name, connectionName }: ResolvedItem) =>
    `${input.name}:${ref} ${name} on ${connectionName}`;
}

function notFound(input: RunbookInput, typed: string, near: readonly string[]): UserError {
  return new UserError('not_found', `There is no ${input.type} “${typed}”.`, {
    hint:
      near.length > 0
        ? `“${input.name}” takes a reference or a whole name.`
        : '`scope find` shows what there is, `scope sync` looks for new ones.',
    candidates: near,
  });
}

const hostShape = /^(?=.{1,253}(?::\d+)?$)[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9])?(?::\d{1,5})?$/;

function readHost(input: RunbookInput, typed: string): string {
  const host = typed.trim().toLowerCase();
  if (hostShape.test(host)) return host;
  throw new UserError('bad_input', `“${typed}” is no host name.`, {
    hint: `e.g. \`${input.name}:evil.example\``,
  });
}

const longestText = 500;

function readText(input: RunbookInput, typed: string): string {
  const text = typed.trim();
  if (text === '' || text.length > longestText) {
    throw new UserError('bad_input', `“${input.name}” takes 1 to ${longestText} characters.`);
  }
  return text;
}
