import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Command } from './command.ts';
import { complaint } from './complaint.ts';
import { findCommand } from './find-command.ts';
import { registry } from './registry.ts';
import { tokens } from './tokens.ts';
import type { Given } from './words.ts';
import { readWords, wordOf } from './words.ts';

const wrong = [
  '',
  ' ',
  'x'.repeat(5_000),
  '☃',
  '-1',
  '1.5',
  '99999999999',
  'no such',
  '@',
  ',',
  '{}',
];

/** What zod, or a programmer, would say. */
const machineWords =
  /\b(?:invalid|valid|expected|received|too (?:big|small)|unrecognized|string|boolean|int|array|object|undefined|null|NaN|regex|pattern|enum)\b|[<>]=|\|/i;

/** What the words of an example gave to a command, to be spoilt one at a time. */
function givenIn(command: Command, example: string): Given {
  const words = tokens(example);
  const found = findCommand([command], words);
  return readWords(command, example, words.slice(found.kind === 'command' ? found.used : 0));
}

/** Every refusal of a command: each word and option wrong in each way, and nothing given at all. */
function* refusalsOf(command: Command) {
  const [example = ''] = command.examples;
  const names = [
    ...command.words.map((word) => wordOf(word).name),
    ...Object.keys(command.options ?? {}),
  ];
  const spoilt = names.flatMap((name) =>
    wrong.map((value) => ({ ...givenIn(command, example), [name]: value })),
  );
  for (const given of [{}, ...spoilt]) {
    const input = command.input.safeParse(given);
    if (!input.success) yield complaint(command, given, input.error);
  }
}

/** Its own words without those that the person typed or must type. */
function sentenceOf(message: string): string {
  return message.replaceAll(/`[^`]*`|“[^”]*”|: (?:say one of|there are) .*?\.(?= |$)/g, '');
}

describe('a complaint about what was typed', () => {
  for (const command of registry) {
    it(`about ${command.name} is a short sentence with an example, in no machine’s words`, () => {
      for (const error of refusalsOf(command)) {
        assert.equal(error.code, 'bad_input');
        assert.doesNotMatch(sentenceOf(error.message), machineWords, error.message);
        assert.match(error.message, /^[“A-Z][^\n]+ Nothing was changed\.$/);
        assert.ok(error.message.length < 400, error.message);
        assert.match(error.hint ?? '', /`[a-z]+.*`/);
      }
    });
  }

  it('shows an example in which the refused word is given', () => {
    const status = registry.find(({ name }) => name === 'contain status');
    assert.ok(status);
    const given = { plan: 'everything' };
    const { error } = status.input.safeParse(given);
    assert.ok(error);
    const told = complaint(status, given, error);
    assert.equal(told.message, '“everything” is not what “plan” looks like. Nothing was changed.');
    assert.match(told.hint ?? '', /`contain status P-\d+`/);
  });
});
