import type { z } from 'zod';

import { UserError } from '../errors.ts';
import type { Command } from './command.ts';
import { misplaced } from './misplaced.ts';
import { nearest } from './nearest.ts';
import { exampleOf, usageOf } from './usage.ts';
import type { Given } from './words.ts';

/** Turns what the input schema refused into one sentence of a person's language. */
export function complaint(command: Command, given: Given, error: z.ZodError): UserError {
  const [issue] = error.issues;
  const name = String(issue?.path[0] ?? '');
  const value = given[name];
  const choices = issue?.code === 'invalid_value' ? issue.values.map(String) : [];
  return new UserError('bad_input', sentence(command, issue, name, value), {
    hint: (typeof value === 'string' && misplaced(command, value)) || exampleOf(command),
    candidates: typeof value === 'string' ? nearest(value, choices) : [],
  });
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
  const shown = `“${short(String(value))}”`;
  switch (issue.code) {
    case 'invalid_value':
      return `${shown} does not fit here: say one of ${issue.values.map(String).join(', ')}.`;
    case 'too_big':
      return issue.origin === 'string'
        ? `“${name}” is too long: at most ${issue.maximum} characters.`
        : `“${name}” is at most ${issue.maximum}, not ${shown}.`;
    case 'too_small':
      return issue.origin === 'string'
        ? `“${name}” is too short.`
        : `“${name}” is at least ${issue.minimum}, not ${shown}.`;
    case 'invalid_type':
      return `${shown} is no ${issue.expected} for “${name}”.`;
    case 'custom':
      return issue.message;
    case 'invalid_format':
    case 'not_multiple_of':
    case 'unrecognized_keys':
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
      return `${shown} is not a valid ${name}.`;
  }
}

const shownCharacters = 60;

function short(text: string): string {
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}
