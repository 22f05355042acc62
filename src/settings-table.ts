import { z } from 'zod';

import { settings } from './config.ts';

const described = z.object({
  description: z.string(),
  default: z.union([z.string(), z.number()]).optional(),
});

/** Defaults that depend on the machine, as people say them. */
const said: Readonly<Record<string, string>> = { TIME_ZONE: 'the machine’s' };

/** Every setting with its default, as the table of the README. */
export function settingsTable(): string {
  const rows = Object.entries(settings).map(([name, shape]) => {
    const options = { io: 'input', unrepresentable: 'any' } as const;
    const { description, default: usual } = described.parse(z.toJSONSchema(shape, options));
    const shown = said[name] ?? (usual === undefined ? '' : `\`${usual}\``);
    return [`\`${name}\``, shown, description.replaceAll('|', '\\|')];
  });
  return table([['name', 'default', 'what'], ...rows]);
}

/** A markdown table as the formatter leaves it: columns padded to their widest cell. */
function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((cell, column) =>
    Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [head, widths.map((width) => '-'.repeat(width)), ...rows].map(line).join('\n');
}
