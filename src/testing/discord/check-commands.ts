import type { Complaint, Raw } from './limits.ts';
import { badChoice, badLength, charactersOf, discordLimits, rawsOf, textWithin } from './limits.ts';

const subcommand = 1;
const group = 2;
const namePattern = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;

/** What is wrong with a list of commands that is to replace the ones there are. */
export function checkCommands(list: unknown): readonly Complaint[] {
  if (!Array.isArray(list)) return [badChoice([], 'Only lists.')];
  const commands = rawsOf(list);
  const names = commands.map(({ type = 1, name }) => `${String(type)} ${String(name)}`);
  return [
    ...checkNumber(commands, 1, discordLimits.slashCommands),
    ...checkNumber(commands, 2, discordLimits.userCommands),
    ...checkNumber(commands, 3, discordLimits.messageCommands),
    ...(new Set(names).size < names.length
      ? [
          {
            path: [],
            code: 'APPLICATION_COMMANDS_DUPLICATE_NAME',
            message: 'Application command names must be unique',
          },
        ]
      : []),
    ...commands.flatMap((command, index) => checkCommand(command, [index])),
  ];
}

function checkNumber(commands: readonly Raw[], type: number, max: number): readonly Complaint[] {
  const number = commands.filter((one) => (one['type'] ?? 1) === type).length;
  if (number <= max) return [];
  const message = `Maximum number of application commands reached (${max}).`;
  return [{ path: [], code: '30032', message }];
}

function checkCommand(command: Raw, path: Complaint['path']): readonly Complaint[] {
  const { type = 1 } = command;
  if (type !== 1) {
    return [
      ...textWithin(command['name'], [...path, 'name'], {
        max: discordLimits.commandNameCharacters,
      }),
      ...(charactersOf(command['description']) > 0
        ? [badChoice([...path, 'description'], 'Only slash commands have one.')]
        : []),
    ];
  }
  const characters = commandCharacters(command);
  return [
    ...checkNamed(command, path),
    ...checkOptions(command, path, 0),
    ...(characters > discordLimits.commandCharacters
      ? [
          {
            path,
            code: 'APPLICATION_COMMAND_TOO_LARGE',
            message: `Command exceeds maximum size (${discordLimits.commandCharacters})`,
          },
        ]
      : []),
  ];
}

function checkNamed(named: Raw, path: Complaint['path']): readonly Complaint[] {
  const { name } = named;
  const isFit = typeof name === 'string' && namePattern.test(name) && name === name.toLowerCase();
  return [
    ...(isFit
      ? []
      : [
          {
            path: [...path, 'name'],
            code: 'APPLICATION_COMMAND_INVALID_NAME',
            message: 'Command name is invalid',
          },
        ]),
    ...textWithin(named['description'], [...path, 'description'], {
      max: discordLimits.descriptionCharacters,
    }),
  ];
}

function checkOptions(named: Raw, path: Complaint['path'], depth: number): readonly Complaint[] {
  const options = rawsOf(named['options']);
  const names = options.map(({ name }) => name);
  const isParent = options.some(({ type }) => type === subcommand || type === group);
  const mixed = isParent && options.some(({ type }) => type !== subcommand && type !== group);
  const firstFree = options.findIndex((one) => one['required'] !== true);
  const late = options.findLastIndex((one) => one['required'] === true);
  return [
    ...(options.length > discordLimits.commandOptions
      ? [badLength([...path, 'options'], 0, discordLimits.commandOptions)]
      : []),
    ...(new Set(names).size < names.length
      ? [
          {
            path: [...path, 'options'],
            code: 'APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS',
            message: 'Option name already exists',
          },
        ]
      : []),
    ...(mixed
      ? [
          {
            path: [...path, 'options'],
            code: 'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID',
            message: 'Sub-command and sub-command group option types are mutually exclusive',
          },
        ]
      : []),
    ...(firstFree >= 0 && late > firstFree
      ? [
          {
            path: [...path, 'options', late],
            code: 'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
            message: 'Required options must be placed before non-required options',
          },
        ]
      : []),
    ...options.flatMap((option, index) => checkOption(option, [...path, 'options', index], depth)),
  ];
}

function checkOption(option: Raw, path: Complaint['path'], depth: number): readonly Complaint[] {
  const { type } = option;
  if (typeof type !== 'number' || type < 1 || type > 11) {
    return [badChoice([...path, 'type'], 'Must be one of (1 … 11).')];
  }
  const isParent = type === subcommand || type === group;
  if (isParent && depth >= (type === group ? 1 : 2)) {
    return [badChoice([...path, 'type'], 'Nested too deeply.')];
  }
  const choices = rawsOf(option['choices']);
  const max = discordLimits.choiceCharacters;
  return [
    ...checkNamed(option, path),
    ...(isParent ? checkOptions(option, path, depth + (type === group ? 1 : 2)) : []),
    ...(choices.length > discordLimits.choices
      ? [badLength([...path, 'choices'], 0, discordLimits.choices)]
      : []),
    ...choices.flatMap((choice, index) => [
      ...textWithin(choice['name'], [...path, 'choices', index, 'name'], { max }),
      ...(typeof choice['value'] === 'number'
        ? []
        : textWithin(choice['value'], [...path, 'choices', index, 'value'], { max })),
    ]),
    ...(option['autocomplete'] === true && choices.length > 0
      ? [badChoice([...path, 'autocomplete'], 'Autocomplete and choices exclude each other.')]
      : []),
  ];
}

/** Names, descriptions and values of a command and all it holds, together. */
export function commandCharacters(command: Raw): number {
  const choices = rawsOf(command['choices']);
  return (
    charactersOf(command['name']) +
    charactersOf(command['description']) +
    choices.reduce((sum, one) => sum + charactersOf(one['name']) + charactersOf(one['value']), 0) +
    rawsOf(command['options']).reduce((sum, option) => sum + commandCharacters(option), 0)
  );
}
