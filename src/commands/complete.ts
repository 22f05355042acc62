import { incidentRoles, phases, severities } from '../domain/incident.ts';
import { permissions } from '../domain/person.ts';
import { isUnfinished, wasRun } from '../domain/plan-progress.ts';
import { queryFields } from '../domain/query.ts';
import { exportFormats } from '../exports/export.ts';
import type { Store } from '../store/store.ts';
import type { Caller, Command, Complete } from './command.ts';
import { mayUse } from './command.ts';
import { findCommand, groupOf } from './find-command.ts';
import type { Token } from './tokens.ts';
import { plain, tokens } from './tokens.ts';
import { wordOf } from './words.ts';

const most = 8;
/** Incidents that are looked into for plans. */
const lookedInto = 20;
const maxLineCharacters = 400;

type Word = { readonly text: string; readonly hint?: string };
type Asked = { readonly store: Store; readonly caller: Caller; readonly now: () => Date };

/**
 * What a person may go on to type: verbs they may use, the words and options of the verb, and the
 * names of what they may see. Made from the command files, so it cannot disagree with them.
 */
export function makeComplete(parts: {
  readonly commands: readonly Command[];
  readonly store: Store;
  readonly now: () => Date;
}): Complete {
  return async (caller, line) => {
    if (line.length > maxLineCharacters) return [];
    const commands = parts.commands.filter((command) => mayUse(caller.person, command));
    const words = tokens(plain(line));
    const last = words.at(-1);
    // What stands at the very end is still being typed.
    const typed = last !== undefined && last.to === line.length ? last : undefined;
    const before = typed ? words.slice(0, -1) : words;
    const found = await suggestionsFor({ ...parts, caller }, commands, before, typed?.raw ?? '');
    const kept = line.slice(0, typed?.from ?? line.length);
    const gap = kept === '' || /\s$/.test(kept) ? '' : ' ';
    return begunWith(found, typed?.raw ?? '')
      .slice(0, most)
      .map(({ text, hint }) => ({
        line: `${kept}${gap}${text}${/[:…]$/.test(text) ? '' : ' '}`,
        text,
        ...(hint === undefined ? {} : { hint }),
      }));
  };
}

/** Those that begin with what was typed, each once; what stands there already only with its hint. */
function begunWith(found: readonly Word[], typed: string): readonly Word[] {
  const asked = typed.toLowerCase();
  const begun = found.filter(({ text, hint }) => {
    const folded = text.toLowerCase();
    if (folded === asked && hint === undefined) return false;
    return folded.replace(/^@/, '').startsWith(asked.replace(/^@/, ''));
  });
  return [...new Map(begun.map((word) => [word.text, word])).values()];
}

async function suggestionsFor(
  asked: Asked,
  commands: readonly Command[],
  before: readonly Token[],
  typed: string,
): Promise<readonly Word[]> {
  if (before.length === 0) return firstWords(commands);
  const verbs = before.length === 1 ? verbsOf(commands, before[0]?.text.toLowerCase() ?? '') : [];
  const command = commandOf(commands, before);
  if (command === undefined) return verbs;
  const given = before.slice(command.used);
  return [...verbs, ...(await wordsOf(asked, commands, command.command, given, typed))];
}

/** Names of one word, and each group once with its verbs. */
function firstWords(commands: readonly Command[]): readonly Word[] {
  const groups = Map.groupBy(commands, (command) => groupOf(command) ?? command.name);
  return [...groups].map(([name, members]) => {
    const own = members.find((command) => command.name === name);
    return { text: name, hint: own?.summary ?? members.map((one) => verbOf(one)).join(', ') };
  });
}

function verbsOf(commands: readonly Command[], group: string): readonly Word[] {
  return commands
    .filter((command) => groupOf(command) === group)
    .map((command) => ({ text: verbOf(command), hint: command.summary }));
}

function verbOf(command: Command): string {
  return command.name.split(' ')[1] ?? command.name;
}

function commandOf(commands: readonly Command[], line: readonly Token[]) {
  try {
    const found = findCommand(commands, line);
    return found.kind === 'command' ? found : undefined;
  } catch {
    return undefined;
  }
}

async function wordsOf(
  asked: Asked,
  commands: readonly Command[],
  command: Command,
  given: readonly Token[],
  typed: string,
): Promise<readonly Word[]> {
  const [, option] = /^(?:--)?([a-z]+)[:=]/i.exec(typed) ?? [];
  const name = option && (command.optionAliases?.[option] ?? option);
  if (name !== undefined && Object.hasOwn(command.options ?? {}, name)) {
    const values = await valuesOf(asked, commands, name);
    return values.map(({ text, ...rest }) => ({ text: `${option}:${text}`, ...rest }));
  }
  const words = command.words.map(wordOf);
  const taken = given.filter(({ raw }) => !isOption(command, raw)).length;
  const word = words[taken] ?? words.findLast(({ rest }) => rest);
  const values = word === undefined ? [] : await valuesOf(asked, commands, word.name, typed);
  return [...values, ...optionsOf(command, given)];
}

function isOption(command: Command, raw: string): boolean {
  const [, name] = /^(?:--)?([a-z]+)(?:[:=]|$)/i.exec(raw) ?? [];
  const known = { ...command.options, ...command.flags, ...command.optionAliases };
  return name !== undefined && /[:=]|^--/.test(raw) && Object.hasOwn(known, name);
}

/** Options and flags that were not given yet. */
function optionsOf(command: Command, given: readonly Token[]): readonly Word[] {
  const all = [
    ...Object.entries(command.options ?? {}).map(([name, hint]) => ({ text: `${name}:`, hint })),
    ...Object.entries(command.flags ?? {}).map(([name, hint]) => ({ text: `--${name}`, hint })),
  ];
  return all.filter(({ text }) => !given.some(({ raw }) => raw.startsWith(text)));
}

/** What a word or option of this name may hold, as far as it can be told beforehand. */
async function valuesOf(
  { store, caller, now }: Asked,
  commands: readonly Command[],
  name: string,
  typed = '',
): Promise<readonly Word[]> {
  switch (name) {
    case 'in':
    case 'incident':
      return (await openIncidents(store, caller)).map((one) => ({
        text: one.name,
        hint: one.title,
      }));
    case 'credential':
      return (await store.inventory.credentials()).map((one) => ({
        text: one.ref,
        hint: one.name,
      }));
    case 'plan':
      return plansFor({ store, caller, now });
    case 'who':
      return (await store.people.list())
        .filter(({ disabledAt }) => !disabledAt)
        .map((person) => ({ text: `@${person.handle}`, hint: person.name }));
    case 'role':
      return each(incidentRoles);
    case 'level':
    case 'severity':
      return each(severities);
    case 'phase':
      return each(phases);
    case 'permissions':
    case 'may':
      return each(permissions);
    case 'format':
      return each(exportFormats);
    case 'topic':
      return firstWords(commands);
    case 'connections':
      return (await store.connections.list()).map((one) => ({ text: one.name, hint: one.kind }));
    case 'query':
      return queryWords(store, typed);
    case 'what':
      return itemsCalled(store, typed);
    default:
      return [];
  }
}

function each(list: readonly string[]): readonly Word[] {
  return list.map((text) => ({ text }));
}

async function openIncidents(store: Store, caller: Caller) {
  return store.incidents.list(caller.person.id, { closed: false, limit: lookedInto });
}

async function plansFor({ store, caller, now }: Asked): Promise<readonly Word[]> {
  const found: Word[] = [];
  for (const incident of await openIncidents(store, caller)) {
    for (const plan of await store.plans.ofIncident(incident.id)) {
      if (!isUnfinished(plan, now()) && !wasRun(plan)) continue;
      found.push({ text: plan.name, hint: `${plan.state}, ${incident.name}: ${plan.query}` });
    }
  }
  return found;
}

/** The fields of a query; behind `credential:` and `connection:` the names that there are. */
async function queryWords(store: Store, typed: string): Promise<readonly Word[]> {
  const field = /^(-?(?:credential|connection):)/.exec(typed)?.[1];
  if (field === undefined) {
    return [
      ...(await itemsCalled(store, typed)),
      ...queryFields.map((one) => ({ text: `${one}:` })),
    ];
  }
  const named = field.endsWith('credential:')
    ? (await store.inventory.credentials()).map(({ name }) => name)
    : (await store.connections.list()).map(({ name }) => name);
  return named.map((name) => ({ text: `${field}${quoted(name)}` }));
}

/** A name that holds a quote cannot be written in one; the reference can. */
function quoted(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `"${name.replaceAll('"', '*')}"`;
}

/** `w12` and `c3` with the names behind them. */
async function itemsCalled(store: Store, typed: string): Promise<readonly Word[]> {
  if (!/^[wc]\d{1,7}$/i.test(typed)) return [];
  const kind = typed.toLowerCase().startsWith('w') ? 'workflow' : 'credential';
  return (await store.inventory.resolve(kind, typed))
    .filter(({ ref }) => ref === typed.toLowerCase())
    .map(({ ref, name }) => ({ text: ref, hint: name }));
}
