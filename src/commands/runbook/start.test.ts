import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { makeRecorder } from '../../record/recorder.ts';
import { readRunbook } from '../../runbooks/parse.ts';
import type { Runbooks } from '../../runbooks/runbook.ts';
import { kindsOf, shown } from '../../testing/bot.ts';
import { aFact } from '../../testing/containment.ts';
import { estateBot } from '../../testing/estate-bot.ts';
import { unhurried } from '../../testing/unhurried.ts';

const recorder = makeRecorder();

function step(id: string, ...lines: readonly string[]): string {
  return `## Step ${id}\nSay it.\n\n\`\`\`yaml step\n${[`id: ${id}`, ...lines].join('\n')}\n\`\`\`\n`;
}

const leak = `---
id: leak
title: A leak
inputs:
  credential: { type: credential, ask: Which one? }
---
# A leak
${step('find', 'kind: identify', 'do: scope.find', 'with: { where: { credential: $credential } }')}
${step(
  'off',
  'kind: act',
  'owner: operations',
  'within: 10m',
  'do: contain.disable',
  'with: { where: [{ credential: $credential }, { active: true }] }',
)}
${step('sure', 'kind: verify', 'do: contain.verify')}
`;

const everything = `---
id: everything
title: Everything
inputs:
  host: { type: host, ask: Which host? }
  who: { type: person, ask: Who? }
  where: { type: connection, ask: Where? }
  what: { type: text, ask: What? }
  how: { type: choice, ask: How?, choices: [fast, slow] }
  since: { type: time, ask: Since? }
---
# Everything
${step('tell', 'kind: comms', 'do: incident.update', 'with: { text: $what }')}
${step('look', 'kind: identify', 'do: scope.find', 'with: { where: [{ host: $host }, { connection: $where }, { changed: { after: $since } }] }')}
`;

/** Runbooks held in memory, so that a test can edit them. */
function shelf(files: Record<string, string>): Runbooks & { files: Record<string, string> } {
  return {
    files,
    list: () =>
      Promise.resolve(
        Object.entries(files).map(([file, content]) => ({
          file,
          content,
          sha256: recorder.sha256(content),
          read: readRunbook(content, file),
        })),
      ),
    read: readRunbook,
  };
}

const hostile = 'x" OR active:true';

describe('runbook start', async () => {
  const runbooks = shelf({ 'leak.md': leak, 'everything.md': everything, 'broken.md': '# No' });
  const night = await estateBot(
    (toy) => {
      toy.add('a', { facts: [aFact('credential', 'k1', { label: 'Twin' })] });
      toy.add('b', { facts: [aFact('credential', 'k2', { label: 'Twin' })] });
      toy.add('c', { facts: [aFact('credential', 'k3', { label: hostile })] });
      toy.add('d', { facts: [aFact('host', 'evil.example')] });
    },
    { runbooks },
  );
  const { see, refused, timeline, store } = unhurried(night);

  it('lists what can be started, and what is broken', async () => {
    const list = await see('runbook list', 'vic');
    assert.match(shown(list), /"leak","A leak","credential"/);
    assert.match(shown(list), /broken\.md cannot be started/);
    assert.ok(list.next.includes('runbook start leak credential:…'));
    const some = await see('runbook list a LEAK', 'vic');
    assert.match(some.title, /^1 runbook for “a LEAK”$/);
    assert.deepEqual(some.next, ['runbook start leak credential:…']);
    const none = await see('runbook list volcano', 'vic');
    assert.match(shown(none), /No runbook is called or for “volcano”.*shows all of them/);
  });

  it('asks for what is missing, and refuses viewers and bad input, changing nothing', async () => {
    await see('declare Key leaked');
    const before = await timeline();
    assert.equal((await refused('runbook start leak credential:c1', 'vic')).code, 'not_allowed');
    assert.equal((await refused('runbook start leak credential:c1', 'aud')).code, 'not_allowed');
    const missing = await refused('runbook start leak');
    assert.match(missing.message, /leak asks: credential: Which one\?/);
    assert.equal(missing.hint, 'e.g. `runbook start leak credential:c3`');
    assert.deepEqual((await refused('runbook start leek')).candidates, ['leak']);
    assert.match((await refused('runbook start broken')).message, /has mistakes/);
    assert.equal((await refused('runbook start leak credential:c99')).code, 'not_found');
    assert.match((await refused('runbook start leak secret:c1')).message, /is no input/);
    assert.match(
      (await refused('runbook start leak credential:c1 credential:c2')).message,
      /twice/,
    );
    const twins = await refused('runbook start leak credential:Twin');
    assert.equal(twins.code, 'ambiguous');
    assert.equal(twins.candidates.length, 2);
    // What only begins alike is offered, never taken.
    const alike = await refused('runbook start leak credential:Twi');
    assert.equal(alike.code, 'not_found');
    assert.equal(alike.candidates.length, 2);
    assert.equal((await refused('runbook start leak credential:c1 in:INC-9')).code, 'not_found');
    assert.equal((await refused('runbook next')).code, 'not_found');
    assert.deepEqual(await timeline(), before);
  });

  it('takes a credential for itself, whatever it is called', async () => {
    const view = await see(`runbook start leak credential:'${hostile}'`);
    assert.match(
      shown(view),
      /1 workflow \(w3\), found now by credential c\d “x\\" OR active:true”/,
    );
    assert.equal(
      (await refused(`runbook start leak credential:'y" OR active:true'`)).code,
      'not_found',
    );
    const found = await see('runbook do');
    assert.match(shown(found), /1 workflow found/);
    assert.deepEqual(await kindsOf(night), [
      'incident_declared',
      'runbook_started',
      'runbook_step_run',
    ]);
    await see('runbook done');
    const planned = await see('runbook do');
    assert.match(shown(planned), /"1","w3"/);
    const incident = (await timeline())[0]?.chain ?? '';
    const [plan] = await store.plans.ofIncident(incident);
    assert.deepEqual(
      plan?.targets.map(({ id }) => id),
      ['c'],
    );
  });

  it('goes by the text it began with, and says that the file was changed', async () => {
    runbooks.files['leak.md'] = leak.replace('Say it.', 'Say something else.');
    const now = await see('runbook next');
    assert.match(shown(now), /leak\.md was changed since this run began/);
    assert.match(shown(now), /"Say it\."/);
    delete runbooks.files['leak.md'];
    assert.match(shown(await see('runbook next')), /no longer there/);
    runbooks.files['leak.md'] = leak;
    assert.doesNotMatch(shown(await see('runbook next')), /warning/);
  });

  it('makes another plan only when the first can no longer be run', async () => {
    assert.match((await refused('runbook do')).message, /This step has its plan: P-1/);
    const edited = await refused('contain edit P-1 w1');
    assert.match(edited.message, /P-1 was made by a step of R-1, which goes by it/);
    await see('contain cancel P-1');
    assert.deepEqual((await see('runbook next')).next.slice(0, 1), ['runbook do run:R-1 step:2']);
    assert.match((await refused('runbook done')).message, /P-1 is cancelled; it was not run/);
    assert.match(shown(await see('runbook do')), /"plan","P-2, proposed"/);
  });

  it('tells whoever pressed second, and keeps one of both presses', async () => {
    await see(
      'runbook start everything host:evil.example who:@bo where:prod what:"it is bad" how:fast since:02:00',
    );
    const before = (await timeline()).length;
    const both = await Promise.all([
      night.say('runbook skip one run:R-2 step:1'),
      night.say('runbook skip two run:R-2 step:1', 'bo'),
    ]);
    assert.deepEqual(both.map(({ kind }) => kind).toSorted(), ['problem', 'view']);
    assert.equal((await timeline()).length, before + 1);
    const late = await refused('runbook skip three run:R-2 step:1', 'bo');
    assert.match(
      late.message,
      /^Step 1 of R-2, .* was skipped by @\w+\. Nothing was done now; R-2 is at step 2/,
    );
    assert.match(
      (await refused('runbook done run:R-2 step:7')).message,
      /R-2 has not come to a step 7: R-2 is at step 2/,
    );
    await see('runbook skip the rest run:R-2 step:2');
  });

  it('reads every type of input, and nothing that only looks like one', async () => {
    const start = (pair: string) => {
      const given = {
        host: 'evil.example',
        who: '@bo',
        where: 'prod',
        what: '"it is bad"',
        how: 'slow',
        since: '02:00',
      };
      const [name = '', value = ''] = pair.split(/:(.*)/s);
      const pairs = Object.entries({ ...given, [name]: value }).map((one) => one.join(':'));
      return refused(`runbook start everything ${pairs.join(' ')}`);
    };
    assert.match((await start('host:evil.example/x')).message, /is no host name/);
    assert.equal((await start('who:@nobody')).code, 'not_found');
    assert.equal((await start('where:nowhere')).code, 'not_found');
    assert.match((await start('how:never')).message, /is one of: fast, slow/);
    assert.match((await start('since:soon')).message, /no time that I can read/);
  });

  it('asks which run when there are several, and ends one that was a mistake', async () => {
    await see(
      'runbook start everything host:a.example who:bo where:prod what:ok how:fast since:02:00',
    );
    assert.equal((await refused('runbook next')).code, 'ambiguous');
    assert.match(
      shown(await see('runbook next run:R-3')),
      /Tell everyone who follows the incident: ok/,
    );
    assert.match(shown(await see('runbook do run:R-3')), /Update|ok/);
    assert.equal((await refused('runbook stop run:R-3')).code, 'bad_input');
    assert.equal((await refused('runbook stop mistake run:R-3', 'vic')).code, 'not_allowed');
    await see('runbook stop wrong host run:R-3');
    assert.match((await see('runbook show R-3')).title, /abandoned/);
    assert.match((await see('runbook show run:R-3')).title, /abandoned/);
    assert.equal((await refused('runbook show run:seven')).code, 'bad_input');
    assert.match((await refused('runbook done run:R-3')).message, /R-3 is abandoned/);
    assert.ok((await kindsOf(night)).includes('runbook_stopped'));
    assert.equal((await refused('runbook next R-3 in:INC-9')).code, 'conflict');
    assert.equal((await refused('runbook next R-77')).code, 'not_found');
  });

  it('presses only for those who may, and shows for those who may look', async () => {
    for (const line of ['runbook do', 'runbook done', 'runbook skip why']) {
      assert.equal((await refused(`${line} run:R-1`, 'vic')).code, 'not_allowed', line);
      assert.equal((await refused(`${line} run:R-1`, 'aud')).code, 'not_allowed', line);
    }
    assert.match((await see('runbook show R-1', 'aud')).title, /step 2: Step off/);
    assert.equal((await refused('runbook show R-1', 'nil')).code, 'not_allowed');
    assert.equal((await refused('runbook skip')).code, 'bad_input');
  });

  it('is not there for others in a private incident, and answers its own people only', async () => {
    await see('declare Quiet one private');
    const view = await see('runbook start leak credential:c1');
    assert.equal(view.audience, 'person');
    const name = view.title.split(' ')[0] ?? '';
    assert.equal((await refused(`runbook show ${name}`, 'bo')).code, 'not_found');
    assert.equal((await refused(`runbook skip why run:${name}`, 'bo')).code, 'not_found');
  });

  it('is not walked twice about the same by mistake', async () => {
    await see('declare Twice');
    const first = (await see('runbook start leak credential:c1')).title.split(' ')[0] ?? '';
    const before = await timeline();
    const second = await refused('runbook start leak credential:c1');
    assert.equal(second.code, 'conflict', second.message);
    assert.match(second.message, new RegExp(`^${first} “A leak” is running about the same`));
    assert.deepEqual(await timeline(), before);
    await see('runbook start leak credential:c2');
    await see(`runbook stop wrong one run:${first}`);
    await see('runbook start leak credential:c1');
  });

  it('starts nothing in a closed incident, and goes on with nothing there', async () => {
    await see('declare Short one');
    await see('runbook start leak credential:c1');
    await see('resolve');
    await see('close');
    assert.match((await refused('runbook start leak credential:c1')).message, /is closed/);
    assert.match((await refused('runbook skip why')).message, /is closed/);
  });
});

describe('an act of a runbook on many workflows', async () => {
  const night = await estateBot(
    (toy) => {
      for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) {
        toy.add(id, { facts: [aFact('credential', 'k', { label: 'Wide' })] });
      }
    },
    { runbooks: shelf({ 'leak.md': leak }) },
  );
  const { see, refused, work } = unhurried(night);

  it('needs the yes of another person, as any plan does', async () => {
    await see('declare Wide key leaked');
    await see('runbook start leak credential:Wide');
    await see('runbook done');
    const planned = await see('runbook do');
    assert.doesNotMatch(planned.next.join(), /approve/);
    assert.match(
      shown(planned),
      /Another approver or responder says yes with `contain approve P-1`/,
    );
    assert.equal((await see('runbook next', 'bo')).next[0], 'contain approve P-1');
    assert.match((await refused('contain run P-1')).message, /another person/);
    const notYet = await refused('runbook done');
    assert.match(notYet.message, /P-1 is proposed; it was not run/);
    assert.match(notYet.hint ?? '', /^Somebody else says yes with `contain approve P-1`, then/);
    await see('contain approve P-1', 'bo');
    assert.deepEqual((await see('runbook next')).next[0], 'contain run P-1');
    await see('contain run P-1');
    await see('runbook done');
    assert.match((await refused('runbook done')).message, /is not done: w\d disable planned/);
    await work('P-1');
    assert.equal((await see('runbook do')).follow, 'contain status P-1 in:INC-1');
    assert.match((await refused('runbook done')).message, /w\d \w+ pending/);
    await work('P-1');
    assert.match((await see('runbook done')).title, /finished/);
  });
});
