import type { Permission, Person } from '../domain/person.ts';
import { permissions } from '../domain/person.ts';
import type { Command } from './command.ts';
import { mayUse } from './command.ts';

const preamble = `# Who may type what

Made from the command files; \`src/commands/permission-matrix.test.ts\` compares it with them, and
writes it anew when it is run with \`UPDATE=1\`.

A person may hold several permissions. Nothing follows from anything else: an admin who should also
contain is granted \`responder\` in the open. Incident roles (commander, scribe, …) are no
permissions. A _guest_ speaks in an allowed chat with an account that is not linked to a person.
Private incidents do not exist for those who are not among their people, whatever they may.
`;

/** The permission × verb matrix as the page \`docs/permissions.md\`. */
export function permissionMatrix(commands: readonly Command[]): string {
  const head = ['type', ...permissions, 'guest', 'none'];
  const rows = commands.map((command) => [
    `\`${command.name}\``,
    ...permissions.map((one) => mark(holding([one]), command)),
    mark({ ...holding([]), guestOf: 'slack:…' }, command),
    mark(holding([]), command),
  ]);
  return `${preamble}\n${table([head, ...rows])}\n`;
}

function mark(person: Person, command: Command): string {
  return mayUse(person, command) ? 'yes' : '–';
}

/** A markdown table as the formatter leaves it: columns padded to their widest cell. */
function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((cell, column) =>
    Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = widths.map((width) => '-'.repeat(width));
  return [head, rule, ...rows].map(line).join('\n');
}

function holding(held: readonly Permission[]): Person {
  return {
    id: '',
    handle: '',
    name: '',
    permissions: held,
    addedAt: new Date(0),
    revision: 0,
  };
}
