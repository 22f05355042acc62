/**
 * Installs the real n8n that the tests run against into a cache folder outside the repository.
 *
 *   node src/testing/n8n/install.ts
 *
 * The cache is `$FIREBREAK_CACHE`, else `$XDG_CACHE_HOME/firebreak`, else `~/.cache/firebreak`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

import { launchServer } from './server-process.ts';

/** The n8n that the live tests know. */
export const n8nVersion = '2.40.7';

const installWithinMs = 30 * 60_000;
/** Written last, so that an interrupted install is never taken for a whole one. */
const marker = 'firebreak-installed.json';

/** What npm is asked to install. One dependency of n8n has an address outside the registry, one is gone. */
const wanted = {
  name: 'firebreak-n8n-for-tests',
  private: true,
  dependencies: { n8n: n8nVersion },
  overrides: { xlsx: '0.18.5', cssomnom: 'npm:cssom@0.5.0' },
};

/** The folder in which this machine keeps what tests install. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const { FIREBREAK_CACHE: own, XDG_CACHE_HOME: xdg } = env;
  if (own !== undefined && own !== '') return own;
  return join(xdg !== undefined && xdg !== '' ? xdg : join(homedir(), '.cache'), 'firebreak');
}

/**
 * The folder of the installed n8n; installs it when it is not there.
 *
 * Safe to interrupt and to run twice at once: the work happens in a folder of its own, which gets
 * its final name only after the n8n in it was seen to start.
 *
 * @param say told what happens, for the person who waits minutes
 * @throws Error with the end of npm's output when it cannot be installed
 */
export async function installN8n(say: (line: string) => void): Promise<string> {
  const cache = cacheFolder();
  const folder = join(cache, `n8n-${n8nVersion}`);
  if (existsSync(join(folder, marker))) return folder;
  await mkdir(cache, { recursive: true });
  await removeAbandoned(cache);
  if (await adopt(folder, say)) return folder;

  say(`Installing n8n ${n8nVersion} into ${folder}: about 3 GB and 3 to 7 minutes, once.`);
  const started = Date.now();
  const building = join(cache, `n8n-${n8nVersion}.installing-${process.pid}`);
  await mkdir(building, { recursive: true });
  try {
    await writeFile(join(building, 'package.json'), `${JSON.stringify(wanted, null, 2)}\n`);
    const npm = (...words: string[]): Promise<void> => runNpm(building, words);
    await npm('install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error');
    say(`Downloaded after ${seconds(started)} s; building its SQLite driver.`);
    await npm('rebuild', 'sqlite3', '--loglevel=error');
    await seeItStart(building);
    await finish(building);
    await moveInto(building, folder);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  say(`Installed n8n ${n8nVersion} in ${seconds(started)} s.`);
  return folder;
}

/** Takes over a folder that was filled by hand or by an interrupted copy, if the n8n in it starts. */
async function adopt(folder: string, say: (line: string) => void): Promise<boolean> {
  if (!existsSync(folder)) return false;
  try {
    const found = await readFile(join(folder, 'node_modules', 'n8n', 'package.json'), 'utf8');
    if (!found.includes(`"version": "${n8nVersion}"`)) throw new Error('another version');
    await seeItStart(folder);
    await finish(folder);
    return true;
  } catch {
    say(`What is in ${folder} does not start as n8n ${n8nVersion}; it is installed again.`);
    const aside = `${folder}.installing-${process.pid}`;
    await rename(folder, aside);
    await rm(aside, { recursive: true, force: true });
    return false;
  }
}

async function seeItStart(installation: string): Promise<void> {
  const userFolder = await mkdtemp(join(tmpdir(), 'firebreak-n8n-check-'));
  try {
    const server = await launchServer({ installation, userFolder });
    await server.stop();
  } finally {
    await rm(userFolder, { recursive: true, force: true });
  }
}

async function finish(folder: string): Promise<void> {
  const text = JSON.stringify({ n8n: n8nVersion, installedAt: new Date().toISOString() });
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

async function runNpm(folder: string, words: readonly string[]): Promise<void> {
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
    throw new Error(`npm ${words[0]} of n8n failed. The end of its output:\n${printed}`);
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

if (import.meta.main) {
  const folder = await installN8n((line) => process.stdout.write(`${line}\n`));
  process.stdout.write(`n8n ${n8nVersion} is in ${folder}\n`);
}
