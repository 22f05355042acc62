import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { readConfig } from './config.ts';
import { UserError } from './errors.ts';

describe('the settings', () => {
  it('have a default for everything', () => {
    const config = readConfig({});
    assert.equal(config.httpPort, 7330);
    assert.match(config.dataDir, /\/data$/);
    assert.equal(config.databaseUrl, undefined);
  });

  it('report every problem at once and never a value', () => {
    const hidden = 'mysql://root:hunter2@db';
    assert.throws(
      () => readConfig({ DATABASE_URL: hidden, TIME_ZONE: 'Mars/Base', HTTP_PORT: 'http' }),
      (error: unknown) => {
        assert.ok(error instanceof UserError);
        for (const name of ['DATABASE_URL', 'TIME_ZONE', 'HTTP_PORT']) {
          assert.match(error.message, new RegExp(name));
        }
        assert.doesNotMatch(error.message, /hunter2/);
        return true;
      },
    );
  });

  it('say what they may be, in no machine’s words', () => {
    for (const [name, message] of [
      ['HTTP_BIND', 'must be one of 127.0.0.1, 0.0.0.0, ::'],
      ['SANDBOX', 'must be one of on, off'],
      ['LOG_LEVEL', 'must be one of debug, info, warn, error'],
      ['HTTP_PORT', 'must be a number from 0 to 65535'],
    ] as const) {
      for (const value of ['x', '1.5', '70000', '-1']) {
        assert.throws(() => readConfig({ [name]: value }), {
          code: 'bad_input',
          message: `The settings are not right: ${name} ${message}.`,
        });
      }
    }
  });

  it('treat an empty value as absent, as compose files write it', () => {
    assert.equal(readConfig({ DATABASE_URL: '', LOG_LEVEL: ' ' }).logLevel, 'info');
  });

  it('keep secrets out of what is printed', () => {
    const config = readConfig({ FIREBREAK_TOKEN: 'tok_1', DATABASE_URL: 'postgres://u:p@h/d' });
    assert.doesNotMatch(JSON.stringify(config), /tok_1|u:p/);
  });

  it('let nobody speak on Discord unless a server is named, and keep the token secret', () => {
    const token = 'hunter2';
    assert.throws(() => readConfig({ DISCORD_TOKEN: token }), /DISCORD_TOKEN needs DISCORD_GUILDS/);
    const guilds = '123456789012345678, 223456789012345678';
    const { discord } = readConfig({ DISCORD_TOKEN: token, DISCORD_GUILDS: guilds });
    assert.deepEqual(discord?.guilds, ['123456789012345678', '223456789012345678']);
    assert.equal(discord?.command, 'ir');
    assert.deepEqual(discord?.emoji, ['📌']);
    assert.equal(JSON.stringify(discord).includes(token), false);
    assert.equal(readConfig({ DISCORD_GUILDS: guilds }).discord, undefined);
  });

  it('let Slack be heard by a way, and keep its tokens secret', () => {
    const bot = { SLACK_BOT_TOKEN: 'xoxb-hunter2' };
    assert.throws(() => readConfig(bot), /needs SLACK_APP_TOKEN or SLACK_SIGNING_SECRET/);
    assert.throws(() => readConfig({ SLACK_APP_TOKEN: 'xapp-1' }), /need SLACK_BOT_TOKEN/);
    assert.throws(() => readConfig({ ...bot, SLACK_APP_TOKEN: 'xoxb-1' }), /begin with xapp-/);
    const keys = { ...bot, SLACK_APP_TOKEN: 'xapp-hunter2', SLACK_SIGNING_SECRET: 'hunter2' };
    const { slack } = readConfig({ ...keys, SLACK_TEAMS: 'T0ACME, E0ACME' });
    assert.deepEqual(slack?.teams, ['T0ACME', 'E0ACME']);
    assert.equal(slack?.command, '/ir');
    assert.deepEqual(slack?.emoji, ['pushpin', 'round_pushpin']);
    const chosen = readConfig({ ...keys, SLACK_EMOJI: 'evidence, +1' }).slack?.emoji;
    assert.deepEqual(chosen, ['evidence', '+1']);
    assert.throws(() => readConfig({ ...keys, SLACK_EMOJI: ':evidence:' }), /without colons/);
    assert.equal(slack?.channels, true);
    const off = readConfig({ ...keys, SLACK_INCIDENT_CHANNELS: 'off' });
    assert.equal(off.slack?.channels, false);
    assert.equal(JSON.stringify(slack).includes('hunter2'), false);
    assert.equal(readConfig({}).slack, undefined);
  });

  it('open the server to others only behind https and a known proxy', () => {
    const open = { HTTP_BIND: '0.0.0.0' };
    const url = { PUBLIC_URL: 'https://firebreak.example' };
    assert.throws(() => readConfig(open), /PUBLIC_URL with https/);
    assert.throws(() => readConfig({ ...open, ...url }), /TRUSTED_PROXY/);
    assert.throws(() => readConfig({ TRUSTED_PROXY: '10.0.0.1' }), /PUBLIC_URL/);
    const config = readConfig({ ...open, ...url, TRUSTED_PROXY: '10.0.0.0/8, fd00::/8' });
    assert.equal(config.publicUrl, 'https://firebreak.example');
    assert.deepEqual(config.trustedProxies, ['10.0.0.0/8', 'fd00::/8']);
  });

  it('are complained about all at once, a door to others without an address among them', () => {
    assert.throws(() => readConfig({ HTTP_BIND: '0.0.0.0', TIME_ZONE: 'Mars', HTTP_PORT: 'x' }), {
      code: 'bad_input',
      message: /TIME_ZONE is not .*HTTP_PORT must .*PUBLIC_URL with https/s,
    });
    const both = { HTTP_PORT: 'x', PUBLIC_URL: 'https://firebreak.example' };
    assert.throws(() => readConfig(both), /HTTP_PORT must .*TRUSTED_PROXY/s);
    const wrong = { HTTP_BIND: '0.0.0.0', PUBLIC_URL: 'http://firebreak.example' };
    assert.throws(() => readConfig(wrong), /PUBLIC_URL must be https.*TRUSTED_PROXY/s);
  });

  it('refuse a public address that is not https or holds more than a host', () => {
    for (const bad of ['http://x.example', 'https://u:p@x.example', 'https://x.example/ir', 'x']) {
      assert.throws(() => readConfig({ PUBLIC_URL: bad, TRUSTED_PROXY: '::1' }), /PUBLIC_URL must/);
    }
    for (const bad of ['10.0.0.0/33', '0.0.0.0/0', '::/0', 'proxy', '10.0.0.1/8/9', ',']) {
      const env = { PUBLIC_URL: 'https://x.example', TRUSTED_PROXY: bad };
      assert.throws(() => readConfig(env), /TRUSTED_PROXY must/);
    }
  });
});
