import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Reply } from '../domain/reply.ts';
import { aShell, aView, scriptedEntrance } from '../testing/shell.ts';

const running = aView({
  title: 'P-1 is running.',
  outcome: 'open',
  follow: 'contain status P-1 in:INC-1',
  data: { done: 0 },
});
const refused: Reply = {
  kind: 'problem',
  code: 'not_allowed',
  message: 'No.',
  candidates: [],
};

function exitOf(...replies: readonly Reply[]) {
  const entrance = scriptedEntrance({ status: replies });
  return aShell({ entrance }).run('ir', 'status');
}

describe('firebreak ir', () => {
  it('says one line as the local operator and gives the place back', async () => {
    const entrance = scriptedEntrance({ 'scope find host:*.evil.example': [aView()] });
    const shell = aShell({ entrance });
    assert.equal(await shell.run('ir', 'scope find host:*.evil.example'), 0);
    assert.equal(shell.out, 'Done.\n');
    assert.deepEqual(entrance.claims[0]?.token.reveal(), 'fbt_operator');
    assert.equal(entrance.closed(), 1);
    assert.equal(entrance.worked(), 0);
  });

  it('tells done, refused, usage and unverified apart by its exit code', async () => {
    assert.equal(await exitOf(aView()), 0);
    assert.equal(await exitOf(aView({ outcome: 'failed' })), 1);
    assert.equal(await exitOf(aView({ outcome: 'unverified' })), 3);
    assert.equal(await exitOf(refused), 1);
    assert.equal(await exitOf({ ...refused, code: 'bad_input' }), 2);
    assert.equal(await exitOf({ ...refused, code: 'unknown_command' }), 2);
  });

  it('works and follows until the plan is final', async () => {
    const entrance = scriptedEntrance({
      'contain run P-1': [running],
      'contain status P-1 in:INC-1': [
        { ...running, title: '1 of 2 verified.', data: { done: 1 } },
        aView({ title: 'P-1: 2 verified.', data: { done: 2 } }),
      ],
    });
    const shell = aShell({ entrance });
    assert.equal(await shell.run('ir', 'contain run P-1'), 0);
    assert.equal(entrance.worked(), 1);
    assert.match(shell.err, /1 of 2 verified/);
    assert.equal(shell.out, 'P-1: 2 verified.\n');
  });

  it('tells on the way what is new, and nothing twice', async () => {
    const step = (workflows: string, done: number) => ({
      ...running,
      blocks: [{ kind: 'fields' as const, fields: [['workflows', workflows]] as const }],
      data: { done },
    });
    const entrance = scriptedEntrance({
      'contain run P-1': [running],
      'contain status P-1 in:INC-1': [
        step('1 verified, 1 pending', 1),
        step('1 verified, 1 pending', 2),
        step('2 verified', 3),
        aView({ title: 'P-1 is finished.', data: { done: 4 } }),
      ],
    });
    const shell = aShell({ entrance });
    await shell.run('ir', 'contain run P-1');
    assert.equal(
      shell.err,
      'P-1 is running.\n… workflows: 1 verified, 1 pending\n… workflows: 2 verified\n… P-1 is finished.\n',
    );
  });

  it('takes no line at all for a call for help', async () => {
    const entrance = scriptedEntrance({ '': [aView({ title: 'What you can type' })] });
    const shell = aShell({ entrance });
    assert.equal(await shell.run('ir'), 0);
    assert.equal(shell.out, 'What you can type\n');
  });

  it('answers 3 when the wait is over before the plan is', async () => {
    const entrance = scriptedEntrance({
      'contain run P-1': [running],
      'contain status P-1 in:INC-1': [running, running, running],
    });
    assert.equal(await aShell({ entrance }).run('ir', 'contain run P-1', '--wait', '1'), 3);
  });

  it('prints one JSON value and nothing else with --json', async () => {
    const entrance = scriptedEntrance({
      'contain run P-1': [running],
      'contain status P-1 in:INC-1': [aView({ data: { done: 2 } })],
    });
    const shell = aShell({ entrance });
    await shell.run('ir', 'contain run P-1', '--json');
    assert.deepEqual(JSON.parse(shell.out), { outcome: 'done', title: 'Done.', done: 2 });
    assert.equal(shell.err, '');
  });

  it('puts back the quotes that the shell has eaten', async () => {
    const entrance = scriptedEntrance({ 'scope find credential:"Stripe live" host:x': [aView()] });
    const shell = aShell({ entrance });
    assert.equal(await shell.run('ir', 'scope', 'find', 'credential:Stripe live', 'host:x'), 0);
  });

  it('prints problems as JSON too', async () => {
    const shell = aShell({ entrance: scriptedEntrance({}), token: 'fbt_stolen' });
    assert.equal(await shell.run('ir', 'status', '--json'), 1);
    assert.equal(JSON.parse(shell.out).code, 'not_allowed');
  });
});

describe('who speaks', () => {
  it('is whoever the token file belongs to', async () => {
    const entrance = scriptedEntrance({ status: [aView()] });
    const shell = aShell({ entrance, files: { 'ben.token': 'fbt_ben\n' } });
    assert.equal(await shell.run('ir', 'status', '--as', 'ben', '--token-file', 'ben.token'), 0);
    assert.equal(entrance.claims[0]?.as, 'ben');
  });

  it('is whoever the piped token belongs to', async () => {
    const entrance = scriptedEntrance({ status: [aView()] });
    const shell = aShell({ entrance, piped: 'fbt_ben\n', token: 'fbt_operator' });
    assert.equal(await shell.run('ir', 'status', '--as', 'ben', '--token-file', '-'), 0);
    assert.equal(entrance.claims[0]?.token.reveal(), 'fbt_ben');
  });

  it('is nobody where nothing was piped', async () => {
    const entrance = scriptedEntrance({ status: [aView()] });
    const shell = aShell({ entrance, piped: '\n', token: 'fbt_operator' });
    assert.equal(await shell.run('ir', 'status', '--token-file', '-'), 2);
    assert.match(shell.err, /No token/);
  });

  it('is asked again where a file or a variable holds more than a token', async () => {
    const entrance = scriptedEntrance({ status: [aView()] });
    const files = { two: 'fbt_ben\nfbt_zoe\n', none: '\n' };
    for (const file of ['two', 'none']) {
      const shell = aShell({ entrance, files });
      assert.equal(await shell.run('ir', 'status', '--token-file', file), 2);
      assert.match(shell.err, file === 'two' ? /it is not one word/ : /No token was given/);
      assert.doesNotMatch(shell.err, /fbt_/);
    }
    const shell = aShell({ entrance, token: 'fbt_ben fbt_zoe' });
    assert.equal(await shell.run('ir', 'status'), 2);
  });

  it('is refused when --as is not the token’s own person', async () => {
    const shell = aShell({ entrance: scriptedEntrance({}), token: 'fbt_operator' });
    assert.equal(await shell.run('ir', 'status', '--as', 'ben'), 1);
    assert.match(shell.err, /not theirs/);
  });

  it('is asked for a token at a prompt that shows nothing', async () => {
    const entrance = scriptedEntrance({ status: [aView()] });
    const shell = aShell({ entrance, typed: 'fbt_ben' });
    assert.equal(await shell.run('ir', 'status', '--as', 'ben'), 0);
    assert.doesNotMatch(shell.out + shell.err, /fbt_ben/);
  });
});

describe('firebreak connect', () => {
  const line = ['connect', 'n8n', '--url', 'https://n8n.example', '--name', 'prod'];

  it('takes the secret from a file, a pipe or a prompt, and has no option for it', async () => {
    for (const way of [{ piped: 'key-1\n' }, { typed: 'key-1' }]) {
      const entrance = scriptedEntrance({});
      assert.equal(await aShell({ entrance, ...way }).run(...line), 0);
      assert.equal(entrance.connects[0]?.secret.reveal(), 'key-1');
      assert.equal(entrance.connects[0]?.privateHostAllowed, false);
    }
    const entrance = scriptedEntrance({});
    const shell = aShell({ entrance, files: { key: 'key-2' } });
    assert.equal(await shell.run(...line, '--secret-file', 'key', '--allow-private'), 0);
    assert.equal(entrance.connects[0]?.secret.reveal(), 'key-2');
    assert.equal(entrance.connects[0]?.privateHostAllowed, true);
    assert.equal(await shell.run(...line, '--secret', 'key-3'), 2);
  });

  it('takes the session of an n8n user from a file or a prompt, sealed with the key', async () => {
    const files = { key: 'key-1\n', login: 'bot@acme.test:pass:word\n' };
    const session = ['--session-file', 'login'];
    const keyFrom = ['--secret-file', 'key'];
    const entrance = scriptedEntrance({});
    assert.equal(await aShell({ entrance, files }).run(...line, ...keyFrom, ...session), 0);
    const prompt = aShell({ entrance, files, typed: 'bot@acme.test:pass:word' });
    assert.equal(await prompt.run(...line, ...keyFrom, '--session-file', '-'), 0);
    assert.deepEqual(
      entrance.connects.map(({ secret }) => secret.reveal()),
      ['key-1\nbot@acme.test:pass:word', 'key-1\nbot@acme.test:pass:word'],
    );
    assert.doesNotMatch(prompt.out + prompt.err, /pass:word/);

    const piped = aShell({ entrance, files, piped: 'key-1' });
    assert.equal(await piped.run(...line, '--session-file', '-'), 2);
    const odd = aShell({ entrance, files: { ...files, login: 'no colon' } });
    assert.equal(await odd.run(...line, ...keyFrom, ...session), 2);
    assert.doesNotMatch(odd.out + odd.err, /no colon/);
    const other = ['connect', 'node-red', '--url', 'https://nr.example', ...keyFrom, ...session];
    assert.equal(await aShell({ entrance, files }).run(...other), 2);
    assert.equal(entrance.connects.length, 2);
  });

  it('asks nothing for the sandbox, which is always a drill', async () => {
    const entrance = scriptedEntrance({});
    assert.equal(await aShell({ entrance }).run('connect', 'sandbox'), 0);
    const [given] = entrance.connects;
    assert.deepEqual(
      [given?.name, given?.baseUrl, given?.environment],
      ['sandbox', 'sandbox://shop', 'drill'],
    );
  });

  it('says what is wrong before it opens anything', async () => {
    const entrance = scriptedEntrance({});
    assert.equal(await aShell({ entrance, piped: '' }).run(...line), 2);
    assert.equal(await aShell({ entrance, piped: 'k' }).run('connect', 'n8n'), 2);
    assert.equal(await aShell({ entrance, piped: 'k' }).run('connect', 'zapier', '--url', 'x'), 2);
    assert.equal(entrance.claims.length, 0);
  });

  it('takes no secret from its arguments, and does not repeat it', async () => {
    const entrance = scriptedEntrance({});
    const shell = aShell({ entrance });
    assert.equal(await shell.run(...line, '--secret', 'hunter2'), 2);
    assert.match(shell.err, /--secret-file\s+FILE/);
    assert.ok(!`${shell.out}${shell.err}`.includes('hunter2'));
    assert.equal(entrance.connects.length, 0);
  });
});

describe('tokens and invitations', () => {
  it('leave alone on standard output, or in a file of their own', async () => {
    const entrance = scriptedEntrance({});
    const shell = aShell({ entrance });
    assert.equal(await shell.run('person', 'token'), 0);
    assert.equal(shell.out, 'fbt_new\n');
    const quiet = aShell({ entrance });
    assert.equal(await quiet.run('person', 'invite', 'ben', '--out', 'code'), 0);
    assert.equal(quiet.files.get('code'), 'fbi_new\n');
    assert.doesNotMatch(quiet.out + quiet.err, /fbi_new/);
  });

  it('are one JSON value with --json', async () => {
    const shell = aShell({ entrance: scriptedEntrance({}) });
    assert.equal(await shell.run('person', 'token', '--json'), 0);
    assert.equal(JSON.parse(shell.out).secret, 'fbt_new');
    const quiet = aShell({ entrance: scriptedEntrance({}) });
    assert.equal(await quiet.run('person', 'token', '--json', '--out', 'mine'), 0);
    assert.equal(JSON.parse(quiet.out).file, 'mine');
    assert.doesNotMatch(quiet.out, /fbt_new/);
  });

  it('trade a code for a token', async () => {
    const entrance = scriptedEntrance({});
    const shell = aShell({ entrance, piped: 'fbi_good\n' });
    assert.equal(await shell.run('person', 'redeem'), 0);
    assert.equal(shell.out, 'fbt_fresh\n');
    assert.equal(await aShell({ entrance, piped: 'fbi_bad' }).run('person', 'redeem'), 1);
    const silent = aShell({ entrance, piped: '\n' });
    assert.equal(await silent.run('person', 'redeem'), 2);
    assert.match(silent.err.replaceAll(/\s+/g, ' '), /name a file with --code-file/);
  });

  it('pass other verbs on as a line, quoting what has spaces', async () => {
    const entrance = scriptedEntrance({ 'person add ben "Ben Okri"': [aView()] });
    assert.equal(await aShell({ entrance }).run('person', 'add', 'ben', 'Ben Okri'), 0);
  });
});

describe('firebreak export', () => {
  it('writes to a new file, and never over one that is there', async () => {
    const shell = aShell({ entrance: scriptedEntrance({}) });
    const argv = ['export', 'INC-1', '--format', 'md', '--out', 'record.md'];
    assert.equal(await shell.run(...argv), 0);
    assert.equal(shell.files.get('record.md'), 'md of INC-1');
    assert.equal(await shell.run(...argv), 1);
    assert.match(shell.err, /exists already/);
  });

  it('writes to standard output without --out', async () => {
    const shell = aShell({ entrance: scriptedEntrance({}) });
    assert.equal(await shell.run('export', 'INC-1', '--format', 'json'), 0);
    assert.equal(shell.out, 'json of INC-1');
  });

  it('refuses an unknown incident and an unknown format', async () => {
    const shell = aShell({ entrance: scriptedEntrance({}) });
    assert.equal(await shell.run('export', 'INC-9', '--format', 'json'), 1);
    assert.equal(await shell.run('export', 'INC-1', '--format', 'docx'), 2);
  });
});

describe('firebreak public-key', () => {
  it('prints the key alone, so that it can be kept apart from the records', async () => {
    const shell = aShell({ entrance: scriptedEntrance({}) });
    assert.equal(await shell.run('public-key'), 0);
    assert.equal(shell.out, 'a public key\n');
  });
});

describe('usage', () => {
  it('shows help and answers 2 on what it does not know', async () => {
    const shell = aShell({ entrance: scriptedEntrance({}) });
    assert.equal(await shell.run('--help'), 0);
    assert.match(shell.out, /export \[options\] <incident>/);
    assert.equal(await shell.run('explode'), 2);
    assert.match(shell.err, /unknown command/);
  });
});
