import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { Request } from 'playwright-core';

import type { Newcomer } from './browser.ts';
import { aNewcomer, chromiumPath, declare, enter, pageOf, say } from './browser.ts';

/** Of the text of the page, in px. */
const lineHeightPx = 14 * 1.45;

const isStream = (request: Request): boolean => new URL(request.url()).pathname === '/live';

describe('the live page in a browser', { skip: chromiumPath === undefined }, () => {
  let newcomer: Newcomer;

  before(async () => {
    newcomer = await aNewcomer();
    const { server, page } = newcomer;
    await enter(page, server.link);
    await declare(page, 'declare Customer data leaves sev:1');
  });
  after(() => newcomer?.leave());

  const state = () => newcomer.page.locator('#link-state');
  const timeline = () => newcomer.page.locator('#panel-timeline');

  it('says since when it is not live when the server is gone, and loses nothing', async () => {
    const { server, page } = newcomer;
    await state().getByText('live', { exact: true }).waitFor();
    await refuseTallState();
    await page.locator('#line').fill('log add half of a li');
    await server.stop();
    await state()
      .getByText(/^Not live since \d\d:\d\d:\d\d: the server does not answer/)
      .waitFor();
    assert.equal(await page.locator('body.not-live').count(), 1);
    await refuseTallState();
    await page.locator('#line').press('Enter');
    await page.getByText('No answer came. It may have happened all the same').waitFor();
    await page.locator('#line').press('ArrowUp');
    assert.equal(await page.locator('#line').inputValue(), 'log add half of a li');
  });

  it('comes back by itself, with what happened meanwhile, and the line still there', async () => {
    const { server, page } = newcomer;
    await server.shell('ir', 'log add written while nobody could look');
    await server.startAgain();
    await timeline().getByText('written while nobody could look').waitFor();
    await state().getByText('live', { exact: true }).waitFor();
    assert.equal(await page.locator('body.not-live').count(), 0);
    assert.equal(await page.locator('#line').inputValue(), 'log add half of a li');
  });

  it('shows a cut of the network as well', async () => {
    const { page } = newcomer;
    await page.context().setOffline(true);
    assert.match(await lost('log add offline'), /No answer came/);
    await page.context().setOffline(false);
    await say(page, 'log add online again');
    await timeline().getByText('online again').waitFor();
  });

  it('says that the session ended elsewhere, and gives back what was typed after it', async () => {
    const { server, browser, page } = newcomer;
    await page.locator('#line').fill('update they are still insi');
    const elsewhere = await browser.newContext();
    const other = await pageOf(elsewhere, []);
    await other.goto(new URL('/enter', server.url).href);
    await other.getByLabel('Or your own token').fill(server.token);
    await other.getByRole('button', { name: 'Sign in with the token' }).click();
    await other.waitForURL((url) => url.pathname === '/');
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
    const { server, page } = newcomer;
    await page.locator('#line').fill('update not for the next one');
    const streamEnded = Promise.race([
      page.waitForEvent('requestfinished', isStream),
      page.waitForEvent('requestfailed', isStream),
    ]);
    // The stream tells that the session is over before the next page has come.
    await page.route('**/leave', async (route) => {
      const headers = { ...route.request().headers(), origin: server.url };
      const response = await route.fetch({ headers, maxRedirects: 0 });
      await streamEnded;
      await route.fulfill({ response });
    });
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in with the token' }).waitFor();
    assert.equal(await page.evaluate('sessionStorage.length'), 0);
  });

  /** On a narrow screen the state is read in words, and not in a column of letters. */
  async function refuseTallState(): Promise<void> {
    const { page } = newcomer;
    await page.setViewportSize({ width: 390, height: 844 });
    const { height = Infinity } = (await state().boundingBox()) ?? {};
    const lines = height / lineHeightPx;
    assert.ok(lines < 3, `“${await state().textContent()}” fills ${lines.toFixed(1)} lines`);
    await page.setViewportSize({ width: 1440, height: 900 });
  }

  /** Says a line of which no answer can come. */
  async function lost(line: string): Promise<string> {
    const { page } = newcomer;
    await page.locator('#line').fill(line);
    await page.locator('#line').press('Enter');
    await page.locator('#answers .answer.problem').waitFor();
    return (await page.locator('#answers .answer').first().textContent()) ?? '';
  }
});
