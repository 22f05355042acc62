import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, it } from 'node:test';

import { storyBegins } from '../testing/bot.ts';
import type { TestBrowser, TestConsole } from '../testing/console.ts';
import { aBrowser, aConsole } from '../testing/console.ts';
import type { EstateBot } from '../testing/estate-bot.ts';
import { estateBot } from '../testing/estate-bot.ts';
import { foreignMarkup } from '../testing/xss.ts';

const minuteMs = 60_000;

/** Status and Set-Cookie of a request with headers that `fetch` does not let anyone set. */
function asked(
  url: string,
  headers: Record<string, string>,
  form?: string,
): Promise<{ readonly status: number; readonly cookie: string; readonly secure: string }> {
  return new Promise((resolve, reject) => {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const method = form === undefined ? 'GET' : 'POST';
    const call = request(url, { method, headers: { ...type, ...headers } }, (answer) => {
      answer.resume();
      resolve({
        status: answer.statusCode ?? 0,
        cookie: answer.headers['set-cookie']?.[0] ?? '',
        secure: answer.headers['strict-transport-security'] ?? '',
      });
    });
    call.on('error', reject);
    call.end(form);
  });
}

/** Events of a stream until this one is among them. */
async function eventsUntil(
  answer: Response,
  wanted: RegExp,
  afterFirstLook: () => Promise<unknown> = () => Promise.resolve(),
): Promise<string> {
  let text = '';
  let looked = false;
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (wanted.test(text)) return text;
    if (!looked && /(?:^|\n)id: \d+\n/.test(text)) {
      looked = true;
      await afterFirstLook();
    }
  }
  return text;
}

describe('the console', () => {
  let night: EstateBot;
  let served: TestConsole;
  let ana: TestBrowser;

  before(async () => {
    night = await estateBot((toy) => {
      toy.add('charge', { name: '<img src=x onerror=window.__xss=1>' });
      toy.add('refund', { name: 'Refund' });
    });
    served = await aConsole(night, {
      publicUrl: 'https://firebreak.example',
      trustedProxies: ['127.0.0.1'],
    });
    ana = await served.browser('ana');
  });
  after(() => served.close());

  it('sends strangers to the sign-in page, and answers their script with 401', async () => {
    const stranger = aBrowser(served.url);
    for (const path of ['/', '/incidents/INC-1', '/sessions', '/complete?line=s']) {
      const answer = await stranger.get(path);
      assert.equal(answer.status, 303, path);
      assert.equal(answer.headers.get('location'), '/enter');
    }
    const answer = await stranger.post('/say', { line: 'status' }, { accept: 'application/json' });
    assert.equal(answer.status, 401);
    assert.equal((await stranger.get('/live')).status, 401);
  });

  it('lets nothing inline, foreign or framed run, on pages, refusals and files', async () => {
    const paths = ['/', '/enter', '/assets/console.js', '/assets/console.css', '/nowhere'];
    for (const path of paths) {
      const { headers } = await ana.get(path);
      const policy = headers.get('content-security-policy') ?? '';
      assert.match(policy, /default-src 'none'.*frame-ancestors 'none'/);
      assert.doesNotMatch(policy, /unsafe|\*|https?:/);
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      assert.equal(headers.get('referrer-policy'), 'no-referrer');
    }
    const page = await (await ana.get('/')).text();
    assert.deepEqual(foreignMarkup(page), []);
    assert.equal((await ana.get('/')).headers.get('cache-control'), 'no-store');
  });

  it('signs in by the link once, with a cookie that no script reads and no site sends', async () => {
    const code = served.gate.newCode().reveal();
    const browser = aBrowser(served.url);
    const entered = await browser.post('/enter', { code });
    assert.equal(entered.status, 303);
    // Browsers send the cookies of one port to each other port of the same host.
    const name = `firebreak-${new URL(served.url).port}`;
    const set = entered.headers.getSetCookie()[0] ?? '';
    assert.ok(set.startsWith(`${name}=`), set);
    assert.match(set, /HttpOnly; SameSite=Strict$/);
    assert.match(await (await browser.get('/')).text(), /@operator/);
    const again = await aBrowser(served.url).post('/enter', { code });
    assert.equal(again.status, 403);
    assert.match(await again.text(), /used already, or has expired/);
  });

  it('gives the cookie of a public address to encrypted connections to it alone', async () => {
    const code = served.gate.newCode().reveal();
    const host = { host: 'firebreak.example', origin: 'https://firebreak.example' };
    const clear = await asked(`${served.url}/enter`, host, `code=${code}`);
    assert.equal(clear.status, 421);
    const https = { ...host, 'x-forwarded-proto': 'https', 'x-forwarded-for': '6.6.6.6' };
    const entered = await asked(`${served.url}/enter`, https, `code=${code}`);
    assert.equal(entered.status, 303);
    assert.match(
      entered.cookie,
      /^__Host-firebreak=.*; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    assert.match(entered.secure, /max-age=\d{8}/);
    assert.equal((await asked(`${served.url}/cli/say`, https, '{}')).status, 403);
    assert.equal((await asked(`${served.url}/`, { host: 'evil.test' })).status, 421);
  });

  it('does nothing that another site asks for', async () => {
    for (const headers of [
      { origin: 'https://evil.test' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      const answer = await ana.post('/say', { line: 'declare Forged' }, headers);
      assert.equal(answer.status, 403);
    }
    assert.equal((await night.store.incidents.list('', { closed: true, limit: 9 })).length, 0);
  });

  it('says a line as the person, and takes the page to the incident', async () => {
    const answer = await ana.post('/declare', { title: 'Key leaked', severity: 'sev2' });
    const place = answer.headers.get('location') ?? '';
    assert.match(place, /^\/incidents\/INC-1\?said=/);
    const page = await (await ana.get(place)).text();
    assert.match(page, /Declared as INC-1, sev2/);
    const [event] = await night.timeline();
    assert.equal(event?.source, 'console');
    assert.equal(event?.actor?.kind === 'person' && event.actor.name, 'ANA');
    // Another browser has not asked, so it has no answer either.
    const other = await served.browser('bo');
    assert.doesNotMatch(await (await other.get(place)).text(), /Declared as INC-1, sev2/);
  });

  it('lets nobody do more than they may', async () => {
    const vic = await served.browser('vic');
    const answer = await vic.post(
      '/say',
      { line: 'contain plan active:true', page: 'INC-1' },
      { accept: 'application/json' },
    );
    assert.match(JSON.stringify(await answer.json()), /needs the permission responder/);
    assert.equal((await vic.post('/say', { line: 'sev 1', page: 'INC-1' })).status, 303);
    assert.deepEqual(
      (await night.timeline()).map(({ kind }) => kind),
      ['incident_declared'],
    );
  });

  it('shows a plan with what it holds, whatever the workflows are called', async () => {
    await ana.post('/say', { line: 'contain plan active:true', page: 'INC-1' });
    const page = await (await ana.get('/incidents/INC-1')).text();
    assert.match(page, /&lt;img src=x onerror=window.__xss=1&gt;/);
    assert.match(page, /<button form="quick" name="line" value="contain run P-1(?: in:INC-1)?">/);
    assert.deepEqual(foreignMarkup(page), []);
  });

  it('tells open pages what changed, and when the session has ended', async () => {
    const browser = await served.browser('ana');
    const stream = await browser.get('/live?page=INC-1');
    assert.equal(stream.headers.get('content-type'), 'text/event-stream');
    const reading = eventsUntil(stream, /"timeline".*a second look/s);
    await night.see('log add a second look', 'bo');
    assert.match(await reading, /event: panel\ndata: \{"id":"timeline"/);

    const watching = await browser.get('/live?page=INC-1');
    const ended = eventsUntil(watching, /event: ended/);
    await browser.post('/leave', {});
    assert.match(await ended, /event: ended/);
    assert.deepEqual(served.failures, []);
  });

  it('draws the picture anew with the very news that change it', async () => {
    const stream = await (await served.browser('ana')).get('/live?page=INC-1');
    const news = /"timeline"[^\n]*In scope: [^\n]*w1[^\n]*\n\n/;
    const add = () => night.see('scope add w1 in:INC-1', 'bo');
    const events = (await eventsUntil(stream, news, add)).split('\n\n');
    const told = events.findIndex((event) => /"timeline"[^\n]*In scope: [^\n]*w1/.test(event));
    // The last panel of each look carries the number of the newest event.
    const last = events.findLastIndex((event, at) => at < told && event.startsWith('id: '));
    const look = events.slice(last + 1, told);
    assert.ok(look.some((event) => /"id":"graph","html":"[^\n]*w1/.test(event)));
  });

  it('sends nothing when nothing changed, and no more streams than a browser needs', async () => {
    const browser = await served.browser('cy');
    const leaving = new AbortController();
    const live = () =>
      fetch(`${served.url}/live?page=INC-1`, {
        headers: { cookie: browser.cookie() },
        signal: leaving.signal,
      });
    const streams = await Promise.all([live(), live(), live(), live(), live(), live()]);
    assert.deepEqual(new Set(streams.map(({ status }) => status)), new Set([200]));
    assert.equal((await live()).status, 503);
    const [first] = streams;
    assert.ok(first);
    const text = await eventsUntil(first, /event: alive\n/);
    assert.equal(text.match(/"id":"people"/g)?.length, 1);
    leaving.abort();
  });

  it('goes on after a cut where the browser was, and does not send what it has', async () => {
    const browser = await served.browser('ana');
    const heard = await eventsUntil(await browser.get('/live?page=INC-1'), /\nid: \d+\n/);
    const [, seen = ''] = /\nid: (\d+)\n/.exec(heard) ?? [];
    const back = await browser.get('/live?page=INC-1', { 'last-event-id': seen });
    const first = await back.body?.getReader().read();
    assert.equal(new TextDecoder().decode(first?.value), 'event: alive\ndata: \n\n');
    await night.see('log add said while the stream was cut', 'bo');
    const missed = await browser.get('/live?page=INC-1', { 'last-event-id': seen });
    assert.match(await eventsUntil(missed, /while the stream was cut/), /event: panel/);
  });

  it('hides a private incident as if it were not there', async () => {
    const reply = await night.see('declare Quiet matter private', 'cy');
    const name = reply.title.split(' ')[0] ?? '';
    const cy = await served.browser('cy');
    assert.equal((await cy.get(`/incidents/${name}`)).status, 200);
    const [hidden, absent] = [
      await ana.get(`/incidents/${name}`),
      await ana.get('/incidents/INC-99'),
    ];
    assert.equal(hidden.status, 404);
    assert.equal(await hidden.text(), await absent.text());
    assert.equal((await ana.post('/say', { line: 'status', page: name })).status, 404);
    assert.equal(
      await eventsUntil(await ana.get(`/live?page=${name}`), /gone/),
      'event: gone\ndata: \n\n',
    );
    const offered = await (await ana.get('/complete?line=status%20')).text();
    assert.doesNotMatch(offered, new RegExp(name));
  });

  it('goes on in the new incident when one is declared on the page of another', async () => {
    const json = { accept: 'application/json' };
    const say = async (line: string, page: string) => {
      night.clock.forward(1000);
      return JSON.parse(await (await ana.post('/say', { line, page }, json)).text());
    };
    const { go } = await say('declare A second one', 'INC-1');
    const [, second = ''] = /^\/incidents\/(INC-\d)\?said=/.exec(String(go)) ?? [];
    assert.notEqual(second, 'INC-1');
    const page = await (await ana.get(String(go))).text();
    assert.match(page, new RegExp(`name="page" value="${second}".*Declared as ${second}`, 's'));
    // A look at another one takes nobody away from where they work.
    assert.match(String((await say('status INC-1', second)).html), /INC-1 Key leaked/);
  });

  it('says on the sign-in page that a session ended, and that the line is kept', async () => {
    const page = await (await aBrowser(served.url).get('/enter?ended=yes')).text();
    assert.match(page, /Your session has ended/);
    assert.doesNotMatch(await (await aBrowser(served.url).get('/enter')).text(), /has ended/);
  });

  it('completes lines for the person', async () => {
    const answer = await ana.get('/complete?line=contain%20pl&page=INC-1');
    const [first] = JSON.parse(await answer.text());
    assert.equal(first.line, 'contain plan ');
  });

  it('lists the browsers that are signed in, and ends them', async () => {
    const [here, there] = [await served.browser('bo'), await served.browser('bo')];
    const page = await (await here.get('/sessions')).text();
    assert.match(page, /\(this browser\)/);
    const ids = [...page.matchAll(/name="id" value="([0-9a-f-]{36})"/g)].map(([, id]) => id ?? '');
    assert.ok(ids.length >= 2);
    assert.equal((await ana.post('/sessions/end', { id: ids[0] ?? '' })).status, 404);
    const third = await served.browser('bo');
    await third.post('/say', { line: 'me signout others' });
    assert.deepEqual([(await here.get('/')).status, (await third.get('/')).status], [303, 200]);
    const fourth = await served.browser('bo');
    await fourth.post('/sessions/end', { id: 'others' });
    assert.deepEqual([(await third.get('/')).status, (await fourth.get('/')).status], [303, 200]);
    await fourth.post('/sessions/end', { id: 'all' });
    assert.match(fourth.cookie() ?? '', /=$/);
    for (const browser of [there, fourth]) assert.equal((await browser.get('/')).status, 303);
  });

  it('signs out by the button', async () => {
    const browser = await served.browser('bo');
    const cookie = browser.cookie();
    assert.equal((await browser.post('/leave', {})).headers.get('location'), '/enter');
    assert.equal(browser.cookie(), `firebreak-${new URL(served.url).port}=`);
    assert.equal((await aBrowser(served.url, cookie).get('/')).status, 303);
  });

  it('forgets a browser after an hour in which nobody typed', async () => {
    const browser = await served.browser('aud');
    assert.equal((await browser.get('/')).status, 200);
    night.clock.set(new Date(storyBegins.getTime() + 61 * minuteMs));
    assert.equal((await browser.get('/')).status, 303);
  });
});
