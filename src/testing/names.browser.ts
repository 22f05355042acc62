import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { Browser, Page } from 'playwright-core';

import { chromiumPath, launchBrowser, pageOf, refuseHorizontalScroll, say } from './browser.ts';
import type { TestConsole } from './console.ts';
import { aConsole } from './console.ts';
import { aFact } from './containment.ts';
import type { EstateBot } from './estate-bot.ts';
import { estateBot } from './estate-bot.ts';
import type { ToyPlatform } from './toy-platform.ts';
import { until } from './until.ts';
import { hostileNames } from './xss.ts';

const lookMs = 400;

/** A workflow for each hostile name, and that name wherever a platform could put it. */
function hostileEstate(toy: ToyPlatform): void {
  for (const [index, name] of hostileNames.entries()) {
    toy.add(`id${index}`, {
      name,
      lies: index === 0,
      facts: [
        aFact('credential', `cr${index}`, { label: name, node: name }),
        aFact('host', name, { node: name }),
        aFact('webhook', name, { method: name, auth: 'none', node: name }),
        aFact('schedule', name, { node: name }),
        aFact('package', name),
        aFact('calls', `id${(index + 1) % hostileNames.length}`),
      ],
    });
  }
  const look = toy.takeInventory.bind(toy);
  toy.takeInventory = async () => {
    const { workflows, ...rest } = await look();
    return {
      ...rest,
      workflows: workflows.map((one) => ({
        ...one,
        owner: one.name,
        project: one.name,
        tags: [one.name],
        changedBy: one.name,
      })),
      credentials: hostileNames.map((name, index) => ({ id: `cr${index}`, name, type: name })),
      users: hostileNames.map((name, index) => ({ id: `user${index}`, name, email: name })),
      coverage: { ...rest.coverage, gaps: [...hostileNames] },
    };
  };
}

/** What the page holds that none of its templates makes. */
const foreign =
  "[...document.querySelectorAll('iframe, style, math, object, embed, base, textarea, " +
  'img:not([src="/assets/firebreak.svg"]), script:not([src="/assets/console.js"])\')].concat(' +
  "[...document.querySelectorAll('*')].filter((one) => [...one.attributes].some(({ name, value }) =>" +
  ' /^on|^style$|^srcdoc$/i.test(name) || (/^(xlink:)?href$/i.test(name) && /^\\s*(javascript|data):/i.test(value)))))' +
  '.map((one) => one.outerHTML.slice(0, 200))';

describe('hostile names in a browser', { skip: chromiumPath === undefined }, () => {
  const complaints: string[] = [];
  let night: EstateBot;
  let served: TestConsole;
  let browser: Browser;
  let page: Page;

  before(async () => {
    night = await estateBot(hostileEstate);
    const known = await night.store.connections.byId(night.connection.id);
    assert.ok(known);
    await night.store.save({ connections: [{ ...known, name: hostileNames[1] }] });
    served = await aConsole(night, undefined, lookMs);
    browser = await launchBrowser();
    const context = await browser.newContext({ userAgent: hostileNames[0] });
    const [name = '', value = ''] = (await served.browser('cy')).cookie().split('=');
    await context.addCookies([{ name, value, url: served.url, sameSite: 'Strict' }]);
    page = await pageOf(context, complaints);
  });
  after(async () => {
    await browser?.close();
    await served?.close();
  });

  async function isHarmless(): Promise<void> {
    assert.equal(await page.evaluate("'__xss' in window"), false);
    assert.deepEqual(await page.evaluate(foreign), []);
    assert.deepEqual(complaints, []);
    assert.deepEqual(served.failures, []);
  }

  /** The panels of the stream have come at least once, so what is seen was put there by the script. */
  async function isLive(): Promise<void> {
    await page.locator('#link-state').getByText('live', { exact: true }).waitFor();
  }

  it('are text in titles, on the home page and in its lists', async () => {
    for (const name of hostileNames) await night.see(`declare Watch ${name}`, 'cy');
    await page.goto(`${served.url}/`);
    await isLive();
    await page.locator('#panel-incidents').getByText(hostileNames[1]).first().waitFor();
    await isHarmless();
    await refuseHorizontalScroll(page);
  });

  it('are text in workflows, credentials, hosts and owners that a line finds', async () => {
    await page.goto(`${served.url}/incidents/INC-1`);
    await isLive();
    for (const [index, name] of hostileNames.entries()) {
      await say(page, `scope find ${name}`);
      await say(page, name);
      await say(page, `scope show w${index + 1}`);
      await say(page, `scope show c${index + 1}`);
      await say(page, `scope graph w${index + 1}`);
    }
    assert.match(await say(page, 'scope find active:true'), /17 workflows found/);
    await page.locator('#earlier > summary').click();
    await isHarmless();
    await refuseHorizontalScroll(page);
  });

  it('are text in what people write, and in the names of people', async () => {
    for (const [index, name] of hostileNames.entries()) {
      await night.see(`log add ${name} in:INC-1`, 'cy');
      await night.see(`update in:INC-1 ${name}`, 'cy');
      await night.see(`person add @eve${index} "${name.replaceAll('"', '”')}" may:viewer`, 'root');
      await night.see(`role assign scribe @eve${index} in:INC-1`, 'cy');
    }
    // Once more, as the newest: the panel shows only so many.
    await night.see(`log add ${hostileNames[3]} in:INC-1`, 'cy');
    await page.locator('#panel-timeline').getByText(hostileNames[3]).first().waitFor();
    await page.locator('#panel-people').getByText(hostileNames[3]).first().waitFor();
    await isHarmless();
    await refuseHorizontalScroll(page);
  });

  it('are text in a plan, its breakage, its verdicts and its picture', async () => {
    await say(page, 'contain plan active:true');
    await page.locator('#panel-plans').getByText('what breaks').first().waitFor();
    await isHarmless();
    await night.see('contain approve P-1', 'ana');
    await page.getByRole('button', { name: 'contain run P-1' }).first().click();
    await until('the plan has ended', async () => {
      night.clock.forward(60_000);
      await night.work('P-1');
      const plan = await night.store.plans.byName('P-1', (await night.person('ana')).id);
      return plan?.finishedAt !== undefined;
    });
    await page.locator('#panel-plans').getByText('contradicted').first().waitFor();
    await page.locator('#panel-status .glance .bad').waitFor();
    await say(page, 'scope add active:true');
    await page.reload();
    await isLive();
    await page.locator('#panel-graph svg').waitFor();
    await isHarmless();
    await refuseHorizontalScroll(page);
  });

  it('are text in the inputs, answers and notes of a runbook', async () => {
    for (const [index, name] of hostileNames.entries()) {
      const incident = `in:INC-${index + 1}`;
      await night.see(`runbook start leaked-credential credential:c${index + 1} ${incident}`, 'cy');
      await night.see(`runbook skip ${name} ${incident}`, 'cy');
    }
    for (const index of hostileNames.keys()) {
      await page.goto(`${served.url}/incidents/INC-${index + 1}`);
      await isLive();
      await page.locator('#panel-runbook').getByText('skipped').first().waitFor();
      await isHarmless();
    }
    await refuseHorizontalScroll(page);
  });

  it('are text where they complete a line', async () => {
    await page.goto(`${served.url}/incidents/INC-1`);
    for (const begun of [
      'scope show w1',
      'scope find credential:',
      'scope sync ',
      'status ',
      'role assign scribe ',
    ]) {
      await page.locator('#line').fill('');
      await page.locator('#line').pressSequentially(begun);
      await until(`“${begun}” is completed`, async () => {
        const offered = await page.locator('#suggestions').textContent();
        return hostileNames.some((name) => offered?.includes(name.slice(-12).replaceAll('"', '*')));
      });
      await isHarmless();
    }
    await refuseHorizontalScroll(page);
  });

  it('are text in the names of browsers, in addresses and in the line itself', async () => {
    await page.goto(`${served.url}/sessions`);
    await isHarmless();
    for (const name of hostileNames) {
      const line = encodeURIComponent(name);
      await page.goto(`${served.url}/?line=${line}&said=${line}`);
      await isHarmless();
    }
    await page.goto(`${served.url}/enter#${encodeURIComponent(hostileNames[0])}`);
    await page.getByText('used already, or has expired').waitFor();
    assert.equal(await page.evaluate("'__xss' in window"), false);
    assert.deepEqual(await page.evaluate(foreign), []);
  });
});
