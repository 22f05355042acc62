import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { barriers } from './accessible.ts';
import type { Newcomer } from './browser.ts';
import {
  aNewcomer,
  chromiumPath,
  enter,
  everyRow,
  refuseHorizontalScroll,
  say,
  verdictMs,
} from './browser.ts';

/** What has the focus, in words; `page` when nothing has it. */
const inFocus =
  "document.activeElement === document.body ? 'page' : " +
  "(document.activeElement.value || document.activeElement.id || document.activeElement.className || 'unnamed')";

/** Whether what has the focus is seen to have it: an outline of its own, or a frame around the line. */
const focusIsSeen =
  "[document.activeElement, document.activeElement.closest('.prompt')].some((one) => one && " +
  "(getComputedStyle(one).outlineStyle !== 'none' || getComputedStyle(one).boxShadow !== 'none'))";

describe('the console for everybody', { skip: chromiumPath === undefined }, () => {
  let newcomer: Newcomer;

  before(async () => {
    newcomer = await aNewcomer();
  });
  after(() => newcomer?.leave());

  /** Presses Tab until this has the focus; each stop on the way must be seen. */
  async function tabTo(wanted: string): Promise<void> {
    const { page } = newcomer;
    for (let presses = 0; presses < 120; presses += 1) {
      await page.keyboard.press('Tab');
      const where = String(await page.evaluate(inFocus));
      assert.equal(await page.evaluate(focusIsSeen), true, `the focus is not seen on ${where}`);
      if (where === wanted) return;
    }
    assert.fail(`Tab never reaches ${wanted}.`);
  }

  async function hasNoBarriers(): Promise<void> {
    const { page } = newcomer;
    assert.deepEqual(await barriers(page), []);
    await refuseHorizontalScroll(page);
  }

  it('lets everybody in: the sign-in page, with and without a refusal', async () => {
    const { server, page } = newcomer;
    await page.goto(new URL('/enter', server.url).href);
    await hasNoBarriers();
    await page.goto(new URL('/enter?ended=yes', server.url).href);
    await hasNoBarriers();
  });

  it('opens the link also in a tab that shows the sign-in page already', async () => {
    const { server, page } = newcomer;
    await enter(page, server.link);
    await page.getByText('No incident is open.').waitFor();
    await hasNoBarriers();
  });

  it('shows runbooks to everybody', async () => {
    const { server, page } = newcomer;
    await page.goto(new URL('/runbooks', server.url).href);
    await hasNoBarriers();
    await page.getByRole('link', { name: 'leaked-credential' }).click();
    await page.getByRole('heading', { name: 'How it goes' }).waitFor();
    await hasNoBarriers();
    await page.goto(server.url);
  });

  it('is used from the declaration to the undo by keyboard, and shows where one is', async () => {
    const { page } = newcomer;
    await page.keyboard.press('/');
    await page.keyboard.type('declare Customer data leaves sev:1');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/incidents\/INC-1/);
    await page.locator('#line:focus').waitFor();
    await page.keyboard.type('contain plan host:*.evil.example');
    await page.keyboard.press('Enter');
    await page.locator('#panel-plans .plan').first().getByText('what breaks').first().waitFor();
    await tabTo('contain run P-1');
    await hasNoBarriers();
    await page.keyboard.press('Enter');
    await everyRow(page, 'disabled', /verified/);
    await page.locator('#panel-plans').getByRole('button', { name: 'contain undo P-1' }).waitFor();
    await page.keyboard.press('/');
    await tabTo('contain undo P-1');
  });

  it('keeps the focus where it is while panels are replaced under it', async () => {
    const { server, page } = newcomer;
    const button = 'contain undo P-1';
    assert.equal(await page.evaluate(inFocus), button);
    await server.shell('ir', 'log add something happens elsewhere');
    await page.locator('#panel-timeline').getByText('something happens elsewhere').waitFor();
    // The ages in the table go on, so the panel with the button was replaced as well.
    const cell = page.locator('#panel-plans td[data-label="disabled"]').first();
    const first = await cell.textContent();
    // After the first minute an age is told in minutes.
    await cell.filter({ hasNotText: first ?? '' }).waitFor({ timeout: verdictMs });
    assert.equal(await page.evaluate(inFocus), button);
  });

  it('gives the focus to the panel, and to no other button, when the button is gone', async () => {
    const { server, page } = newcomer;
    await server.shell('ir', 'contain undo P-1');
    await page
      .locator('#panel-plans')
      .getByRole('button', { name: 'contain undo P-1' })
      .waitFor({ state: 'detached' });
    assert.equal(await page.evaluate(inFocus), 'panel-plans');
    await page.keyboard.press('Enter');
    await tabTo('line');
  });

  it('goes on from the next answer where a button of the last one was pressed', async () => {
    const { page } = newcomer;
    await say(page, 'scope find host:*.evil.example');
    const button = page.locator('#answers .next button').first();
    const line = await button.getAttribute('value');
    await button.focus();
    await page.keyboard.press('Enter');
    const summary = page.locator('#answers .answer:not(.waiting) > summary:focus');
    await summary.waitFor();
    assert.equal(await summary.textContent(), line);
  });

  it('has no barriers in an answer, a picture, a problem, a runbook and suggestions', async () => {
    const { page } = newcomer;
    await say(page, 'scope graph host:*.evil.example');
    await hasNoBarriers();
    await say(page, 'scope fnid x');
    await say(page, 'runbook start leaked-credential credential:"Stripe live"');
    await page.locator('#panel-runbook').getByText('step 1').waitFor();
    await page.locator('#earlier > summary').click();
    await hasNoBarriers();
    await page.locator('#line').fill('');
    await page.locator('#line').pressSequentially('contain ');
    await page.getByRole('option').first().waitFor();
    await hasNoBarriers();
  });

  it('has no barriers on the other pages', async () => {
    const { server, page, complaints } = newcomer;
    for (const path of ['/', '/sessions']) {
      await page.goto(new URL(path, server.url).href);
      await hasNoBarriers();
    }
    assert.deepEqual(complaints, []);
    await page.goto(new URL('/incidents/INC-99', server.url).href);
    await hasNoBarriers();
  });
});
