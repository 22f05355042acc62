import type { Command } from 'commander';
import { Option } from 'commander';

import type { Reply, View } from '../domain/reply.ts';
import type { Terminal } from './terminal.ts';

/** What is done with runbooks as files. No database, no network. */
export interface RunbookFiles {
  /** What is wrong in the runbooks of a folder, or in those that ship. */
  check(this: void, folder: string | undefined): Promise<Reply>;
  /** A runbook as a CACAO playbook, in JSON. @throws UserError when there is none, or it is broken */
  export(this: void, id: string, folder: string | undefined): Promise<string>;
  /** Makes a runbook of a CACAO playbook; nothing of it is run. */
  import(this: void, file: string): Promise<ImportedRunbook>;
  /** A runbook to begin from. @throws UserError when the id is none, or is one that ships */
  create(this: void, id: string, title: string | undefined): Promise<string>;
  /** How a runbook goes, as SVG. @throws UserError when there is none, or it is broken */
  picture(this: void, id: string, folder: string | undefined): Promise<string>;
}

/** The text of a runbook's file that does not exist yet, or why there is none. */
export type ImportedRunbook =
  | {
      readonly kind: 'good';
      readonly id: string;
      readonly text: string;
      readonly warnings: readonly string[];
    }
  | { readonly kind: 'bad'; readonly reply: Reply };

type Show = (reply: Reply, json: boolean) => void;
type RunbooksContext = { readonly terminal: Terminal; readonly runbookFiles: RunbookFiles };

/** `firebreak runbooks …`: write, check and exchange runbooks, as files. */
export function addRunbooks(program: Command, context: RunbooksContext, show: Show): void {
  const runbooks = program.command('runbooks').description('the markdown runbooks');

  runbooks
    .command('check')
    .argument('[folder]', 'where they are; those that ship with Firebreak without it')
    .option('--json', 'one JSON value')
    .description('read every runbook and name each mistake at file:line:column; exit 1 on any')
    .action(async (folder: string | undefined, options: { json?: boolean }) =>
      show(await context.runbookFiles.check(folder), options.json === true),
    );

  addNew(runbooks, context, show);
  addShow(runbooks, context, show);
  addExchange(runbooks, context, show);
}

/** `firebreak runbooks show <id> --svg`: the picture is printed, or written to a file. */
function addShow(runbooks: Command, { terminal, runbookFiles }: RunbooksContext, show: Show): void {
  runbooks
    .command('show')
    .argument('<id>', 'of the runbook: leaked-credential')
    .requiredOption('--svg [file]', 'draw how it goes: printed without a file')
    .option('--folder <folder>', 'where it is; those that ship with Firebreak without it')
    .option('--json', 'one JSON value')
    .description('draw the steps of a runbook and the ways between them')
    .action(
      async (id: string, options: { svg: string | true; folder?: string; json?: boolean }) => {
        const svg = await runbookFiles.picture(id, options.folder);
        if (options.svg === true) {
          return terminal.print(
            options.json === true ? `${JSON.stringify({ svg })}\n` : `${svg}\n`,
          );
        }
        await terminal.writeFile(options.svg, once(svg));
        show(written(options.svg, []), options.json === true);
      },
    );
}

/** `firebreak runbooks export <id>` and `import <file>`. */
function addExchange(
  runbooks: Command,
  { terminal, runbookFiles }: RunbooksContext,
  show: Show,
): void {
  runbooks
    .command('export')
    .argument('<id>', 'of the runbook: leaked-credential')
    .addOption(
      new Option('--format <format>', 'CACAO 2.0, the OASIS standard')
        .choices(['cacao'])
        .default('cacao'),
    )
    .option('--folder <folder>', 'where it is; those that ship with Firebreak without it')
    .option('--out <file>', 'write it there instead of printing it; nothing is written over')
    .option('--json', 'one JSON value: the playbook itself where it is printed')
    .description('write a runbook as a playbook of manual steps that other tools read')
    .action(async (id: string, options: { folder?: string; out?: string; json?: boolean }) => {
      const text = await runbookFiles.export(id, options.folder);
      if (options.out === undefined) return terminal.print(text);
      await terminal.writeFile(options.out, once(text));
      show(written(options.out, []), options.json === true);
    });

  runbooks
    .command('import')
    .argument('<file>', 'a CACAO 2.0 playbook, from anybody')
    .option('--out <file>', 'the new runbook; its id and .md without it; nothing is written over')
    .option('--json', 'one JSON value')
    .description('make a runbook of a playbook; its commands are shown as text and never run')
    .action(async (file: string, options: { out?: string; json?: boolean }) => {
      const made = await runbookFiles.import(file);
      if (made.kind === 'bad') return show(made.reply, options.json === true);
      const out = options.out ?? `${made.id}.md`;
      await terminal.writeFile(out, once(made.text));
      show(written(out, [...made.warnings, ...afterImport]), options.json === true);
    });
}

/** `firebreak runbooks new <id>`. */
function addNew(runbooks: Command, { terminal, runbookFiles }: RunbooksContext, show: Show): void {
  runbooks
    .command('new')
    .argument('<id>', 'of the new runbook: leaked-host')
    .option('--title <title>', 'what people call it; the id in words without it')
    .option('--out <file>', 'where to write it; its id and .md without it; nothing is written over')
    .option('--json', 'one JSON value')
    .description('write a runbook to begin from; comments in it say what may stand where')
    .action(async (id: string, options: { title?: string; out?: string; json?: boolean }) => {
      const out = options.out ?? `${id}.md`;
      await terminal.writeFile(out, once(await runbookFiles.create(id, options.title)));
      const next =
        `Open ${out}, make it yours, and put it into your folder of runbooks. ` +
        'firebreak runbooks check <folder> says what is wrong, docs/runbooks.md what can stand in it.';
      show(written(out, [next]), options.json === true);
    });
}

const afterImport = [
  'Every step is one that people do. Read it whole, take out what does not fit, and put it into your ' +
    'folder of runbooks; firebreak runbooks check reads it there.',
];

function written(file: string, next: readonly string[]): View {
  return {
    kind: 'view',
    title: `Wrote ${file}.`,
    blocks: next.map((text) => ({ kind: 'text', text })),
    next: [],
    audience: 'person',
    outcome: 'done',
    data: { file },
  };
}

async function* once(text: string): AsyncIterable<string> {
  yield await Promise.resolve(text);
}
