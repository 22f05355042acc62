import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { Page } from 'playwright-core';

import type { Newcomer } from './browser.ts';
import {
  aNewcomer,
  chromiumPath,
  declare,
  enter,
  everyRow,
  pageOf,
  refuseHorizontalScroll,
  say,
} from './browser.ts';
import { until } from './until.ts';
import { hostileNames } from './xss.ts';

describe('the console in a browser', { skip: chromiumPath === undefined }, () => {
  let newcomer: Newcomer;

  before(async () => {
    newcomer = await aNewcomer({ colorScheme: 'dark' });
  });
  after(() => newcomer?.leave());

  it('opens the one-time link, once, and keeps its code nowhere', async () => {
    const { server, browser, page } = newcomer;
    await enter(page, server.link);
    await page.getByText('No incident is open.').waitFor();
    assert.doesNotMatch(page.url(), /#/);
    const second = await browser.newPage();
    await second.goto(server.link);
    await second.getByText('used already, or has expired').waitFor();
    assert.doesNotMatch(second.url(), /#./);
    await second.close();
  });

  it('tells the story: declare, find, plan, press run, and see each row turn verified', async () => {
    const { server, page } = newcomer;
    await declare(page, 'declare Customer data leaves sev:1');
    assert.match(await say(page, 'scope find host:*.evil.example'), /workflows found/);
    assert.match(await say(page, 'contain plan host:*.evil.example'), /P-1: disable/);
    const outside = () => fetch(`${server.url}/sandbox/shop/webhook/cleanup-7f3a`);
    assert.equal((await outside()).status, 200, 'a stranger’s call runs it');
    const plan = page.locator('#panel-plans .plan').first();
    await plan.getByText('what breaks').first().waitFor();
    const run = plan.getByRole('button', { name: 'contain run P-1' });
    await run.focus();
    await run.press('Enter');
    await everyRow(page, 'disabled', /verified/);
    await page.locator('#panel-timeline').getByText('is verified disabled').first().waitFor();
    assert.equal((await outside()).status, 404, 'and no longer does');
  });

  it('is used with the keyboard alone', async () => {
    const { page } = newcomer;
    await page.locator('h1').click();
    await page.keyboard.press('/');
    await page.keyboard.type('contain sta');
    await page.getByRole('option', { name: /^status/ }).waitFor();
    await page.keyboard.press('Tab');
    await completed(page, 'contain status ');
    await page.locator('#line').fill('co');
    await page.getByRole('option', { name: /^contain/ }).waitFor();
    // Faster than the server answers.
    const { promise: isAnswered, resolve: answer } = Promise.withResolvers<void>();
    await page.route('**/complete?*', async (route) => {
      await isAnswered;
      await route.continue();
    });
    await page.keyboard.type('ntain sta');
    await page.keyboard.press('Tab');
    assert.equal(await page.locator('#line').inputValue(), 'contain sta');
    answer();
    await completed(page, 'contain status ');
    await page.unroute('**/complete?*');
    await page.keyboard.press('Escape');
    await page.locator('#line').fill('');
    await page.keyboard.press('ArrowUp');
    assert.equal(await page.locator('#line').inputValue(), 'contain run P-1');
    await page.keyboard.press('ArrowDown');
    assert.equal(await page.locator('#line').inputValue(), '');
  });

  it('runs nothing that a name holds, and never scrolls sideways', async () => {
    const { page, complaints } = newcomer;
    for (const name of hostileNames) await say(page, `log add ${name}`);
    await say(page, `person add @eve ${hostileNames[1]}`);
    await say(page, `role assign scribe ${hostileNames[2]}`);
    await say(page, `scope find name:"${hostileNames[0]}"`);
    assert.match(await say(page, hostileNames[3]), /There is no command/);
    assert.match(await say(page, 'scope graph w1'), /Around/);
    await page.locator('#panel-timeline').getByText(hostileNames[1]).first().waitFor();
    await refuseHorizontalScroll(page);
    await page.goto(new URL('/', page.url()).href);
    await declare(page, `declare ${hostileNames[1]}`);
    await refuseHorizontalScroll(page);
    assert.equal(await page.evaluate("'__xss' in window"), false);
    assert.deepEqual(complaints, []);
  });

  it('works without its script, in forms', async () => {
    const { server, browser, page } = newcomer;
    const context = await browser.newContext({ javaScriptEnabled: false, colorScheme: 'light' });
    const plain = await pageOf(context, []);
    await plain.goto(new URL('/enter', page.url()).href);
    await plain.getByLabel('Or your own token').fill(server.token);
    await plain.getByRole('button', { name: 'Sign in with the token' }).click();
    await plain.getByLabel('What happens').fill('Told without a script');
    await plain.getByRole('button', { name: 'Declare' }).click();
    await plain.getByText('Declared as INC-3').first().waitFor();
    await plain.getByText(/^As of \d\d:\d\d:\d\d UTC; reload/).waitFor();
    await plain.getByLabel('Type a line').fill('log add it works');
    await plain.getByRole('button', { name: 'Say' }).click();
    await plain.locator('#panel-timeline').getByText('it works').waitFor();
    await plain.getByRole('button', { name: 'Sign out' }).click();
    await plain.getByRole('button', { name: 'Sign in with the token' }).waitFor();
    await context.close();
  });
});

/** Tab answers once the server has: what it offers is for the line as it stands. */
async function completed(page: Page, line: string): Promise<void> {
  const input = page.locator('#line');
  await until(`the line reads “${line}”`, async () => (await input.inputValue()) === line);
}
