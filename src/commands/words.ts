import type { UserError } from '../errors.ts';
import type { Command } from './command.ts';
import { misplaced } from './misplaced.ts';
import { nearest } from './nearest.ts';
import type { Token } from './tokens.ts';
import { plain, unquoted, withoutPunctuation } from './tokens.ts';
import { refusal, usageOf } from './usage.ts';

/** What a person gave to a command: words and options by name, flags as booleans. Not yet checked. */
export type Given = Readonly<Record<string, string | boolean>>;

/** A word as a command file names it: `to`, `who?`, `reason…`. */
export type Word = { readonly name: string; readonly rest: boolean; readonly optional: boolean };

/** Reads `who?` and `reason…` of a command file. */
export function wordOf(text: string): Word {
  const name = text.replaceAll(/[?…]/g, '');
  return { name, rest: text.includes('…'), optional: text.includes('?') };
}

type Option = { readonly name: string; readonly flag: boolean };
type Found = { readonly values: Map<string, string | boolean>; readonly words: readonly Token[] };

/**
 * Sorts what stands behind the verb into words and options.
 *
 * Only options that the command declares are options; everything else is text, so that a query
 * keeps its `credential:"Stripe live"`. The rest of a line is kept as typed, without the options.
 *
 * @throws UserError `bad_input` for a word too many, an option without value or given twice
 */
export function readWords(command: Command, line: string, after: readonly Token[]): Given {
  const { values, words } = takeOptions(command, after);
  const positions = command.words.map(wordOf);
  for (const [index, word] of positions.entries()) {
    if (word.rest) {
      const text = restOf(word, line, words.slice(index));
      if (text !== '') give(command, values, word.name, text);
      return Object.fromEntries(values);
    }
    const token = words[index];
    if (token === undefined) continue;
    if (!token.quoted && mistyped.test(token.raw)) throw noOption(command, token);
    give(command, values, word.name, meant(token));
  }
  const extra = words[positions.length];
  if (extra !== undefined) throw tooMuch(command, extra);
  return Object.fromEntries(values);
}

function meant(token: Token): string {
  return token.quoted ? token.text : withoutPunctuation(token.text);
}

function give(
  command: Command,
  values: Map<string, string | boolean>,
  name: string,
  value: string | boolean,
): void {
  if (values.has(name)) {
    throw refusal(command, `“${name}” was given twice.`);
  }
  values.set(name, value);
}

function takeOptions(command: Command, all: readonly Token[]): Found {
  const values = new Map<string, string | boolean>();
  const words: Token[] = [];
  for (let index = 0; index < all.length; index += 1) {
    const token = all[index];
    if (token === undefined) break;
    const taken = optionAt(command, all, index);
    if (taken === undefined) {
      words.push(token);
      continue;
    }
    give(command, values, taken.name, taken.value);
    index = taken.last;
  }
  takeBareFlags(command, values, words);
  return { values, words };
}

type Taken = { readonly name: string; readonly value: string | boolean; readonly last: number };

// Phones turn `--at` into `—at`.
const dashed = /^(?:--|—|–)([a-z][a-z-]*)(?:[=:](.*))?$/is;
/** Nothing that is named begins like that. */
const mistyped = /^--[a-z]/i;
const named = /^([a-z][a-z-]*):(.*)$/is;

function optionAt(command: Command, all: readonly Token[], index: number): Taken | undefined {
  const token = all[index];
  if (token === undefined || token.quoted) return undefined;
  const withDashes = dashed.exec(token.raw);
  const match = withDashes ?? named.exec(token.raw);
  const option = optionCalled(command, match?.[1]);
  if (match === null || option === undefined) return undefined;
  const typed = match[2] ?? '';
  if (option.flag) {
    return { name: option.name, value: yesOrNo(command, option.name, typed), last: index };
  }
  if (typed !== '') {
    return continued(option.name, { raw: typed, last: index }, all);
  }
  const next = all[index + 1];
  // `sev: 2` is an option; "we looked at: the logs" is a sentence. One that ends in `at:` is asked about.
  if (withDashes === null && next !== undefined && !/\d/.test(next.raw)) return undefined;
  if (next === undefined || optionAt(command, all, index + 1) !== undefined) {
    throw refusal(command, `“${option.name}” needs a value.`);
  }
  return continued(option.name, { raw: next.raw, last: index + 1 }, all);
}

function optionCalled(command: Command, typed: string | undefined): Option | undefined {
  if (typed === undefined) return undefined;
  const asked = typed.toLowerCase();
  const name = Object.hasOwn(command.optionAliases ?? {}, asked)
    ? (command.optionAliases?.[asked] ?? asked)
    : asked;
  if (Object.hasOwn(command.flags ?? {}, name)) return { name, flag: true };
  return Object.hasOwn(command.options ?? {}, name) ? { name, flag: false } : undefined;
}

// Instants are the one kind of value that people write in two words without quoting them.
const twoWordInstants: readonly (readonly [RegExp, RegExp])[] = [
  [/^(?:today|yesterday|\d{4}-\d{2}-\d{2})$/i, /^\d{1,2}[:.]\d{2}/],
  [/^\d+ ?[a-z]+$/i, /^ago\b/i],
];

function continued(
  name: string,
  value: { readonly raw: string; readonly last: number },
  all: readonly Token[],
): Taken {
  const next = all[value.last + 1];
  const joined =
    name === 'at' &&
    next !== undefined &&
    twoWordInstants.some(([first, second]) => first.test(value.raw) && second.test(next.raw));
  if (joined) {
    const text = withoutPunctuation(`${value.raw} ${next.raw}`);
    return { name, value: text, last: value.last + 1 };
  }
  const text = unquoted(value.raw);
  const given = text === value.raw ? withoutPunctuation(text) : text;
  return { name, value: given, last: value.last };
}

const yes = ['', 'yes', 'true', 'on', '1'];
const no = ['no', 'false', 'off', '0'];

function yesOrNo(command: Command, name: string, typed: string): boolean {
  const word = withoutPunctuation(unquoted(typed)).toLowerCase();
  if (yes.includes(word)) return true;
  if (no.includes(word)) return false;
  throw refusal(command, `“${name}” is yes or no, not “${word}”.`);
}

/** `declare Stripe key leaked private drill`: whoever types that does not want a public incident. */
function takeBareFlags(
  command: Command,
  values: Map<string, string | boolean>,
  words: Token[],
): void {
  for (let last = words.at(-1); last !== undefined; last = words.at(-1)) {
    const name = withoutPunctuation(last.raw).toLowerCase();
    if (!Object.hasOwn(command.flags ?? {}, name) || values.has(name)) return;
    const asked = Object.entries(command.spelledOut ?? {}).find(([flag]) => flag === name)?.[1];
    if (asked !== undefined) {
      throw refusal(command, asked, {
        hint: `Type \`--${name}\` instead of the word; where the word is part of a title, put the title into quotes.`,
      });
    }
    values.set(name, true);
    words.pop();
  }
}

const inQuotes = /^(?:"[^"]*"|'[^']*')$/;

function restOf(word: Word, line: string, words: readonly Token[]): string {
  const [only] = words;
  const forQuery = word.name === 'query';
  // Quotes around all of it are not part of it; those of two sections are.
  if (words.length === 1 && only !== undefined && inQuotes.test(only.raw) && !forQuery) {
    return line.slice(only.from + 1, only.to - 1).trim();
  }
  let text = '';
  let end = -1;
  for (const token of words) {
    const between = end < 0 ? '' : line.slice(end, token.from);
    // Where an option was cut out, one space remains.
    text += /\S/.test(between) ? ' ' : between;
    text += forQuery ? token.raw.replace(/^[—–]/, '-') : line.slice(token.from, token.to);
    end = token.to;
  }
  return forQuery ? plain(text) : text;
}

function tooMuch(command: Command, extra: Token): UserError {
  if (dashed.test(extra.raw) || named.test(extra.raw)) return noOption(command, extra);
  const hint = misplaced(command, extra.text);
  const message = `“${extra.text}” is one word too many: \`${usageOf(command)}\``;
  return refusal(command, message, hint === undefined ? {} : { hint });
}

/** What the shell takes before the line comes here, unless it was mistyped. */
const shellOptions = ['json', 'as', 'wait', 'token-file', 'code-file'];

function noOption(command: Command, { raw, text }: Token): UserError {
  const [, typed = raw] = dashed.exec(raw) ?? named.exec(raw) ?? [];
  const options = [...Object.keys(command.options ?? {}), ...Object.keys(command.flags ?? {})];
  const hint = misplaced(command, text);
  return refusal(
    command,
    `“${command.name}” has no option “${typed}”` +
      (options.length === 0 ? '.' : `; it has ${options.join(', ')}.`),
    {
      ...(hint === undefined ? {} : { hint }),
      candidates: nearest(typed, [...options, ...shellOptions]).map((name) => `--${name}`),
    },
  );
}
