import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

const installWithinMs = 30 * 60_000;
/** Written last, so that an interrupted install is never taken for a whole one. */
const marker = 'firebreak-installed.json';

/** A platform that tests run against, as npm installs it. */
export type Installable = {
  /** The npm package, also the beginning of the folder's name. */
  readonly name: string;
  readonly version: string;
  /** How much and how long, for the person who waits. */
  readonly costs: string;
  /** npm's overrides. */
  readonly overrides?: Readonly<Record<string, string>>;
  /** Packages whose install scripts are needed; no other package's are run. */
  readonly rebuild?: readonly string[];
  /** @throws Error unless what is installed there starts */
  readonly seeItStart: (installation: string) => Promise<void>;
};

/** The folder in which this machine keeps what tests install. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const { FIREBREAK_CACHE: own, XDG_CACHE_HOME: xdg } = env;
  if (own !== undefined && own !== '') return own;
  return join(xdg !== undefined && xdg !== '' ? xdg : join(homedir(), '.cache'), 'firebreak');
}

/**
 * The folder of an installed platform; installs it when it is not there.
 *
 * Safe to interrupt and to run twice at once: the work happens in a folder of its own, which gets
 * its final name only after what is in it was seen to start.
 *
 * @param say told what happens, for the person who waits
 * @throws Error with the end of npm's output when it cannot be installed
 */
export async function installed(wanted: Installable, say: (line: string) => void): Promise<string> {
  const { name, version } = wanted;
  const cache = cacheFolder();
  const folder = join(cache, `${name}-${version}`);
  if (existsSync(join(folder, marker))) return folder;
  await mkdir(cache, { recursive: true });
  await removeAbandoned(cache);
  if (await adopt(wanted, folder, say)) return folder;

  say(`Installing ${name} ${version} into ${folder}: ${wanted.costs}, once.`);
  const started = Date.now();
  const building = `${folder}.installing-${process.pid}`;
  await mkdir(building, { recursive: true });
  try {
    await writeFile(join(building, 'package.json'), packageOf(wanted));
    const npm = (...words: string[]): Promise<void> => runNpm(name, building, words);
    await npm('install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error');
    say(`Downloaded after ${seconds(started)} s.`);
    for (const part of wanted.rebuild ?? []) await npm('rebuild', part, '--loglevel=error');
    await wanted.seeItStart(building);
    await finish(wanted, building);
    await moveInto(building, folder);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  say(`Installed ${name} ${version} in ${seconds(started)} s.`);
  return folder;
}

function packageOf({ name, version, overrides }: Installable): string {
  const wanted = {
    name: `firebreak-${name}-for-tests`,
    private: true,
    dependencies: { [name]: version },
    ...(overrides ? { overrides } : {}),
  };
  return `${JSON.stringify(wanted, null, 2)}\n`;
}

/** Takes over a folder that was filled by hand or by an interrupted copy, if what is in it starts. */
async function adopt(
  wanted: Installable,
  folder: string,
  say: (line: string) => void,
): Promise<boolean> {
  if (!existsSync(folder)) return false;
  const { name, version } = wanted;
  try {
    const found = await readFile(join(folder, 'node_modules', name, 'package.json'), 'utf8');
    if (!found.includes(`"version": "${version}"`)) throw new Error('another version');
    await wanted.seeItStart(folder);
    await finish(wanted, folder);
    return true;
  } catch {
    say(`What is in ${folder} does not start as ${name} ${version}; it is installed again.`);
    const aside = `${folder}.installing-${process.pid}`;
    await rename(folder, aside);
    await rm(aside, { recursive: true, force: true });
    return false;
  }
}

async function finish({ name, version }: Installable, folder: string): Promise<void> {
  const text = JSON.stringify({ [name]: version, installedAt: new Date().toISOString() });
  await writeFile(join(folder, marker), `${text}\n`);
}

async function moveInto(building: string, folder: string): Promise<void> {
  try {
    await rename(building, folder);
  } catch (error) {
    // Somebody else finished first; theirs is as good.
    if (!existsSync(join(folder, marker))) throw error;
  }
}

/** Clears the remains of installs whose process is gone. */
async function removeAbandoned(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const pid = /\.installing-(\d+)$/.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    await rm(join(cache, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function runNpm(name: string, folder: string, words: readonly string[]): Promise<void> {
  const child = spawn('npm', [...words, '--prefix', folder], {
    cwd: folder,
    env: npmEnvironment(process.env),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: installWithinMs,
  });
  let printed = '';
  const keep = (chunk: Buffer): void => {
    printed = (printed + chunk.toString()).slice(-8000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const [code] = await once(child, 'close');
  if (code !== 0)
    throw new Error(`npm ${words[0]} of ${name} failed. The end of its output:\n${printed}`);
}

/** Without what an outer `npm run` says about its own package; registry and cache settings stay. */
function npmEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const outer =
    /^npm_(package_|lifecycle_|config_(local_prefix|omit|include|global_prefix|prefix)$)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !outer.test(name)));
}

function seconds(since: number): number {
  return Math.round((Date.now() - since) / 1000);
}
