import type { Argument, Command, Option } from 'commander';

/** The commands of the shell as chapters of `docs/commands.md`, made from commander's own help. */
export function shellReference(program: Command): string {
  const spoken = program.commands.find((command) => command.name() === 'ir');
  return leavesOf(program)
    .map((command) => chapter(program, command, command === spoken ? undefined : spoken))
    .join('\n\n');
}

function leavesOf(command: Command): readonly Command[] {
  if (command.commands.length === 0) return [command];
  return command.commands.flatMap(leavesOf);
}

/** @param like a command whose options are not told again when this one has them all */
function chapter(program: Command, command: Command, like: Command | undefined): string {
  const name = pathOf(program, command);
  const told = like?.options.map(({ flags }) => flags) ?? [];
  const hasThem = like !== undefined && told.every((flags) => has(command, flags));
  const lines = [
    ...command.registeredArguments.filter(({ description }) => description !== '').map(argument),
    ...command.options
      .filter(({ flags, hidden }) => !hidden && (!hasThem || !told.includes(flags)))
      .map(option),
    ...(hasThem ? [`- the options of \`${pathOf(program, like)}\``] : []),
  ];
  return [
    `### ${name}`,
    `${sentence(command.description())}.`,
    `\`${[name, usageOf(command)].join(' ').trim()}\``,
    ...(lines.length === 0 ? [] : [lines.join('\n')]),
  ].join('\n\n');
}

function has(command: Command, flags: string): boolean {
  return command.options.some((one) => one.flags === flags);
}

function usageOf(command: Command): string {
  return command.options.length > 0 ? command.usage() : command.usage().replace('[options]', '');
}

function pathOf(program: Command, command: Command): string {
  const { parent } = command;
  return parent === null || command === program
    ? command.name()
    : `${pathOf(program, parent)} ${command.name()}`;
}

function argument(one: Argument): string {
  return `- \`${one.name()}\` ${plain(one.description)}`;
}

function option({ flags, description, argChoices, defaultValue }: Option): string {
  const choices = argChoices?.length ? ` (${argChoices.join(', ')})` : '';
  const usual = typeof defaultValue === 'string' ? ` (usually \`${defaultValue}\`)` : '';
  return `- \`${flags}\` ${plain(description)}${choices}${usual}`.replaceAll(/ +/g, ' ');
}

function sentence(text: string): string {
  return plain(text.charAt(0).toUpperCase() + text.slice(1));
}

function plain(text: string): string {
  return text.replaceAll(/[<*[\]\\]/g, '\\$&');
}
