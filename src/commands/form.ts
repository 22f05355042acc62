import { z } from 'zod';

import { placeholder } from '../domain/button.ts';
import type { Ask, Field, Filled, Form, Forms } from '../domain/form.ts';
import type { Command } from './command.ts';
import { findCommand } from './find-command.ts';
import { tokens, visible } from './tokens.ts';
import type { Given } from './words.ts';
import { readWords, wordOf } from './words.ts';

/** A text that may be longer is written in a box of several lines. */
const onOneLineAtMost = 300;

/** The forms of these commands. */
export function formsOf(commands: readonly Command[]): Forms {
  return {
    formFor: (line) => formFor(commands, line),
    lineOf: (name, filled) => {
      const command = commands.find((one) => one.name === name);
      return command && lineFrom(command, filled);
    },
  };
}

/**
 * The form of the command that a line begins with, filled in as far as the line goes. Undefined
 * when it names no command.
 */
export function formFor(commands: readonly Command[], line: string): Form | undefined {
  const begun = begunBy(commands, line);
  if (begun === undefined) return undefined;
  const { command, given } = begun;
  return { command: command.name, title: titleOf(command), fields: fieldsOf(command, given) };
}

/** The command that a line begins with, and what the line gives to it already. */
export function begunBy(
  commands: readonly Command[],
  line: string,
): { readonly command: Command; readonly given: Given } | undefined {
  const begun = line.split(placeholder).join('');
  const command = commandOf(commands, tokens(visible(begun)));
  return command && { command, given: givenIn(command, begun) };
}

function commandOf(commands: readonly Command[], words: ReturnType<typeof tokens>) {
  try {
    const found = findCommand(commands, words);
    return found.kind === 'command' ? found.command : undefined;
  } catch {
    return undefined;
  }
}

/** `contain plan`, as it stands above a form. */
function titleOf({ name }: Command): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function fieldsOf(command: Command, given: Given): readonly Field[] {
  const asked = askedBy(command);
  const field = (id: string, optional: boolean, hint?: string): Field => {
    const value = given[id];
    return {
      id,
      label: id.charAt(0).toUpperCase() + id.slice(1),
      ...(hint === undefined ? {} : { hint }),
      required: asked.required.has(id) && !optional,
      ...(value === undefined || value === false || value === ''
        ? {}
        : { value: value === true ? 'yes' : value }),
      ask: asked.of(id),
    };
  };
  return [
    ...command.words.map(wordOf).map(({ name, optional }) => field(name, optional)),
    ...Object.entries(command.options ?? {}).map(([name, hint]) => field(name, false, hint)),
    ...Object.entries(command.flags ?? {}).map(([name, hint]) => ({
      ...field(name, true, hint),
      ask: { kind: 'tick' } as const,
    })),
  ];
}

/** What the line gives already; a line that cannot be read gives nothing. */
function givenIn(command: Command, begun: string): Given {
  const words = tokens(visible(begun)).filter(({ text }) => text !== '@' && text !== '');
  try {
    const found = findCommand([command], words);
    const used = found.kind === 'command' ? found.used : words.length;
    return readWords(command, begun, words.slice(used));
  } catch {
    return {};
  }
}

type Asked = { readonly required: ReadonlySet<string>; readonly of: (id: string) => Ask };

const shapes = z.object({
  required: z.array(z.string()).default([]),
  properties: z
    .record(
      z.string(),
      z.object({
        enum: z.array(z.string()).exactOptional(),
        const: z.string().exactOptional(),
        maxLength: z.number().exactOptional(),
      }),
    )
    .default({}),
});

/** Schemas never change, and reading one takes longer than all else before a line is acknowledged. */
const asked = new WeakMap<Command['input'], Asked>();

/** What the command's own schema asks for. */
function askedBy({ input }: Command): Asked {
  const known = asked.get(input) ?? askedIn(input);
  asked.set(input, known);
  return known;
}

function askedIn(input: Command['input']): Asked {
  const shapeOf = (io: 'input' | 'output') =>
    shapes.parse(z.toJSONSchema(input, { io, unrepresentable: 'any' }));
  const typed = shapeOf('input');
  const meant = shapeOf('output');
  return {
    required: new Set(typed.required),
    of: (id) => {
      const { enum: many, const: only } = meant.properties[id] ?? {};
      const choices = many ?? (only === undefined ? undefined : [only]);
      if (choices !== undefined) return { kind: 'choice', choices };
      const most = typed.properties[id]?.maxLength;
      const isLong = most !== undefined && most > onOneLineAtMost;
      return {
        kind: isLong ? 'box' : 'line',
        ...(most === undefined ? {} : { charactersAtMost: most }),
      };
    },
  };
}

/**
 * The line that a filled form stands for, so that a form is heard, stored and answered like any
 * other line. Whatever was filled in is read back as it was, even when it looks like an option.
 */
export function lineFrom(command: Command, filled: Filled): string {
  const words = command.words.map(wordOf);
  const flags = command.flags ?? {};
  const options = [...Object.keys(command.options ?? {}), ...Object.keys(flags)].flatMap((name) => {
    const value = filled[name];
    if (value === undefined || value === '') return [];
    if (Object.hasOwn(flags, name)) return value === 'yes' ? [`--${name}`] : [];
    return [`${name}:${quoted(value)}`];
  });
  const single = words
    .filter(({ rest }) => !rest)
    .flatMap(({ name }) => (filled[name] ? [quoted(filled[name])] : []));
  const rest = words.find((word) => word.rest);
  const text = rest === undefined ? '' : (filled[rest.name] ?? '').trim();
  const before = [command.name, ...single, ...options].join(' ');
  if (text === '' || rest === undefined) return before;
  const isReadBack = (line: string) => readBack(command, line)?.[rest.name] === text;
  // The quotes of a query are its own.
  const ways = rest.name === 'query' ? [text] : waysToSay(text);
  const lines = ways.map((way) => `${before} ${way}`);
  return (
    lines.find(isReadBack) ?? (rest.name === 'query' ? `${before} ${text}` : (lines.at(-1) ?? ''))
  );
}

/** The plainest first; the last is always read as a whole. */
function waysToSay(text: string): readonly string[] {
  const isPlain = /^[\p{L}\p{N} ,.()-]+$/u.test(text) && !/(?:help|-h)$/i.test(text);
  const whole = `"${withoutQuotes(text)}"`;
  return [...(isPlain ? [text] : []), `"${text}"`, `'${text}'`, text, whole];
}

function readBack(command: Command, line: string): Given | undefined {
  try {
    const words = tokens(line);
    const found = findCommand([command], words);
    return found.kind === 'command' ? readWords(command, line, words.slice(found.used)) : undefined;
  } catch {
    return undefined;
  }
}

/** One word, whatever stands in it. */
function quoted(value: string): string {
  if (/^[\w@/](?:[\w@./-]*[\w@/-])?$|^\d{1,2}:\d{2}$/.test(value)) return value;
  return value.includes('"') && !value.includes("'") ? `'${value}'` : `"${withoutQuotes(value)}"`;
}

/** No quote can be written inside quotes: a mark that only looks like one stands for it. */
function withoutQuotes(text: string): string {
  return text.replaceAll(/["\u201C-\u201F\u00AB\u00BB\u2033\uFF02]/g, 'ʺ');
}
