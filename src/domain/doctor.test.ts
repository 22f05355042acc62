import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aConnection, minutesLater, night } from '../testing/containment.ts';
import {
  accountFindings,
  adminsFinding,
  clockFinding,
  copiesFinding,
  diagnosis,
  privateFinding,
  signersFinding,
  spaceFinding,
  syncFinding,
} from './doctor.ts';

const mebibyte = 1024 * 1024;

describe('the rules of the doctor', () => {
  it('want files and the data directory for their owner alone', () => {
    assert.equal(privateFinding('data directory', '/d', 0o40700).state, 'works');
    for (const mode of [0o640, 0o604, 0o777]) {
      const found = privateFinding('operator’s token', '/d/operator.token', mode);
      assert.equal(found.state, 'fix');
      assert.match(found.next ?? '', /^chmod 600/);
    }
  });

  it('tell of a directory that is closed by looking, since nobody will see it again', () => {
    const { text, next } = privateFinding('data directory', '/d', 0o40755, {
      isClosedByOpening: true,
    });
    assert.equal(text, 'Others on this machine could look into /d (mode 755).');
    assert.match(next ?? '', /^Ask who had access since\./);
  });

  it('tell whether a second admin is asked', () => {
    assert.equal(adminsFinding(['eve', 'operator']).state, 'works');
    const alone = adminsFinding(['operator']);
    assert.match(alone.text, /^As admin only @operator can get in, so no second one is asked/);
    assert.match(alone.next ?? '', /may:admin/);
    assert.match(adminsFinding([]).text, /^As admin nobody can get in/);
  });

  it('tell of a key that changed', () => {
    assert.deepEqual(signersFinding(['a1']), []);
    const [found] = signersFinding(['a1', 'b2']);
    assert.equal(found?.text, 'Timelines were signed with 2 keys, oldest first: a1 and b2.');
  });

  it('want room for what is written next', () => {
    const states = [5_000, 900, 100].map((free) => spaceFinding(free * mebibyte).state);
    assert.deepEqual(states, ['works', 'note', 'fix']);
  });

  it('name what a backup left behind, and how to get rid of it', () => {
    assert.deepEqual(copiesFinding([]), []);
    const [found] = copiesFinding([
      { path: '/d/a.backup.tmp', bytes: 3 * mebibyte },
      { path: '/d/b.backup.tmp', bytes: 1 },
    ]);
    assert.match(found?.text ?? '', /\(4 MiB\): \/d\/a\.backup\.tmp and \/d\/b\.backup\.tmp/);
    assert.match(found?.next ?? '', /rm \/d\/a\.backup\.tmp \/d\/b\.backup\.tmp;/);
  });

  it('say on which side a clock is off, and what that breaks', () => {
    assert.equal(clockFinding('connection prod', 'prod', -4_000, 'All is late.').state, 'works');
    const behind = clockFinding('connection prod', 'prod', -20_000, 'All is late.');
    assert.deepEqual(
      [behind.state, behind.text],
      ['note', 'The clock of prod is 20 s behind ours. All is late.'],
    );
    const ahead = clockFinding('connection prod', 'prod', 600_000, 'All is early.');
    assert.deepEqual(
      [ahead.state, ahead.text],
      ['fix', 'The clock of prod is 10 min ahead of ours. All is early.'],
    );
  });

  it('want a sync, and a fresh one', () => {
    const { syncedAt: _syncedAt, ...never } = aConnection();
    assert.equal(syncFinding(never, night).state, 'fix');
    assert.equal(syncFinding(aConnection(), minutesLater(90)).state, 'works');
    const old = syncFinding(aConnection(), minutesLater(3 * 24 * 60));
    assert.match(old.text, /^Synced 3 days ago/);
    assert.deepEqual([old.state, old.next], ['note', 'firebreak ir "scope sync prod"']);
  });

  it('says of an n8n whether a session shows what is really published', () => {
    const account = { identity: 'Bot', missing: [], excess: [] };
    const said = (capabilities: { readonly publicationStatus?: boolean }) =>
      accountFindings(aConnection(), { ...account, capabilities })[0]?.text ?? '';

    assert.match(said({ publicationStatus: true }), /its session shows what is really published/);
    assert.match(said({}), /without a session/);
    // What is refused stands among what is missing.
    assert.doesNotMatch(said({ publicationStatus: false }), /session/);
  });

  it('ask for the session again where it is the session that does not work', () => {
    const missing = [{ permission: 'a working session', consequence: 'n8n refuses it.' }];
    const capabilities = { ...aConnection().capabilities, publicationStatus: false };
    const account = { identity: 'Bot', missing, excess: [], capabilities };
    const found = accountFindings(aConnection({ capabilities }), account)[1];
    assert.equal(found?.text, 'The session besides the key does not work. n8n refuses it.');
    assert.match(found?.next ?? '', /^Enter the key and the session again: .* --session-file -$/);
  });

  it('want exactly the permissions that are needed', () => {
    const account = { identity: 'ops@acme.test', missing: [], excess: [] };
    assert.deepEqual(
      accountFindings(aConnection(), account).map(({ state }) => state),
      ['works'],
    );
    const found = accountFindings(aConnection(), {
      ...account,
      missing: [{ permission: 'execution:stop', consequence: 'What runs cannot be stopped.' }],
      excess: ['user:delete'],
    });
    assert.deepEqual(
      found.map(({ state }) => state),
      ['works', 'fix', 'note'],
    );
    assert.match(found[1]?.text ?? '', /lacks execution:stop. What runs cannot be stopped/);
  });

  it('fail when one thing is to be fixed, and then only', () => {
    const works = { about: 'database', state: 'works', text: 'Reachable.' } as const;
    const note = { ...works, state: 'note' } as const;
    const fix = { ...works, state: 'fix', next: 'Start it' } as const;
    assert.equal(diagnosis([works, note]).outcome, 'done');
    const view = diagnosis([works, fix]);
    assert.equal(view.outcome, 'failed');
    assert.equal(view.title, '1 thing to fix.');
    assert.deepEqual(view.blocks.at(-1), { kind: 'list', items: ['database: Start it'] });
  });
});
