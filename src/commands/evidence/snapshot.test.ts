import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { kindsOf, shown } from '../../testing/bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';

describe('evidence', async () => {
  const night = await estateBot();
  const { see, refused, timeline, store, seal, connection, toy, work } = night;

  it('is sealed by a job that the caller can follow', async () => {
    await see('declare Stripe key leaked');
    const view = await see('evidence snapshot w1 w2');
    assert.equal(view.outcome, 'open');
    assert.match(view.follow ?? '', /^evidence list w1 w2 since:\S+ in:INC-1$/);
    assert.equal((await see(view.follow ?? '')).outcome, 'open');
    assert.equal((await timeline()).at(-1)?.text, 'Asked to seal evidence of w1 and w2.');
    const sealed = new Promise<void>((resolve, reject) => {
      let left = 2;
      void store.jobs
        .work('snapshot', { atOnce: 1 }, async (data) => {
          await seal(data);
          left -= 1;
          if (left === 0) resolve();
        })
        .catch(reject);
    });
    await sealed;
    const list = await see('evidence list', 'vic');
    assert.equal(list.title, '2 pieces of evidence in INC-1');
    assert.match(shown(list), /"E-1","live-version.json","Charge cards|Refund/);
    assert.match(shown(list), /"@ana"/);
    assert.equal((await see('evidence list w2')).title, '1 piece of evidence in INC-1');
    assert.ok((await kindsOf(night)).includes('evidence_sealed'));
  });

  it('shows hash and origin, never content', async () => {
    const view = await see('evidence show e-1', 'vic');
    assert.match(view.title, /^E-1 live-version\.json/);
    assert.match(shown(view), /"sha256","[0-9a-f]{64}"/);
    assert.match(shown(view), new RegExp(`"connection","${connection.name}"`));
    assert.doesNotMatch(JSON.stringify(view), /"version":1|\\"version\\"/);
  });

  it('is hashed again on demand, which is itself recorded', async () => {
    const view = await see('evidence verify', 'aud');
    assert.equal(view.outcome, 'done');
    assert.equal(
      (await timeline()).at(-1)?.text,
      'Evidence verified: all 2 pieces match their hash.',
    );
  });

  it('refuses viewers and bad input, and changes nothing', async () => {
    const before = await timeline();
    assert.equal((await refused('evidence snapshot w1', 'vic')).code, 'not_allowed');
    assert.equal((await refused('evidence verify', 'vic')).code, 'not_allowed');
    assert.equal((await refused('evidence snapshot')).code, 'bad_input');
    assert.match((await refused('evidence snapshot w99')).message, /the reference w99/);
    assert.match((await refused('evidence show E-9')).message, /INC-1 has no evidence E-9/);
    assert.equal((await refused('evidence show secrets')).code, 'bad_input');
    assert.deepEqual(await timeline(), before);
  });

  it('says of what was not had that it was not, and why', async () => {
    toy.notHad = [
      { part: 'versions', why: 'n8n failed (500).' },
      { part: 'executions', why: 'n8n failed (500).' },
    ];
    await see('contain plan w3');
    await see('contain run P-1');
    await work('P-1');
    toy.notHad = [];
    const words = 'Not had: versions and executions (n8n failed (500)).';
    const sealed = (await timeline()).find(({ kind, data }) => {
      return kind === 'evidence_sealed' && data?.['ref'] === 'w3';
    });
    assert.equal(
      sealed?.text,
      `P-1: sealed evidence of w3 “Tax” before acting: live-version.json, capture.json. ${words}`,
    );
    assert.deepEqual(sealed.data?.['notHad'], [
      { part: 'versions', why: 'n8n failed (500).' },
      { part: 'executions', why: 'n8n failed (500).' },
    ]);
    const told = `The evidence of “Tax” is not whole. ${words}`;
    for (const line of ['contain status P-1', 'evidence list w3', 'evidence show E-4']) {
      assert.ok(shown(await see(line)).includes(told), line);
    }
    assert.ok(!shown(await see('evidence show E-3')).includes('not whole'));
    assert.ok(!shown(await see('evidence list w1')).includes('not whole'));
  });

  it('says when there is none', async () => {
    await see('declare Another');
    assert.match((await see('evidence list in:INC-2')).title, /No evidence is sealed/);
    assert.equal((await refused('evidence verify in:INC-2')).code, 'not_found');
  });
});
