import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

import type { Estate } from '../platforms/sandbox/estate.ts';
import { sandboxEstates } from '../platforms/sandbox/open.ts';
import { until } from './until.ts';

const launcher = fileURLToPath(new URL('../launch.mjs', import.meta.url));
const startMs = 180_000;

/** What a page shows may come late on a busy machine. */
const shownMs = 60_000;

/** A verdict waits until the platform can be read back twice. */
export const verdictMs = 120_000;

/** Debian's chromium, or undefined: then the tests are skipped, loudly, and fail in CI. */
export const chromiumPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) =>
  existsSync(path),
);
if (chromiumPath === undefined) {
  const advice = 'No chromium: the console was NOT tried in a browser (apt-get install chromium).';
  process.stderr.write(`\n!!! ${advice}\n\n`);
  if (process.env['CI']) throw new Error(advice);
}

/** A server that runs as a newcomer has it. */
export type StartedServer = {
  readonly url: string;
  readonly link: string;
  readonly folder: string;
  /** The local operator's. */
  readonly token: string;
  /** One line of the command line, in another process. @returns what it printed */
  readonly shell: (...argv: readonly string[]) => Promise<string>;
  /** An estate of the sandbox, opened by another process than the server. */
  readonly estate: (name: 'shop' | 'office') => Estate;
  /** Starts it again on the same port, where somebody stopped it. */
  readonly startAgain: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly stopAndForget: () => Promise<void>;
};

/** `npm start` on an empty directory. */
export async function startServer(): Promise<StartedServer> {
  const folder = await mkdtemp(join(tmpdir(), 'firebreak-console-'));
  const env = { PATH: process.env['PATH'], HOME: folder, DATA_DIR: folder, NO_COLOR: '1' };
  const spawned = async (port: string) => {
    const child = spawn(process.execPath, [launcher, 'serve'], {
      cwd: folder,
      env: { ...env, HTTP_PORT: port },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let told = '';
    child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
    // Up to the space behind it: what is printed may come in pieces.
    const printed = () => /(http:\S+enter#\S+)\s/.exec(told)?.[1];
    try {
      await until('the server printed its link', () => printed() !== undefined, startMs);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
    return { child, link: printed() ?? '' };
  };
  const first = await spawned('0');
  let { child } = first;
  const url = new URL(first.link).origin;
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'close');
  };
  const estates = sandboxEstates({
    directory: join(folder, 'sandbox'),
    now: () => new Date(),
    wait: (ms, signal) => pause(ms, undefined, { signal }),
  });
  return {
    url,
    link: first.link,
    folder,
    token: (await readFile(join(folder, 'operator.token'), 'utf8')).trim(),
    shell: (...argv) => shell(folder, env, argv),
    estate: (name) => estates(`sandbox://${name}`),
    startAgain: async () => {
      ({ child } = await spawned(new URL(url).port));
    },
    stop,
    stopAndForget: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function shell(
  folder: string,
  env: NodeJS.ProcessEnv,
  argv: readonly string[],
): Promise<string> {
  const child = spawn(process.execPath, [launcher, ...argv], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  await once(child, 'close');
  return out;
}

/** A browser without a screen. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath ?? '',
    // Tests run as root in containers, where the browser's own sandbox cannot.
    args: ['--no-sandbox'],
  });
}

/** In the browser: what the policy blocked, where the test hears it. */
const tellViolations =
  "document.addEventListener('securitypolicyviolation', (event) => {" +
  ' console.error(`blocked: ${event.violatedDirective} ${event.blockedURI}`); });';

/**
 * A page of which a test hears when the browser complains: a blocked script, a broken file.
 *
 * @param complaints grows with each of them
 */
export async function pageOf(context: BrowserContext, complaints: string[]): Promise<Page> {
  context.setDefaultTimeout(shownMs);
  await context.addInitScript({ content: tellViolations });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return page;
}

/** A newcomer's server with a browser before it, for all the tests of a file. */
export type Newcomer = {
  readonly server: StartedServer;
  readonly browser: Browser;
  readonly page: Page;
  /** What the browser complained of so far. */
  readonly complaints: readonly string[];
  readonly leave: () => Promise<void>;
};

/** Starts a server on an empty directory, and a browser that has opened nothing yet. */
export async function aNewcomer(options: BrowserContextOptions = {}): Promise<Newcomer> {
  const complaints: string[] = [];
  const server = await startServer();
  let browser: Browser | undefined;
  const leave = async (): Promise<void> => {
    await browser?.close();
    await server.stopAndForget();
  };
  try {
    browser = await launchBrowser();
    const page = await pageOf(await browser.newContext(options), complaints);
    return { server, browser, page, complaints, leave };
  } catch (error) {
    await leave();
    throw error;
  }
}

/** Opens the one-time link, and waits until the home page is there. */
export async function enter(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.waitForURL((url) => url.pathname === '/');
}

/** Types a line and presses Enter. @returns the words of the answer */
export async function say(page: Page, line: string): Promise<string> {
  await page.locator('#line').fill(line);
  await page.locator('#line').press('Enter');
  await page.locator('.waiting').waitFor({ state: 'detached' });
  const answer = page.locator('#answers .answer').first();
  await answer.locator('.view, .problem').waitFor();
  return (await answer.textContent()) ?? '';
}

/** Declares an incident on the home page, and waits for its page. */
export async function declare(page: Page, line: string): Promise<void> {
  await page.locator('#line').fill(line);
  await page.locator('#line').press('Enter');
  await page.waitForURL(/\/incidents\/INC-/);
}

/** Waits until each workflow of the newest plan is in this state. */
export async function everyRow(page: Page, column: string, state: RegExp): Promise<void> {
  const cells = page.locator('#panel-plans .plan').first().locator(`td[data-label="${column}"]`);
  await cells.first().waitFor();
  await until(
    `every workflow is ${state.source}`,
    async () => {
      const states = await cells.allTextContents();
      return states.length > 0 && states.every((one) => state.test(one));
    },
    verdictMs,
  );
}

/** The two widths of screen that the console is made for, in px. */
export const widths = [1440, 390] as const;
/** Of the smallest telephones, on which nothing may stand out either. */
const leastWidth = 320;

export async function refuseHorizontalScroll(page: Page): Promise<void> {
  for (const width of [...widths, leastWidth]) {
    await page.setViewportSize({ width, height: 844 });
    const wide = Number(await page.evaluate('document.documentElement.scrollWidth'));
    assert.ok(wide <= width, `${page.url()} is ${wide} px wide on a screen of ${width}`);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}
