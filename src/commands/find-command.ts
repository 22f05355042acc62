import { UserError } from '../errors.ts';
import type { Command } from './command.ts';
import { nearest } from './nearest.ts';
import type { Token } from './tokens.ts';

/** Other names of groups that people bring from elsewhere. */
const groupAliases: Readonly<Record<string, string>> = {
  note: 'log',
  timeline: 'log',
  roles: 'role',
  people: 'person',
  persons: 'person',
  containment: 'contain',
  exports: 'export',
};

/** The command a line names, or the group whose verbs are wanted. `used` tokens named it. */
export type FoundCommand =
  | { readonly kind: 'command'; readonly command: Command; readonly used: number }
  | { readonly kind: 'group'; readonly group: string };

/** `contain` of `contain plan`; undefined for `declare`. */
export function groupOf(command: Command): string | undefined {
  const [group, verb] = command.name.split(' ');
  return verb === undefined ? undefined : group;
}

/**
 * Finds the command that a line begins with; the longer name wins.
 *
 * @throws UserError `unknown_command` with the nearest names
 */
export function findCommand(
  commands: readonly Command[],
  line: readonly Pick<Token, 'raw'>[],
): FoundCommand {
  const names = namesOf(commands);
  const first = verbOf(line[0]?.raw ?? '');
  const second = verbOf(line[1]?.raw ?? '');
  const group = groupAliases[first] ?? first;

  const grouped = names.get(`${group} ${second}`) ?? names.get(`${first} ${second}`);
  if (grouped !== undefined) return { kind: 'command', command: grouped, used: 2 };
  const single = names.get(first);
  if (single !== undefined) return { kind: 'command', command: single, used: 1 };

  const inGroup = commands.filter((command) => groupOf(command) === group);
  if (inGroup.length === 0) throw unknown(commands, first, second);
  if (second === '') return { kind: 'group', group };
  throw unknownVerb(inGroup, group, second);
}

/** Lower case, without the slash, colon or full stop that comes along. */
function verbOf(raw: string): string {
  return raw
    .toLowerCase()
    .replace(/^\//, '')
    .replace(/[.,;:!?]+$/, '');
}

function namesOf(commands: readonly Command[]): ReadonlyMap<string, Command> {
  const names = new Map<string, Command>();
  for (const command of commands) {
    for (const name of command.aliases ?? []) names.set(name, command);
  }
  for (const command of commands) names.set(command.name, command);
  return names;
}

function unknownVerb(inGroup: readonly Command[], group: string, verb: string): UserError {
  const verbs = inGroup.map((command) => command.name.slice(group.length + 1));
  const near = nearest(verb, verbs);
  return new UserError('unknown_command', `“${group}” has no verb “${verb}”.`, {
    hint: `It has ${verbs.join(', ')}. More: \`help ${group}\``,
    candidates: (near.length > 0 ? near : verbs).map((name) => `${group} ${name}`),
  });
}

function unknown(commands: readonly Command[], first: string, second: string): UserError {
  const names = commands.flatMap((command) => [command.name, ...(command.aliases ?? [])]);
  const verbs = commands.filter((command) => command.name.endsWith(` ${first}`));
  const swapped = verbs.filter((command) => groupOf(command) === second);
  const groups = commands.flatMap((command) => groupOf(command) ?? []);
  const words = [...names.filter((name) => !name.includes(' ')), ...groups];
  const near = [...(swapped.length > 0 ? swapped : verbs)].map((command) => command.name);
  // Both words misspelt or run together: `contian paln`, `containplan`.
  const whole = nearest(`${first} ${second}`.trim(), names);
  const candidates = [...new Set([...near, ...whole, ...nearest(first, words)])].slice(0, 4);
  return new UserError('unknown_command', `There is no command “${first}”.`, {
    hint: '`help` lists them all.',
    candidates,
  });
}
