import { Command, CommanderError, Option } from 'commander';

import { environments, platformKinds } from '../domain/connection.ts';
import type { Problem, Reply } from '../domain/reply.ts';
import type { Secret } from '../domain/secret.ts';
import { answer, problemOf } from './answer.ts';
import type { Desk, Entrance } from './cli.ts';
import type { CodeOptions } from './code.ts';
import { addFactor, sayWithCode } from './code.ts';
import type { ConnectOptions } from './connect-input.ts';
import { connectInputOf, noSecret, secretFile, sessionFile } from './connect-input.ts';
import { exitCodeOf, exitCodes } from './exit-code.ts';
import { addExport } from './export.ts';
import { follow } from './follow.ts';
import type { DrawPng } from './picture.ts';
import { addPicture } from './picture.ts';
import { progressLine } from './progress.ts';
import { addProvider } from './provider.ts';
import { render } from './render.ts';
import type { RunbookFiles } from './runbooks.ts';
import { addRunbooks } from './runbooks.ts';
import { readSecret } from './secret-input.ts';
import type { Terminal } from './terminal.ts';
import { lineOf, quoted } from './typed-line.ts';
import type { Upkeep } from './upkeep.ts';
import { addUpkeep } from './upkeep.ts';
import type { Who } from './who.ts';
import { claimOf, closing, tokenOf, waitMsOf, who } from './who.ts';

/** What the command line needs of the world around it. */
export type CliContext = Upkeep & {
  readonly terminal: Terminal;
  /** Opens the instance: a running server if there is one, else the database itself. */
  readonly openEntrance: () => Promise<Entrance>;
  readonly serve: () => Promise<void>;
  readonly migrate: () => Promise<Reply>;
  /** Reads a bundle and says whether it is whole. No database, no network. */
  readonly verify: (file: string, keyFile: string | undefined) => Promise<Reply>;
  readonly runbookFiles: RunbookFiles;
  readonly drawPng: DrawPng;
  /** FIREBREAK_TOKEN. */
  readonly token: Secret | undefined;
  readonly wait: (ms: number) => Promise<void>;
  readonly now: () => Date;
};

/** Runs one command line and answers its exit code. Never throws for what a person can fix. */
export async function runCli(argv: readonly string[], context: CliContext): Promise<number> {
  const json = argv.includes('--json');
  const { terminal } = context;
  let exitCode: number = exitCodes.done;
  // One JSON value and nothing else: also no usage, which commander would tell beside it.
  const around = json ? { ...context, terminal: { ...terminal, tell: () => {} } } : context;
  const program = buildProgram(around, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return exitCodes.done;
      return json ? answer(terminal, misuse(error), json) : exitCodes.usage;
    }
    const problem = problemOf(error);
    if (!problem) throw error;
    return answer(terminal, problem, json);
  }
}

function misuse({ code, message }: CommanderError): Problem {
  return {
    kind: 'problem',
    code: 'bad_input',
    message: code === 'commander.help' ? 'A command is missing.' : message.replace(/^error: /, ''),
    hint: 'firebreak --help shows every command',
    candidates: [],
  };
}

/** Every command of the shell. @param done hears the exit code */
export function buildProgram(context: CliContext, done: (exitCode: number) => void): Command {
  const { terminal } = context;
  const show = (reply: Reply, json: boolean) => done(answer(terminal, reply, json));
  const program = new Command('firebreak')
    .description('Find, disable, verify and undo automations in a security incident.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.print(text),
      writeErr: (text) => terminal.tell(text),
    })
    .showHelpAfterError('(firebreak --help shows every command)');

  program
    .command('serve')
    .description('run the bot: jobs, verification, and the door for this command line')
    .action(() => context.serve());

  addConsole(program, context, done);

  who(program.command('ir'))
    .argument(
      '[line...]',
      'what you would type after /ir in chat: "scope find host:*.evil.example"',
    )
    .option('--code-file <file>', 'a code of your authenticator app, where one is asked for')
    .description('say one chat line: same commands, same rules')
    .action(async (words: string[], options: CodeOptions) =>
      done(await say(context, lineOf(words), options)),
    );

  addExport(program, context, done);
  addPicture(program, context, show);

  program
    .command('verify')
    .argument('<bundle>', 'a JSON export')
    .option('--key <file>', 'the public key you trust, from another source than the bundle')
    .option('--json', 'one JSON value')
    .description('check an exported record offline; names the first bad entry')
    .action(async (file: string, options: { key?: string; json?: boolean }) =>
      show(await context.verify(file, options.key), options.json === true),
    );

  addUpkeep(program, context, show);
  addRunbooks(program, context, show);
  addPerson(program, context, done);
  addConnect(program, context, done);
  addProvider(program, context, show);
  addOwnFactor(program, context, done);

  program
    .command('migrate')
    .option('--json', 'one JSON value')
    .description('bring the database up to this version')
    .action(async (options: { json?: boolean }) =>
      done(answer(terminal, await context.migrate(), options.json === true)),
    );
  return program;
}

function addConsole(program: Command, context: CliContext, done: (code: number) => void): void {
  who(program.command('console'))
    .option('--out <file>', 'write the link there (0600) instead of showing it')
    .description('make a link that opens the console once, while a server runs')
    .action(async (options: Who & { out?: string }) =>
      done(await issue(context, options, (desk) => desk.consoleLink())),
    );
}

function addOwnFactor(program: Command, context: CliContext, done: (code: number) => void): void {
  addFactor(program, {
    enrol: async (options) => done(await issue(context, options, (desk) => desk.enrolFactor())),
    confirm: async (options) => {
      const token = await tokenOf(context, options);
      const code = await readSecret(context.terminal, 'Code: ', options.codeFile, '--code-file');
      await using entrance = closing(await context.openEntrance());
      const desk = await entrance.enter(await claimOf(entrance, token, options));
      done(answer(context.terminal, await desk.confirmFactor(code), options.json === true));
    },
  });
}

function addPerson(program: Command, context: CliContext, done: (code: number) => void): void {
  const person = program.command('person').description('people and their CLI tokens');
  who(person.command('token'))
    .argument('[handle]', 'whose; your own without it')
    .option('--out <file>', 'write the token there (0600) instead of showing it')
    .description('make a new CLI token; it is shown once')
    .action(async (handle: string | undefined, options: Who & { out?: string }) =>
      done(await issue(context, options, (desk) => desk.issueToken(handle))),
    );
  who(person.command('invite'))
    .argument('<handle>')
    .option('--out <file>', 'write the code there (0600) instead of showing it')
    .description('make a one-time code with which a person gets their own token')
    .action(async (handle: string, options: Who & { out?: string }) =>
      done(await issue(context, options, (desk) => desk.invite(handle))),
    );
  person
    .command('redeem')
    .option('--code-file <file>', 'the code; asked for or read from standard input without it')
    .option('--out <file>', 'write the token there (0600) instead of showing it')
    .option('--json', 'one JSON value')
    .description('trade an invitation code for your own token')
    .action(async (options: { codeFile?: string; out?: string; json?: boolean }) => {
      const question = 'Invitation code: ';
      const code = await readSecret(context.terminal, question, options.codeFile, '--code-file');
      await using entrance = closing(await context.openEntrance());
      done(await showIssued(context, await entrance.redeem(code), options));
    });
  for (const verb of ['add', 'grant', 'revoke', 'list', 'disable', 'enable']) {
    who(person.command(verb))
      .argument('[words...]')
      .description(`the same as: firebreak ir "person ${verb} …"`)
      .action(async (words: string[], options: Who) =>
        done(await say(context, ['person', verb, ...words].map(quoted).join(' '), options)),
      );
  }
}

function addConnect(program: Command, context: CliContext, done: (code: number) => void): void {
  who(program.command('connect'))
    .argument('<kind>', platformKinds.join(', '))
    .option('--url <url>', 'where the platform is: https://n8n.example')
    .option('--name <name>', 'what people type after connection:')
    .addOption(secretFile)
    .addOption(sessionFile)
    .addOption(noSecret)
    .option('--allow-private', 'this host is in a private network and may be called', false)
    .addOption(
      new Option('--environment <environment>', 'production unless you say drill').choices([
        ...environments,
      ]),
    )
    .description('add a platform, or give a known one a new address or key')
    .action(async (kind: string, options: Who & ConnectOptions) => {
      waitMsOf(options);
      const token = await tokenOf(context, options);
      const input = await connectInputOf(context.terminal, kind, options);
      await using entrance = closing(await context.openEntrance());
      const desk = await entrance.enter(await claimOf(entrance, token, options));
      const reply = await desk.connect(input);
      done(await finish(context, entrance, desk, reply, options));
    });
}

async function say(context: CliContext, line: string, options: CodeOptions): Promise<number> {
  waitMsOf(options);
  const token = await tokenOf(context, options);
  await using entrance = closing(await context.openEntrance());
  const desk = await entrance.enter(await claimOf(entrance, token, options));
  const reply = await sayWithCode(context.terminal, desk, line, options);
  return await finish(context, entrance, desk, reply, options);
}

/** Follows work that goes on, then prints the last answer. */
async function finish(
  context: CliContext,
  entrance: Entrance,
  desk: Desk,
  reply: Reply,
  options: Who,
): Promise<number> {
  if (reply.kind !== 'view' || reply.outcome !== 'open' || reply.follow === undefined) {
    return answer(context.terminal, reply, options.json === true);
  }
  if (options.json !== true) context.terminal.tell(render(reply, context.terminal));
  await entrance.startWork();
  let shown = reply;
  const last = await follow(reply, {
    say: (line) => desk.say(line),
    wait: context.wait,
    now: context.now,
    until: new Date(context.now().getTime() + waitMsOf(options)),
    onProgress: (step) => {
      if (options.json === true || step.kind !== 'view') return;
      const line = progressLine(shown, step);
      if (line !== undefined) context.terminal.tell(line);
      shown = step;
    },
  });
  return answer(context.terminal, last, options.json === true);
}

async function issue(
  context: CliContext,
  options: Who & { out?: string },
  ask: (desk: Awaited<ReturnType<Entrance['enter']>>) => ReturnType<Entrance['redeem']>,
): Promise<number> {
  const token = await tokenOf(context, options);
  await using entrance = closing(await context.openEntrance());
  const desk = await entrance.enter(await claimOf(entrance, token, options));
  return await showIssued(context, await ask(desk), options);
}

/** A new secret goes to a file, or to standard output alone so that it can be piped. */
async function showIssued(
  context: CliContext,
  { secret, reply }: Awaited<ReturnType<Entrance['redeem']>>,
  options: { out?: string; json?: boolean },
): Promise<number> {
  if (options.json === true && reply.kind === 'view') {
    const { out } = options;
    if (out !== undefined) await context.terminal.writeFile(out, once(`${secret.reveal()}\n`));
    const where = out === undefined ? { secret: secret.reveal() } : { file: out };
    return answer(context.terminal, { ...reply, data: { ...reply.data, ...where } }, true);
  }
  if (options.out === undefined) context.terminal.print(`${secret.reveal()}\n`);
  else await context.terminal.writeFile(options.out, once(`${secret.reveal()}\n`));
  context.terminal.tell(render(reply, context.terminal));
  return exitCodeOf(reply);
}

async function* once(text: string): AsyncIterable<string> {
  yield await Promise.resolve(text);
}
