import type { Command } from 'commander';
import { Option } from 'commander';

import { UserError } from '../errors.ts';
import type { Entrance, ExportFormat } from './cli.ts';
import { exportFormats } from './cli.ts';
import { exitCodes } from './exit-code.ts';
import type { Terminal } from './terminal.ts';
import type { Who } from './who.ts';
import { claimOf, closing, tokenOf, who } from './who.ts';

type ExportContext = {
  readonly terminal: Terminal;
  readonly token: Parameters<typeof tokenOf>[0]['token'];
  readonly openEntrance: () => Promise<Entrance>;
};

/** `firebreak export INC-7`: the record of an incident, written to a file or printed. */
export function addExport(
  program: Command,
  context: ExportContext,
  done: (exitCode: number) => void,
): void {
  who(program.command('export'))
    .argument('<incident>', 'INC-7')
    .addOption(new Option('--format <format>').choices([...exportFormats]).makeOptionMandatory())
    .option('--out <file>', 'where to write it; standard output without it')
    .option('--reason <why>', 'why it leaves, which goes on its timeline; drills ask for none')
    .description('write the record of an incident, whole')
    .action(async (incident: string, options: ExportOptions) =>
      done(await exportRecord(context, incident, options)),
    );
}

/** What may be typed after `firebreak export <incident>`. */
type ExportOptions = Who & { format: ExportFormat; out?: string; reason?: string };

async function exportRecord(
  context: ExportContext,
  incident: string,
  options: ExportOptions,
): Promise<number> {
  const toOutput = options.out === undefined || options.out === '-';
  if (toOutput && options.json === true && options.format !== 'json') {
    throw new UserError('bad_input', `The format ${options.format} is no JSON.`, {
      hint: 'Write it to a file: --out FILE',
    });
  }
  const token = await tokenOf(context, options);
  await using entrance = closing(await context.openEntrance());
  const desk = await entrance.enter(await claimOf(entrance, token, options));
  const chunks = desk.export(incident, options.format, options.reason);
  if (options.out === undefined || options.out === '-') {
    for await (const chunk of chunks) context.terminal.print(chunk);
  } else {
    await context.terminal.writeFile(options.out, chunks);
    const written = { file: options.out };
    if (options.json === true) context.terminal.print(`${JSON.stringify(written)}\n`);
    else context.terminal.tell(`Wrote ${options.out}.\n`);
  }
  return exitCodes.done;
}
