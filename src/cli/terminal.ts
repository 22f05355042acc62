import { open, readFile, unlink } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

import { UserError } from '../errors.ts';

/** The shell that Firebreak was started from. */
export interface Terminal {
  /** A person sits there: questions may be asked. */
  readonly isInteractive: boolean;
  readonly columns: number;
  /** What the command is for. With `--json` this is one JSON value and nothing else. */
  print(text: string): void;
  /** Progress, hints and problems. */
  tell(text: string): void;
  /** Standard input to its end. @throws UserError when it holds more than 64 KiB */
  readInput(): Promise<string>;
  /** An answer that is not shown while it is typed. */
  askHidden(question: string): Promise<string>;
  readSmallFile(path: string): Promise<string>;
  /** Writes a file that only its owner may read. @throws UserError when it exists already */
  writeFile(path: string, chunks: AsyncIterable<string | Uint8Array>): Promise<void>;
}

const inputBytesAtMost = 65_536;
/** What is piped is read in a log or a mail. */
const columnsOfAPipe = 80;

/** The terminal of this process. */
export function processTerminal(streams: {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
}): Terminal {
  const { stdin, stdout, stderr } = streams;
  stdout.on('error', (error) => {
    // Who reads only the first lines (`| head`) has what they wanted.
    if (!('code' in error && error.code === 'EPIPE')) throw error;
  });
  return {
    isInteractive: stdin.isTTY && stderr.isTTY,
    columns: stdout.isTTY ? stdout.columns : columnsOfAPipe,
    print: (text) => void stdout.write(text),
    tell: (text) => void stderr.write(text),
    readInput: () => readBounded(stdin),
    askHidden: (question) => askHidden(stdin, stderr, question),
    readSmallFile,
    writeFile: writeNewFile,
  };
}

async function readBounded(stream: AsyncIterable<Buffer | string>): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    text += chunk.toString();
    if (text.length > inputBytesAtMost) {
      throw new UserError(
        'bad_input',
        'Standard input holds more than 64 KiB; a secret is shorter.',
      );
    }
  }
  return text;
}

async function askHidden(
  stdin: NodeJS.ReadStream,
  stderr: NodeJS.WriteStream,
  question: string,
): Promise<string> {
  stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: nowhere, terminal: true });
  try {
    return await lines.question('');
  } finally {
    lines.close();
    stderr.write('\n');
  }
}

const unreadable: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file.',
  EISDIR: 'It is a directory.',
  EACCES: 'Its rights do not let you read it.',
};

async function readSmallFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UserError('bad_input', `The file ${path} cannot be read.`, {
      hint:
        unreadable[error instanceof Error && 'code' in error ? String(error.code) : ''] ??
        'Check the path.',
    });
  }
}

async function writeNewFile(
  path: string,
  chunks: AsyncIterable<string | Uint8Array>,
): Promise<void> {
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw new UserError(
      'conflict',
      exists ? `${path} exists already; nothing was written.` : `${path} cannot be written.`,
      { hint: 'Name another file.' },
    );
  });
  try {
    for await (const chunk of chunks) await file.appendFile(chunk);
    await file.sync();
    await file.close();
  } catch (error) {
    // What is there now would look like the whole.
    await file.close();
    await unlink(path);
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    throw new UserError('not_ready', `The disk is full; ${path} was not kept.`, {
      hint: 'Make room, or name a file on another disk.',
    });
  }
}
