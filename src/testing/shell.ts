import type { Claim, ConnectInput, Desk, Entrance, ProviderInput } from '../cli/cli.ts';
import type { CliContext } from '../cli/program.ts';
import { runCli } from '../cli/program.ts';
import type { Terminal } from '../cli/terminal.ts';
import type { Reply } from '../domain/reply.ts';
import { Secret } from '../domain/secret.ts';
import { UserError } from '../errors.ts';
import { aView } from './replies.ts';

export { aView };

const noRunbookFiles: CliContext['runbookFiles'] = {
  check: () => Promise.resolve(aView()),
  export: () => Promise.resolve('{}\n'),
  create: () => Promise.resolve(''),
  picture: () => Promise.resolve('<svg/>'),
  import: () => Promise.resolve({ kind: 'good', id: 'x', text: '', warnings: [] }),
};

/** A shell whose screen, keyboard and files are variables. */
export type TestShell = {
  readonly context: CliContext;
  readonly out: string;
  readonly err: string;
  readonly files: Map<string, string>;
  run(...argv: string[]): Promise<number>;
};

/** @param options.typed what is typed at a hidden prompt; its presence makes the shell interactive */
export function aShell(options: {
  readonly entrance: Entrance;
  readonly files?: Readonly<Record<string, string>>;
  readonly typed?: string;
  readonly piped?: string;
  readonly token?: string;
  readonly verify?: CliContext['verify'];
  readonly runbookFiles?: CliContext['runbookFiles'];
}): TestShell {
  const files = new Map(Object.entries(options.files ?? {}));
  const screen = { out: '', err: '' };
  const terminal = aTerminal(screen, files, options);
  let clock = 0;
  const context: CliContext = {
    terminal,
    openEntrance: () => Promise.resolve(options.entrance),
    serve: () => Promise.resolve(),
    migrate: () => Promise.resolve(aView()),
    doctor: () => Promise.resolve(aView({ title: 'Examined.' })),
    backUpUnopened: () => Promise.resolve(false),
    publicKey: () => Promise.resolve('a public key\n'),
    restore: (file) => Promise.resolve(aView({ title: `Restored ${file}.` })),
    drawPng: (svg) =>
      Promise.resolve({ bytes: Buffer.from(`PNG of ${svg}`), whole: !svg.includes('漢') }),
    verify: options.verify ?? (() => Promise.resolve(aView())),
    runbookFiles: options.runbookFiles ?? noRunbookFiles,
    token: options.token === undefined ? undefined : new Secret(options.token),
    wait: (ms) => {
      clock += ms;
      return Promise.resolve();
    },
    now: () => new Date(clock),
  };
  return {
    context,
    get out() {
      return screen.out;
    },
    get err() {
      return screen.err;
    },
    files,
    run: (...argv) => runCli(argv, context),
  };
}

function aTerminal(
  screen: { out: string; err: string },
  files: Map<string, string>,
  options: { readonly typed?: string; readonly piped?: string },
): Terminal {
  return {
    isInteractive: options.typed !== undefined,
    columns: 100,
    print: (text) => {
      screen.out += text;
    },
    tell: (text) => {
      screen.err += text;
    },
    readInput: () => Promise.resolve(options.piped ?? ''),
    askHidden: (question) => {
      screen.err += question;
      return Promise.resolve(options.typed ?? '');
    },
    readSmallFile: (path) => {
      const text = files.get(path);
      if (text === undefined) throw new UserError('bad_input', `The file ${path} cannot be read.`);
      return Promise.resolve(text);
    },
    writeFile: async (path, chunks) => {
      if (files.has(path)) throw new UserError('conflict', `${path} exists already.`);
      let text = '';
      for await (const chunk of chunks) {
        text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('latin1');
      }
      files.set(path, text);
    },
  };
}

/** What an entrance was asked, and what it answers to each line. */
export type ScriptedEntrance = Entrance & {
  readonly claims: Claim[];
  readonly lines: string[];
  /** Codes that came with lines. */
  readonly codes: string[];
  readonly connects: ConnectInput[];
  readonly providers: ProviderInput[];
  readonly worked: () => number;
  readonly closed: () => number;
};

/**
 * An entrance that knows the operator's token `fbt_operator` and Ben's `fbt_ben`, and answers lines
 * from a script. A line that is not in it fails the test.
 */
export function scriptedEntrance(
  script: Readonly<Record<string, readonly Reply[]>>,
): ScriptedEntrance {
  const left = new Map(Object.entries(script).map(([line, replies]) => [line, [...replies]]));
  const claims: Claim[] = [];
  const lines: string[] = [];
  const codes: string[] = [];
  const connects: ConnectInput[] = [];
  const providers: ProviderInput[] = [];
  const count = { worked: 0, closed: 0 };
  const desk: Desk = {
    say: (line, code) => {
      if (count.closed > 0) throw new Error('The instance is closed already.');
      lines.push(line);
      if (code) codes.push(code.reveal());
      const reply = left.get(line)?.shift();
      if (!reply) throw new Error(`Nobody expected “${line}”.`);
      return Promise.resolve(reply);
    },
    connect: (input) => {
      connects.push(input);
      return Promise.resolve(aView({ title: `Connected ${input.name}.` }));
    },
    connectProvider: (input) => {
      providers.push(input);
      return Promise.resolve(aView({ title: `A way to ${input.kind}.` }));
    },
    enrolFactor: () =>
      Promise.resolve({
        secret: new Secret('otpauth://totp/x'),
        reply: aView({ title: 'A factor.' }),
      }),
    confirmFactor: () => Promise.resolve(aView({ title: 'It counts.' })),
    issueToken: () =>
      Promise.resolve({ secret: new Secret('fbt_new'), reply: aView({ title: 'A new token.' }) }),
    invite: () =>
      Promise.resolve({ secret: new Secret('fbi_new'), reply: aView({ title: 'An invitation.' }) }),
    consoleLink: () =>
      Promise.resolve({
        secret: new Secret('http://127.0.0.1:7330/enter#once'),
        reply: aView({ title: 'A link that opens the console once.' }),
      }),
    export: pieces,
    backup: backedUp,
    examine: () => Promise.resolve([{ about: 'timeline', state: 'works', text: 'It holds.' }]),
  };
  return {
    claims,
    lines,
    codes,
    connects,
    providers,
    worked: () => count.worked,
    closed: () => count.closed,
    enter: (claim) => {
      claims.push(claim);
      const known: Record<string, string> = { fbt_operator: 'operator', fbt_ben: 'ben' };
      const handle = known[claim.token.reveal()];
      if (handle === undefined || (claim.as !== undefined && claim.as !== handle)) {
        throw new UserError('not_allowed', 'This token is not theirs.');
      }
      return Promise.resolve(desk);
    },
    redeem: (code) =>
      code.reveal() === 'fbi_good'
        ? Promise.resolve({ secret: new Secret('fbt_fresh'), reply: aView({ title: 'Welcome.' }) })
        : Promise.reject(new UserError('not_allowed', 'This code is not known.')),
    startWork: () => {
      if (count.closed > 0) throw new Error('The instance is closed already.');
      count.worked += 1;
      return Promise.resolve();
    },
    operatorToken: () => Promise.resolve(new Secret('fbt_operator')),
    close: () => {
      count.closed += 1;
      return Promise.resolve();
    },
  };
}

async function* backedUp(): AsyncIterable<Uint8Array> {
  yield await Promise.resolve(Uint8Array.of(31, 139, 0, 255));
}

async function* pieces(incident: string, format: string, why?: string): AsyncIterable<string> {
  if (incident !== 'INC-1') throw new UserError('not_found', `There is no ${incident}.`);
  yield await Promise.resolve(`${format} of `);
  yield why === undefined ? incident : `${incident}: ${why}`;
}
