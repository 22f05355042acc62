import type { Command } from 'commander';

import type { Reply, View } from '../domain/reply.ts';
import type { Secret } from '../domain/secret.ts';
import type { Entrance } from './cli.ts';
import type { Terminal } from './terminal.ts';
import type { Who } from './who.ts';
import { claimOf, closing, tokenOf, who } from './who.ts';

/** What looking after an installation needs beside the way in. */
export type Upkeep = {
  /** What works and what to fix; answers also when nothing works. */
  readonly doctor: () => Promise<Reply>;
  /** Backs up a PostgreSQL that waits for its migrations. False when it can be opened as usual. */
  readonly backUpUnopened: (file: string) => Promise<boolean>;
  /** The PEM with which checkpoints of this instance are verified. */
  readonly publicKey: () => Promise<string>;
  /** Fills an empty database from a backup. */
  readonly restore: (file: string) => Promise<Reply>;
};

type UpkeepContext = Upkeep & {
  readonly terminal: Terminal;
  readonly token: Secret | undefined;
  readonly openEntrance: () => Promise<Entrance>;
};

/** Adds `doctor`, `backup` and `restore`. @param show prints a reply and sets the exit code */
export function addUpkeep(
  program: Command,
  context: UpkeepContext,
  show: (reply: Reply, json: boolean) => void,
): void {
  program
    .command('doctor')
    .option('--json', 'one JSON value')
    .description('say what works and what to fix, also when nothing works; changes nothing')
    .action(async (options: { json?: boolean }) =>
      show(await context.doctor(), options.json === true),
    );

  who(program.command('backup'))
    .argument('<file>', 'a new file; it is not written over')
    .description('write everything but the keys into one file, also while a server runs')
    .action(async (file: string, options: Who) =>
      show(await backUp(context, file, options), options.json === true),
    );

  program
    .command('public-key')
    .option('--json', 'one JSON value')
    .description('print the key that verifies records of this instance; keep it apart from them')
    .action(async (options: { json?: boolean }) => {
      const publicKey = await context.publicKey();
      const printed = options.json === true ? `${JSON.stringify({ publicKey })}\n` : publicKey;
      context.terminal.print(printed);
    });

  program
    .command('restore')
    .argument('<file>', 'a backup of the embedded database or of PostgreSQL')
    .option('--json', 'one JSON value')
    .description('fill an empty database from a backup; plans, sessions and tokens are void after')
    .action(async (file: string, options: { json?: boolean }) =>
      show(await context.restore(file), options.json === true),
    );
}

async function backUp(context: UpkeepContext, file: string, options: Who): Promise<View> {
  if (await context.backUpUnopened(file)) return written(file);
  const token = await tokenOf(context, options);
  await using entrance = closing(await context.openEntrance());
  const desk = await entrance.enter(await claimOf(entrance, token, options));
  await context.terminal.writeFile(file, desk.backup());
  return written(file);
}

function written(file: string): View {
  return {
    kind: 'view',
    title: `Wrote ${file}.`,
    blocks: [
      {
        kind: 'text',
        text:
          'The keys are not in it. Without the encryption key (secret.key in the data directory, ' +
          'or FIREBREAK_KEY) nobody can restore it, and without the signing key (signing-key.pem ' +
          'there) timelines go on with another one: keep a copy of both somewhere else.',
      },
    ],
    next: [],
    audience: 'person',
    outcome: 'done',
    data: { file },
  };
}
