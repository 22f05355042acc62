import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';

import { until } from './until.ts';
import { hostileNames } from './xss.ts';

const launcher = fileURLToPath(new URL('../launch.mjs', import.meta.url));
const startMs = 60_000;
/** A verdict waits until the platform can be read back twice. */
const verdictMs = 120_000;

const found = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => existsSync(path),
);
if (found === undefined) {
  const advice = 'No chromium: the console was NOT tried in a browser (apt-get install chromium).';
  process.stderr.write(`\n!!! ${advice}\n\n`);
  if (process.env['CI']) throw new Error(advice);
}

/** `npm start` on an empty directory, as a newcomer has it. */
async function start() {
  const folder = await mkdtemp(join(tmpdir(), 'firebreak-console-'));
  const child = spawn(process.execPath, [launcher, 'serve'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, DATA_DIR: folder, HTTP_PORT: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let told = '';
  child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
  await until('the server printed its link', () => /enter#\S+/.test(told), startMs);
  return {
    link: /http:\S+enter#\S+/.exec(told)?.[0] ?? '',
    token: (await readFile(join(folder, 'operator.token'), 'utf8')).trim(),
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'close');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** In the browser: what the policy blocked, where the test hears it. */
const tellViolations =
  "document.addEventListener('securitypolicyviolation', (event) => {" +
  ' console.error(`blocked: ${event.violatedDirective} ${event.blockedURI}`); });';

/** A page that fails the test when the browser complains: a blocked script, a broken file. */
async function pageOf(context: BrowserContext, complaints: string[]): Promise<Page> {
  await context.addInitScript({ content: tellViolations });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return page;
}

async function say(page: Page, line: string): Promise<string> {
  await page.locator('#line').fill(line);
  await page.locator('#line').press('Enter');
  await page.locator('.waiting').waitFor({ state: 'detached' });
  const answer = page.locator('#answers .answer').first();
  await answer.locator('.view, .problem').waitFor();
  return (await answer.textContent()) ?? '';
}

async function noHorizontalScroll(page: Page): Promise<void> {
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 844 });
    const wide = Number(await page.evaluate('document.documentElement.scrollWidth'));
    assert.ok(wide <= width, `${wide} px wide on a screen of ${width}`);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}

describe('the console in a browser', { skip: found === undefined }, () => {
  const complaints: string[] = [];
  let server: Awaited<ReturnType<typeof start>>;
  let browser: Browser;
  let page: Page;

  before(async () => {
    server = await start();
    browser = await chromium.launch({
      executablePath: found ?? '',
      // Tests run as root in containers, where the browser's own sandbox cannot.
      args: ['--no-sandbox'],
    });
    page = await pageOf(await browser.newContext({ colorScheme: 'dark' }), complaints);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('opens the one-time link, once, and keeps its code nowhere', async () => {
    await page.goto(server.link);
    await page.waitForURL((url) => url.pathname === '/');
    await page.getByText('No incident is open.').waitFor();
    assert.doesNotMatch(page.url(), /#/);
    const second = await browser.newPage();
    await second.goto(server.link);
    await second.getByText('used already, or has expired').waitFor();
    assert.doesNotMatch(second.url(), /#./);
    await second.close();
  });

  it('tells the story: declare, find, plan, press run, and see each row turn verified', async () => {
    await page.locator('#line').fill('declare Customer data leaves sev:1');
    await page.locator('#line').press('Enter');
    await page.waitForURL(/\/incidents\/INC-1/);
    assert.match(await say(page, 'scope find host:*.evil.example'), /workflows found/);
    assert.match(await say(page, 'contain plan host:*.evil.example'), /P-1: disable/);
    const plan = page.locator('#panel-plans .plan').first();
    await plan.getByText('what breaks').first().waitFor();
    const run = plan.getByRole('button', { name: 'contain run P-1' });
    await run.focus();
    await run.press('Enter');
    const disabled = plan.locator('td[data-label="disabled"]');
    await disabled.first().waitFor();
    await until(
      'every workflow is verified off',
      async () => {
        const states = await disabled.allTextContents();
        return states.length > 0 && states.every((state) => /verified/.test(state));
      },
      verdictMs,
    );
    await page.locator('#panel-timeline').getByText('is verified disabled').first().waitFor();
  });

  it('is used with the keyboard alone', async () => {
    await page.locator('h1').click();
    await page.keyboard.press('/');
    await page.keyboard.type('contain sta');
    await page.getByRole('option', { name: /status/ }).waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await page.locator('#line').inputValue(), 'contain status ');
    await page.keyboard.press('Escape');
    await page.locator('#line').fill('');
    await page.keyboard.press('ArrowUp');
    assert.equal(await page.locator('#line').inputValue(), 'contain run P-1');
    await page.keyboard.press('ArrowDown');
    assert.equal(await page.locator('#line').inputValue(), '');
  });

  it('runs nothing that a name holds, and never scrolls sideways', async () => {
    for (const name of hostileNames) await say(page, `log add ${name}`);
    await say(page, `person add @eve ${hostileNames[1]}`);
    await say(page, `role assign scribe ${hostileNames[2]}`);
    await say(page, `scope find name:"${hostileNames[0]}"`);
    assert.match(await say(page, hostileNames[3]), /There is no command/);
    assert.match(await say(page, 'scope graph w1'), /Around/);
    await page.locator('#panel-timeline').getByText(hostileNames[1]).first().waitFor();
    await noHorizontalScroll(page);
    await page.goto(new URL('/', page.url()).href);
    await page.locator('#line').fill(`declare ${hostileNames[1]}`);
    await page.locator('#line').press('Enter');
    await page.waitForURL(/\/incidents\/INC-2/);
    await noHorizontalScroll(page);
    assert.equal(await page.evaluate("'__xss' in window"), false);
    assert.deepEqual(complaints, []);
  });

  it('works without its script, in forms', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, colorScheme: 'light' });
    const plain = await context.newPage();
    await plain.goto(new URL('/enter', page.url()).href);
    await plain.getByLabel('Or your own token').fill(server.token);
    await plain.getByRole('button', { name: 'Sign in with the token' }).click();
    await plain.getByLabel('What happens').fill('Told without a script');
    await plain.getByRole('button', { name: 'Declare' }).click();
    await plain.getByText('Declared as INC-3').first().waitFor();
    await plain.getByLabel('Type a line').fill('log add it works');
    await plain.getByRole('button', { name: 'Say' }).click();
    await plain.locator('#panel-timeline').getByText('it works').waitFor();
    await plain.getByRole('button', { name: 'Sign out' }).click();
    await plain.getByRole('button', { name: 'Sign in with the token' }).waitFor();
    await context.close();
  });
});
