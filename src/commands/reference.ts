import type { Command } from './command.ts';
import { usageOf } from './usage.ts';

/** Every verb as a chapter of `docs/commands.md`, made from the command files. */
export function verbReference(commands: readonly Command[]): string {
  return commands.map(chapter).join('\n\n');
}

function chapter(command: Command): string {
  const { name, summary, aliases = [], permission, alsoFor = [], examples } = command;
  const named = [
    ...Object.entries(command.options ?? {}).map(([key, what]) => `- \`${key}:\` ${plain(what)}`),
    ...Object.entries(command.flags ?? {}).map(([key, what]) => `- \`--${key}\` ${plain(what)}`),
  ];
  const may = [permission, ...alsoFor].map((one) => `\`${one}\``).join(' or ');
  const also = aliases.length === 0 ? '' : ` Also: ${aliases.map(code).join(', ')}.`;
  return [
    `### ${name}`,
    sentence(plain(summary)),
    code(usageOf(command)),
    ...(named.length === 0 ? [] : [named.join('\n')]),
    `Needs ${may}.${also}`,
    ['```text', ...examples, '```'].join('\n'),
  ].join('\n\n');
}

/** A summary that is a question ends as one. */
function sentence(summary: string): string {
  return summary.endsWith('?') ? summary : `${summary}.`;
}

/** In backticks, also when the text holds some itself. */
function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** Outside of backticks nothing is markup: `<` would begin a tag. */
function plain(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((piece) => (piece.startsWith('`') ? piece : piece.replaceAll(/[<*[\]\\]/g, '\\$&')))
    .join('');
}
