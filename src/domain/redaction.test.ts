import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { makeRedactor } from './redaction.ts';

const fingerprint = (secret: string): string =>
  createHmac('sha256', 'key').update(secret).digest('hex');

const { redact } = makeRedactor(fingerprint);

// Put together here, so that no scanner takes this file for a leak.
const letters = 'aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA1bC2dE3fG4hI5jK6lM7nO8pQ9';
const hex = '0123456789abcdef'.repeat(5);
const samples: Readonly<Record<string, string>> = {
  'a Stripe key': `sk_live_${letters.slice(0, 24)}`,
  'a restricted Stripe key': `rk_test_${letters.slice(0, 24)}`,
  'a Stripe webhook secret': `whsec_${letters.slice(0, 32)}`,
  'an OpenAI key': `sk-proj-${letters.slice(0, 40)}`,
  'a Slack bot token': `xoxb-123456789012-123456789012-${letters.slice(0, 24)}`,
  'a Slack app token': `xapp-1-A012345-${hex.slice(0, 32)}`,
  'a Slack refresh token': `xoxe.xoxp-1-${letters.slice(0, 30)}`,
  'a Discord bot token': `MT${letters.slice(0, 24)}.GabcDe.${letters.slice(0, 38)}`,
  'a GitHub token': `ghp_${letters.slice(0, 36)}`,
  'a fine-grained GitHub token': `github_pat_${letters.slice(0, 22)}_${letters}`,
  'a GitLab token': `glpat-${letters.slice(0, 20)}`,
  'an npm token': `npm_${letters.slice(0, 36)}`,
  'a Google API key': `AIza${letters.slice(0, 35)}`,
  'a Google access token': `ya29.${letters}`,
  'a Google client secret': `GOCSPX-${letters.slice(0, 28)}`,
  'a Google refresh token': `1//0${letters}`,
  'an AWS access key id': `AKIAIOSFODNN7EXAMPLE`,
  'a Notion token': `ntn_${letters.slice(0, 46)}`,
  'a HubSpot token': 'pat-na1-0b6d1f6e-58a3-4d0b-9c6c-1f7a3f2d9e10',
  'an Airtable token': `pat${letters.slice(0, 14)}.${hex.slice(0, 64)}`,
  'a Telegram bot token': `123456789:AA${letters.slice(0, 33)}`,
  'a Twilio key': `SK${hex.slice(0, 32)}`,
  'a SendGrid key': `SG.${letters.slice(0, 22)}.${letters.slice(0, 43)}`,
  'a JSON web token, as n8n’s API keys are': `eyJ${letters.slice(0, 30)}.eyJ${letters}.${letters.slice(0, 43)}`,
  'a token of Firebreak': `fbt_${letters.slice(0, 43)}`,
  'a private key': `-----BEGIN EC PRIVATE KEY-----\n${letters}\n-----END EC PRIVATE KEY-----`,
};

const inContext: readonly (readonly [text: string, secret: string])[] = [
  ['Authorization: Bearer abcDEF123456.x-y_z', 'abcDEF123456.x-y_z'],
  ['authorization: basic dXNlcjpodW50ZXIy', 'dXNlcjpodW50ZXIy'],
  [`https://hooks.slack.com/services/T000/B000/${letters.slice(0, 24)}`, letters.slice(0, 24)],
  [`https://discord.com/api/v10/webhooks/1234567890/${letters}`, letters],
  ['postgres://ana:hunter2@db.acme.test/x', 'hunter2'],
  [`https://${letters.slice(0, 20)}:x-oauth-basic@git.acme.test`, letters.slice(0, 20)],
  ['https://api.acme.test/x?page=2&key=abcd1234efgh', 'abcd1234efgh'],
  ['DB_PASSWORD=hunter2', 'hunter2'],
  ['STRIPE_SECRET_KEY=abc/def', 'abc/def'],
  ['{"password": "hunter two"}', 'hunter two'],
  [String.raw`"{\"clientSecret\":\"hunter2\"}"`, 'hunter2'],
  ["apiKey = 'hunter2'", 'hunter2'],
  ['{user:"ana",api_key:"hunter2"}', 'hunter2'],
  ['password: correct-horse-9', 'correct-horse-9'],
  [
    `aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = ${letters.slice(0, 40)}`,
    letters.slice(0, 40),
  ],
  [`AKIAIOSFODNN7EXAMPLE,${letters.slice(0, 40)}`, letters.slice(0, 40)],
  [`-----BEGIN PRIVATE KEY-----\\n${letters} and the line is cut`, letters],
];

describe('a secret by its shape', () => {
  for (const [name, secret] of Object.entries(samples)) {
    it(`is taken out: ${name}`, () => {
      const shown = redact(`Node "HTTP" failed: ${secret} was refused.`);
      assert.match(shown, /^Node "HTTP" failed: ‹redacted [0-9a-f]{4}›(?: was refused\.)?$/);
    });
  }
  for (const [text, secret] of inContext) {
    it(`is taken out of ${text.slice(0, 40).replace(/\n.*/s, '')}…`, () => {
      const shown = redact(text);
      assert.ok(!shown.includes(secret));
      assert.match(shown, /‹redacted [0-9a-f]{4}›/);
    });
  }
});

describe('what is no secret', () => {
  for (const text of [
    'Ana declared INC-7 (sev2): Leaked Stripe key.',
    '7d1a4c52-1d0e-4f0e-8a54-6a2f54ab7c31',
    `sha256 ${'9f86d081884c7d659a2feaa0c55ad015'.repeat(2)}`,
    'commit da39a3ee5e6b4b0d3255bfef95601890afd80709',
    'w12 VqFhCv1mEJ3nQ8xK on prod: deactivated, version 0b6d1f6e-58a3-4d0b-9c6c-1f7a3f2d9e10',
    'find credential:"Stripe live" secret:3b7c9f86d081884c active:true host:*.evil.example',
    'find secret:"3b7c9f86d081884c"',
    'Bearer authentication failed; basic authentication is off.',
    'The password is wrong. Token: expired. A secret: nobody knows.',
    'The key lacks the scope workflow:list; ask for a new token.',
    'password=true token=null secret=none total_tokens=1200 "completion_tokens": 1200',
    '"password": "<enter it here>", "token": "{{ $json.token }}", secret=$SECRET, pwd=***',
    'https://n8n.acme.test:5678/api/v1/workflows?limit=250&cursor=abc',
    'git@github.com:acme/x.git ssh://git@acme.test/x',
    '2026-11-22T08:17:44.123Z 203.0.113.7:443 2001:db8::1',
    'nhUHfuK2d3O0Q2hW6bY0m5m1Xv0C3s1aQy5kq3u0vJk is a commitment',
    '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----',
    'src/platforms/n8n/analyse-secrets.ts:59 and sk-SK locale',
  ]) {
    it(`stays: ${text.slice(0, 50)}`, () => {
      assert.equal(redact(text), text);
    });
  }
});

describe('a known secret', () => {
  const secret = 'p/äss wörd+"1\\\n&x';
  const forms: readonly (readonly [string, string])[] = [
    ['as it is', secret],
    ['decomposed, as some phones type', secret.normalize('NFD')],
    ['in base64', Buffer.from(secret).toString('base64')],
    ['in base64 behind a user name', Buffer.from(`ana:${secret}`).toString('base64')],
    ['in base64 inside something', Buffer.from(`{"a":"${secret}","b":1}`).toString('base64')],
    ['in base64url', Buffer.from(secret).toString('base64url')],
    ['in hex', Buffer.from(secret).toString('hex')],
    ['in HEX', Buffer.from(secret).toString('hex').toUpperCase()],
    ['in a URL', encodeURIComponent(secret)],
    ['in a form', new URLSearchParams({ a: secret }).toString()],
    ['in JSON', JSON.stringify({ a: secret })],
    ['in JSON inside JSON', JSON.stringify(JSON.stringify({ a: secret }))],
  ];
  for (const [name, form] of forms) {
    it(`is taken out ${name}, with one fingerprint for all`, () => {
      const redactor = makeRedactor(fingerprint);
      redactor.know(secret);
      const shown = redactor.redact(`before ${form} after`);
      assert.ok(shown.includes(`‹redacted ${fingerprint(secret).slice(0, 4)}›`));
      assert.ok(!shown.includes(form));
      assert.ok(shown.startsWith('before ') && shown.endsWith(' after'));
    });
  }

  it('is known from the moment it was told, and its line end does not matter', () => {
    const redactor = makeRedactor(fingerprint);
    assert.equal(redactor.redact('hunter22'), 'hunter22');
    redactor.know('hunter22\n');
    assert.match(redactor.redact('x hunter22 y'), /^x ‹redacted [0-9a-f]{4}› y$/);
  });

  it('of several lines is known by each of them, and a sign-in by its password', () => {
    const { redact: redacted, know } = makeRedactor(fingerprint);
    know('key of forty\nana@acme.test:horse staple\nana:battery-staple\n');
    know('https://hooks.example/services');
    know('-----BEGIN PRIVATE KEY-----\nzzzzzzzz\n-----END PRIVATE KEY-----');
    assert.equal(
      redacted('key of forty, battery-staple, horse staple, zzzzzzzz').replaceAll(/‹[^›]*›/g, '‹›'),
      '‹›, ‹›, ‹›, ‹›',
    );
    const said = 'ana, //hooks.example/services and -----END PRIVATE KEY-----';
    assert.equal(redacted(said), said);
  });

  it('is not taken for known when it is so short that words would vanish', () => {
    const redactor = makeRedactor(fingerprint);
    redactor.know('live');
    redactor.know('');
    assert.equal(redactor.redact('alive'), 'alive');
  });

  it('leaves no fingerprint while there is no key for one', () => {
    const redactor = makeRedactor();
    redactor.know('hunter22');
    assert.equal(redactor.redact('hunter22'), '‹redacted›');
    redactor.fingerprintWith(fingerprint);
    assert.match(redactor.redact('hunter22'), /^‹redacted [0-9a-f]{4}›$/);
  });

  it('may be a word of the mark without harm', () => {
    const redactor = makeRedactor(fingerprint);
    redactor.know('redacted');
    assert.equal(redactor.redact('redacted'), 'redacted');
  });
});

describe('any text', () => {
  it('holds no known secret afterwards, in any form, wherever it stood', () => {
    fc.assert(
      fc.property(
        fc
          .string({ unit: 'grapheme', minLength: 8 })
          .filter((any) => any.trim().length >= 8 && !/redacted/.test(any)),
        fc.string(),
        fc.string(),
        (secret, before, after) => {
          const redactor = makeRedactor();
          redactor.know(secret);
          for (const form of [
            secret.trim(),
            encodeURIComponent(secret.trim()),
            Buffer.from(secret.trim()).toString('hex'),
          ]) {
            assert.ok(!redactor.redact(before + form + after).includes(form));
          }
        },
      ),
    );
  });

  it('is redacted once: a second time changes nothing', () => {
    const piece = fc.oneof(
      fc.constantFrom(...Object.values(samples)),
      fc.constantFrom('password=', 'token: ', '"', 'Bearer ', '://', '@', ' ', 'x'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const once = redact(pieces.join(''));
        assert.equal(redact(once), once);
      }),
    );
  });

  it('never makes it throw', () => {
    const redactor = makeRedactor(fingerprint);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.nat(0xffff)), (text, units) => {
        const broken = String.fromCharCode(...units);
        redactor.know(broken);
        assert.equal(typeof redactor.redact(text + broken), 'string');
      }),
    );
  });

  // A pattern that looks back or starts again inside a run would take hours for these.
  for (const unit of [
    'eyJa',
    'eyJaaaaaaaa.',
    'eyJ-',
    'a',
    'A1',
    '-',
    '.',
    '/',
    ':',
    '://',
    '://a:',
    'Bearer ',
    'Bearer a',
    'basic a',
    'password',
    'password=',
    'password: ',
    '{password',
    '{a',
    '-----BEGIN PRIVATE KEY-----',
    'AKIAIOSFODNN7EXAMPLE',
    'AKIAIOSFODNN7EXAMPLE,',
    'MTaaaaaaaaaaaaaaaaaaaaaaaa.',
    'xoxb-',
    'SG.aaaaaaaaaaaaaaaa.',
    '123456789:',
    'sk-',
    'sk-a',
    '?key=',
    '\\',
    '"',
    "token='",
    'hooks.slack.com/services/',
  ]) {
    it(`is read in linear time: ${unit} for half a megabyte`, { timeout: 20_000 }, () => {
      assert.equal(typeof redact(unit.repeat(500_000 / unit.length)), 'string');
    });
  }
});
