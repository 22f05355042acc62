import type { z } from 'zod';

import type { UserError } from '../errors.ts';
import type { Command } from './command.ts';
import { findCommand } from './find-command.ts';
import { misplaced } from './misplaced.ts';
import { nearest } from './nearest.ts';
import { tokens } from './tokens.ts';
import { exampleOf, refusal, usageOf } from './usage.ts';
import type { Given } from './words.ts';
import { readWords } from './words.ts';

/** Turns what the input schema refused into one sentence of a person's language. */
export function complaint(command: Command, given: Given, error: z.ZodError): UserError {
  const [issue] = error.issues;
  const name = String(issue?.path[0] ?? '');
  const value = given[name];
  const choices = issue?.code === 'invalid_value' ? issue.values.map(String) : [];
  return refusal(command, sentence(command, issue, name, value), {
    hint: (typeof value === 'string' && misplaced(command, value)) || exampleWith(command, name),
    candidates: typeof value === 'string' ? nearest(value, choices) : [],
  });
}

/** An example in which the word or option that was refused is given; else the usual one. */
function exampleWith(command: Command, name: string): string {
  const shows = command.examples.find((example) => {
    const words = tokens(example);
    const found = findCommand([command], words);
    const used = found.kind === 'command' ? found.used : words.length;
    return Object.hasOwn(readWords(command, example, words.slice(used)), name);
  });
  return shows === undefined ? exampleOf(command) : `e.g. \`${shows}\``;
}

function sentence(
  command: Command,
  issue: z.core.$ZodIssue | undefined,
  name: string,
  value: string | boolean | undefined,
): string {
  if (issue === undefined || name === '') {
    return issue?.code === 'custom'
      ? issue.message
      : `That is not how \`${usageOf(command)}\` goes.`;
  }
  if (value === undefined) return `“${name}” is missing: \`${usageOf(command)}\``;
  if (issue.code !== 'custom' && String(value).trim() === '') return `“${name}” is empty.`;
  const shown = `“${short(String(value))}”`;
  switch (issue.code) {
    case 'invalid_value':
      return `${shown} does not fit here: say one of ${issue.values.map(String).join(', ')}.`;
    case 'too_big':
      return issue.origin === 'string'
        ? `“${name}” is too long: at most ${issue.maximum} characters.`
        : `“${name}” is at most ${issue.maximum}, not ${shown}.`;
    case 'too_small':
      if (issue.origin === 'string') return `“${name}” is too short.`;
      return issue.origin === 'array'
        ? `${shown} names nothing for “${name}”.`
        : `“${name}” is at least ${issue.minimum}, not ${shown}.`;
    case 'invalid_type':
      return `${shown} is no ${kinds[issue.expected] ?? 'value'} for “${name}”.`;
    case 'custom':
      return issue.message;
    case 'invalid_format':
    case 'not_multiple_of':
    case 'unrecognized_keys':
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
      return `${shown} is not what “${name}” looks like.`;
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'yes or no',
  number: 'number',
  int: 'whole number',
};

const shownCharacters = 60;

function short(text: string): string {
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}
