import type { Command } from '../../commands/command.ts';
import type { Field, Filled, Form } from '../../domain/form.ts';

/** A command and what it asks for. */
export type Verb = { readonly command: Command; readonly form: Form };

/** The line that a filled form stands for. */
export type LineFrom = (command: Command, filled: Filled) => string;

/** An option, a verb or a group of verbs, as Discord wants them. */
export type SlashOption = {
  readonly type: number;
  readonly name: string;
  readonly description: string;
  readonly required?: boolean;
  readonly autocomplete?: boolean;
  readonly max_length?: number;
  readonly choices?: readonly { readonly name: string; readonly value: string }[];
  readonly options?: readonly SlashOption[];
};

/** A slash command, or one of a message's *Apps* menu. */
export type AppCommand = {
  readonly type: 1 | 3;
  readonly name: string;
  readonly description?: string;
  readonly options?: readonly SlashOption[];
  /** Only in servers: what is said in direct messages reaches nobody else. */
  readonly contexts: readonly [0];
};

const optionTypes = { verb: 1, group: 2, text: 3, tick: 5 } as const;

/** Names of what a message's menu offers. */
export const menu = { declare: 'Declare from this message', log: 'Add to timeline' } as const;

/** Where a whole line is typed; and what a bare group says that has a verb of its own name. */
export const typed = { verb: 'line', option: 'line', bare: 'show' } as const;

const descriptionCharacters = 100;
const choicesAtMost = 25;
const textAtMost = 6_000;

/** What can be told beforehand; offering nothing at every key would only be in the way. */
const completed: readonly string[] = [
  'in',
  'incident',
  'credential',
  'plan',
  'who',
  'role',
  'permissions',
  'may',
  'topic',
  'connections',
  'query',
  'what',
];

/**
 * The commands as Discord lists them, made from the command files.
 *
 * One command for all of them would be over Discord's 25 options and 8,000 characters, so each
 * group is one: `/contain plan`. What is in no group stands below the main one: `/ir declare`,
 * and so does a group that is a verb, too: `/ir me show`, or that has the main one's own name:
 * `/log log add`. `/ir line` takes any line as typed.
 */
export function registrationOf(verbs: readonly Verb[], main: string): readonly AppCommand[] {
  const single = verbs.filter(({ command }) => !command.name.includes(' '));
  const groups = Map.groupBy(
    verbs.filter(({ command }) => command.name.includes(' ')),
    ({ command }) => groupName(command),
  );
  const doubled = single.filter(({ command }) => groups.has(command.name));
  const own = single
    .filter((verb) => !doubled.includes(verb))
    .map((verb) => verbOption(verb, verb.command.name));
  const below = doubled.map((verb) =>
    groupOption(verb.command.name, [
      verbOption(verb, typed.bare),
      ...membersOf(groups.get(verb.command.name) ?? []),
    ]),
  );
  const doubledNames = doubled.map(({ command }) => command.name);
  const apart = [...groups].filter(([name]) => !doubledNames.includes(name));
  // Discord takes no two commands of one name: then none of them would appear.
  const others = apart.filter(([name]) => name !== main);
  const named = apart
    .filter(([name]) => name === main)
    .map(([name, members]) => groupOption(name, membersOf(members)));
  return [
    slash(main, 'Firebreak: incidents and what contains them', [
      ...own,
      ...below,
      ...named,
      lineOption(),
    ]),
    ...others.map(([name, members]) =>
      slash(
        name,
        cut(members.map(({ command }) => verbName(command)).join(', ')),
        membersOf(members),
      ),
    ),
    { type: 3, name: menu.declare, contexts: [0] },
    { type: 3, name: menu.log, contexts: [0] },
  ];
}

/** The verb that a person picked, by the words of it without the slash. */
export function pickedVerb(
  verbs: readonly Verb[],
  main: string,
  words: readonly string[],
): Verb | undefined {
  const said = words[0] === main ? words.slice(1) : words;
  const name = said.join(' ');
  const bare = said.at(-1) === typed.bare ? said.slice(0, -1).join(' ') : undefined;
  return (
    verbs.find(({ command }) => command.name === name) ??
    verbs.find(({ command }) => command.name === bare)
  );
}

function slash(name: string, description: string, options: readonly SlashOption[]): AppCommand {
  return { type: 1, name, description, options, contexts: [0] };
}

function membersOf(members: readonly Verb[]): readonly SlashOption[] {
  return members.map((verb) => verbOption(verb, verbName(verb.command)));
}

function verbOption({ command, form }: Verb, name: string): SlashOption {
  const required = form.fields.filter((field) => field.required);
  const free = form.fields.filter((field) => !field.required);
  return {
    type: optionTypes.verb,
    name,
    description: cut(command.summary),
    options: [...required, ...free].map(fieldOption),
  };
}

function groupOption(name: string, options: readonly SlashOption[]): SlashOption {
  const description = cut(options.map((one) => one.name).join(', '));
  return { type: optionTypes.group, name, description, options };
}

function lineOption(): SlashOption {
  return {
    type: optionTypes.verb,
    name: typed.verb,
    description: 'Any line, as it is typed elsewhere: contain plan credential:"Stripe live"',
    options: [
      {
        type: optionTypes.text,
        name: typed.option,
        description: 'The whole line, without a slash',
        required: true,
        autocomplete: true,
        max_length: 4_000,
      },
    ],
  };
}

function fieldOption({ id, label, hint, required, ask }: Field): SlashOption {
  const common = { name: id, description: cut(hint ?? label), ...(required ? { required } : {}) };
  switch (ask.kind) {
    case 'tick':
      return { ...common, type: optionTypes.tick };
    case 'choice':
      return ask.choices.length <= choicesAtMost
        ? {
            ...common,
            type: optionTypes.text,
            choices: ask.choices.map((value) => ({ name: value, value })),
          }
        : { ...common, type: optionTypes.text };
    case 'line':
    case 'box':
      return {
        ...common,
        type: optionTypes.text,
        ...(completed.includes(id) ? { autocomplete: true } : {}),
        ...(ask.charactersAtMost === undefined
          ? {}
          : { max_length: Math.min(ask.charactersAtMost, textAtMost) }),
      };
  }
}

function groupName(command: Command): string {
  return command.name.split(' ')[0] ?? '';
}

function verbName(command: Command): string {
  return command.name.split(' ')[1] ?? command.name;
}

function cut(text: string): string {
  const characters = Array.from(text);
  if (characters.length <= descriptionCharacters) return text;
  return `${characters.slice(0, descriptionCharacters - 1).join('')}…`;
}
