import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { Browser, Page } from 'playwright-core';

import type { StartedServer } from './browser.ts';
import {
  chromiumPath,
  declare,
  enter,
  launchBrowser,
  pageOf,
  say,
  startServer,
} from './browser.ts';

describe('the live page in a browser', { skip: chromiumPath === undefined }, () => {
  const complaints: string[] = [];
  let server: StartedServer;
  let browser: Browser;
  let page: Page;

  before(async () => {
    server = await startServer();
    browser = await launchBrowser();
    page = await pageOf(await browser.newContext(), complaints);
    await enter(page, server.link);
    await declare(page, 'declare Customer data leaves sev:1');
  });
  after(async () => {
    await browser?.close();
    await server?.stopAndForget();
  });

  const state = () => page.locator('#link-state');
  const timeline = () => page.locator('#panel-timeline');

  it('says since when it is not live when the server is gone, and loses nothing', async () => {
    await state().getByText('live', { exact: true }).waitFor();
    await page.locator('#line').fill('log add half of a li');
    await server.stop();
    await state()
      .getByText(/^Not live since \d\d:\d\d:\d\d: the server does not answer/)
      .waitFor();
    assert.equal(await page.locator('body.not-live').count(), 1);
    await page.locator('#line').press('Enter');
    await page.getByText('No answer came. It may have happened all the same').waitFor();
    await page.locator('#line').press('ArrowUp');
    assert.equal(await page.locator('#line').inputValue(), 'log add half of a li');
  });

  it('comes back by itself, with what happened meanwhile, and the line still there', async () => {
    await server.shell('ir', 'log add written while nobody could look');
    await server.startAgain();
    await timeline().getByText('written while nobody could look').waitFor();
    await state().getByText('live', { exact: true }).waitFor();
    assert.equal(await page.locator('body.not-live').count(), 0);
    assert.equal(await page.locator('#line').inputValue(), 'log add half of a li');
  });

  it('shows a cut of the network as well', async () => {
    await page.context().setOffline(true);
    assert.match(await lost('log add offline'), /No answer came/);
    await page.context().setOffline(false);
    await say(page, 'log add online again');
    await timeline().getByText('online again').waitFor();
  });

  it('says that the session ended elsewhere, and gives back what was typed after it', async () => {
    await page.locator('#line').fill('update they are still insi');
    const elsewhere = await browser.newContext();
    const other = await pageOf(elsewhere, []);
    await other.goto(new URL('/enter', server.url).href);
    await other.getByLabel('Or your own token').fill(server.token);
    await other.getByRole('button', { name: 'Sign in with the token' }).click();
    await other.goto(new URL('/sessions', server.url).href);
    const mine = other.getByRole('row').filter({ hasNotText: '(this browser)' });
    await mine.getByRole('button', { name: 'End' }).click();

    await page.getByText('Your session has ended.').waitFor();
    assert.doesNotMatch((await page.textContent('body')) ?? '', /Customer data/);
    await page.getByLabel('Or your own token').fill(server.token);
    await page.getByRole('button', { name: 'Sign in with the token' }).click();
    await page.waitForURL(/\/incidents\/INC-1$/);
    assert.equal(await page.locator('#line').inputValue(), 'update they are still insi');
    await elsewhere.close();
  });

  it('keeps nothing of it for the next person at this screen', async () => {
    await page.locator('#line').fill('update not for the next one');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in with the token' }).waitFor();
    assert.equal(await page.evaluate('sessionStorage.length'), 0);
  });

  /** Says a line of which no answer can come. */
  async function lost(line: string): Promise<string> {
    await page.locator('#line').fill(line);
    await page.locator('#line').press('Enter');
    await page.locator('#answers .answer.problem').waitFor();
    return (await page.locator('#answers .answer').first().textContent()) ?? '';
  }
});
