import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('../launch.mjs', import.meta.url));
const commandWithinMs = 10 * 60_000;
const serverWithinMs = 180_000;

/** What a command line printed and how it ended. */
export type Said = {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The JSON value on standard output. @throws Error when there is none */
  json(): unknown;
};

/**
 * An installation of Firebreak in a temporary folder, used as a person at a shell uses it: only
 * through child processes of the command line.
 */
export class Instance {
  readonly folder: string;
  readonly dataDir: string;
  /** Everything that any process of it printed, for a search for leaks. */
  readonly printed: string[] = [];
  /** Environment variables that it is started with. */
  readonly settings: Readonly<Record<string, string>>;

  private constructor(folder: string, settings: Readonly<Record<string, string>>) {
    this.folder = folder;
    this.dataDir = join(folder, 'data');
    this.settings = settings;
  }

  /** @param settings environment variables, e.g. `DATABASE_URL` */
  static async create(settings: Readonly<Record<string, string>> = {}): Promise<Instance> {
    return new Instance(await mkdtemp(join(tmpdir(), 'firebreak-instance-')), settings);
  }

  /** Runs `firebreak …words` and waits for its end. */
  async firebreak(...words: readonly string[]): Promise<Said> {
    const child = this.#spawn(words);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const bound = setTimeout(() => child.kill('SIGKILL'), commandWithinMs);
    const [code, signal] = await once(child, 'close');
    clearTimeout(bound);
    this.printed.push(stdout, stderr);
    if (signal !== null) throw new Error(`firebreak ${words[0]} was ended: ${String(signal)}`);
    return { code: Number(code), stdout, stderr, json: () => JSON.parse(stdout) };
  }

  /** Writes a secret where only its owner reads it, for `--secret-file` and `--token-file`. */
  async secretFile(name: string, secret: string): Promise<string> {
    const secrets = join(this.folder, 'secrets');
    await mkdir(secrets, { recursive: true, mode: 0o700 });
    const file = join(secrets, name);
    await writeFile(file, `${secret}\n`, { mode: 0o600 });
    return file;
  }

  /** A file of the installation's folder. */
  path(name: string): string {
    return join(this.folder, name);
  }

  async read(name: string): Promise<string> {
    return readFile(this.path(name), 'utf8');
  }

  /** Starts `firebreak serve` and waits until it says that it runs. */
  async serve(): Promise<{ stop(): Promise<void> }> {
    const child = this.#spawn(['serve']);
    let printed = '';
    const keep = (chunk: Buffer): void => {
      printed += chunk.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const kill = (): void => void child.kill('SIGKILL');
    process.once('exit', kill);
    const stop = async (): Promise<void> => {
      process.off('exit', kill);
      const ended = child.exitCode === null ? once(child, 'close') : undefined;
      child.kill('SIGTERM');
      const patience = setTimeout(kill, 30_000);
      await ended;
      clearTimeout(patience);
      this.printed.push(printed);
      if (child.exitCode !== 0) throw new Error(`serve ended with ${child.exitCode}:\n${printed}`);
    };
    const until = Date.now() + serverWithinMs;
    while (!/is running/.test(printed)) {
      if (child.exitCode !== null || Date.now() > until) {
        kill();
        throw new Error(`firebreak serve did not start:\n${printed}`);
      }
      await delay(50);
    }
    return { stop };
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #spawn(words: readonly string[]) {
    const { PATH = '', TMPDIR } = process.env;
    return spawn(process.execPath, [launcher, ...words], {
      // Not in the repository: nothing may depend on where it is started.
      cwd: this.folder,
      env: {
        PATH,
        ...(TMPDIR === undefined ? {} : { TMPDIR }),
        HOME: this.folder,
        DATA_DIR: this.dataDir,
        TIME_ZONE: 'UTC',
        HTTP_PORT: '0',
        ...this.settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
}
