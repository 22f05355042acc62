import type { Command } from 'commander';

import type { Reply } from '../domain/reply.ts';

/** `firebreak runbooks check [DIR]`: what is wrong in the runbooks of a folder. No database. */
export function addRunbooks(
  program: Command,
  context: { readonly checkRunbooks: (folder: string | undefined) => Promise<Reply> },
  show: (reply: Reply, json: boolean) => void,
): void {
  program
    .command('runbooks')
    .description('the markdown runbooks')
    .command('check')
    .argument('[folder]', 'where they are; those that ship with Firebreak without it')
    .option('--json', 'one JSON value')
    .description('read every runbook and name each mistake at file:line:column; exit 1 on any')
    .action(async (folder: string | undefined, options: { json?: boolean }) =>
      show(await context.checkRunbooks(folder), options.json === true),
    );
}
