import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';
import { z } from 'zod';

import { UserError } from '../errors.ts';
import type { Command } from './command.ts';
import { tokens, visible } from './tokens.ts';
import { usageOf } from './usage.ts';
import { readWords } from './words.ts';

function aCommand(parts: Partial<Command>): Command {
  return {
    name: 'try',
    summary: 'For the test',
    examples: ['try it'],
    words: [],
    permission: 'viewer',
    input: z.object({}),
    run: () => Promise.reject(new Error('not run here')),
    ...parts,
  };
}

/** What `line` (all of it behind the verb) gives to a command of this shape. */
function read(line: string, parts: Partial<Command>): Record<string, string | boolean> {
  return { ...readWords(aCommand(parts), line, tokens(line)) };
}

const log = { words: ['text…'], options: { at: 'When', in: 'Which incident' } };
const declare = {
  words: ['title…'],
  options: { severity: 'sev1 to sev4' },
  flags: { private: 'Members only', drill: 'Not real' },
  optionAliases: { sev: 'severity' },
};
const find = { words: ['query…'], options: { limit: 'How many', in: 'Which incident' } };
const role = { words: ['role', 'who?'], options: { in: 'Which incident' } };

describe('words', () => {
  it('are taken in order, and what is optional may be absent', () => {
    assert.deepEqual(read('scribe @ana', role), { role: 'scribe', who: '@ana' });
    assert.deepEqual(read('scribe', role), { role: 'scribe' });
    assert.deepEqual(read('', role), {});
  });

  it('forgive the punctuation of a sentence, but not inside quotes', () => {
    assert.deepEqual(read('scribe, @ana.', role), { role: 'scribe', who: '@ana' });
    assert.deepEqual(read('"scribe," @ana!', role), { role: 'scribe,', who: '@ana' });
  });

  it('keep the rest as it was typed, apostrophes, quotes and spacing included', () => {
    const typed = 'we  don’t know: Ana said “wait”, 3" of log & more';
    assert.deepEqual(read(typed, log), { text: typed });
  });

  it('lose the quotes when the whole rest is quoted', () => {
    assert.deepEqual(read('“Stripe key: leaked”', log), { text: 'Stripe key: leaked' });
    assert.deepEqual(read('"at:14:05 was typed"', log), { text: 'at:14:05 was typed' });
  });

  it('keep what stands behind a quote that closes half-way', () => {
    for (const text of ['" autofocus onfocus="window.x=1', '"a"b', "'a b':'c'"]) {
      assert.deepEqual(read(text, log), { text });
    }
  });

  it('keep a query as it is, with typewriter quotes and dashes', () => {
    assert.deepEqual(read('credential:“Stripe live” host:*.evil.example –tag:x limit:5', find), {
      query: 'credential:"Stripe live" host:*.evil.example -tag:x',
      limit: '5',
    });
    assert.deepEqual(read('“Stripe live”', find), { query: '"Stripe live"' });
  });

  it('refuse one word too many and name it', () => {
    assert.throws(() => read('scribe @ana now', role), {
      code: 'bad_input',
      message: /“now” is one word too many/,
    });
    assert.throws(() => read('scribe at:14:05', { words: ['role'] }), /has no option “at”/);
  });

  it('are never taken from an option that nobody has: the nearest is offered', () => {
    const status = { words: ['incident?'], options: { in: 'Which incident' } };
    assert.throws(() => read('--jsn', status), {
      code: 'bad_input',
      message: '“try” has no option “jsn”; it has in. Nothing was changed.',
      candidates: ['--json'],
    });
    assert.throws(() => read('scribe --inn INC-7', role), { candidates: ['--in'] });
    assert.throws(() => read('scribe --nonsense', role), { candidates: [] });
    assert.deepEqual(read('"--jsn"', status), { incident: '--jsn' });
  });
});

describe('options', () => {
  it('are read as name:value, --name value, --name=value and as phones type them', () => {
    const wanted = { text: 'the key was rotated', at: '14:05' };
    for (const line of [
      'the key was rotated at:14:05',
      'the key was rotated --at 14:05',
      'the key was rotated --at=14:05',
      'the key was rotated —at 14:05',
      'the key was rotated –at=14:05',
      'the key was rotated at: 14:05',
      'the key was rotated AT:14:05.',
      'at:14:05 the key was rotated',
      'the key at:14:05 was rotated',
    ]) {
      assert.deepEqual(read(line, log), wanted, line);
    }
  });

  it('take several words in quotes, and an instant of two words without', () => {
    assert.equal(read('x at:"yesterday 23:10"', log)['at'], 'yesterday 23:10');
    assert.equal(read('x --at ‘yesterday 23:10’', log)['at'], 'yesterday 23:10');
    assert.deepEqual(read('at:yesterday 23:10 x', log), { at: 'yesterday 23:10', text: 'x' });
    assert.deepEqual(read('x at:2026-11-20 14:05', log), { at: '2026-11-20 14:05', text: 'x' });
    assert.deepEqual(read('x at:10m ago', log), { at: '10m ago', text: 'x' });
  });

  it('are text when the command does not declare them', () => {
    assert.deepEqual(read('see host:x --at and https://x.test/', { words: ['text…'] }), {
      text: 'see host:x --at and https://x.test/',
    });
  });

  it('stay a sentence when nothing like a value follows the colon', () => {
    assert.deepEqual(read('we looked at: the logs', log), { text: 'we looked at: the logs' });
  });

  it('know their other spellings, and flags with and without dashes', () => {
    assert.deepEqual(read('Key leaked sev:2 private', declare), {
      title: 'Key leaked',
      severity: '2',
      private: true,
    });
    assert.deepEqual(read('--drill —private Key leaked', declare), {
      title: 'Key leaked',
      private: true,
      drill: true,
    });
    assert.deepEqual(read('private key leaked drill:no', declare), {
      title: 'private key leaked',
      drill: false,
    });
    assert.deepEqual(read('"was it private"', declare), { title: 'was it private' });
  });

  it('are refused without a value, twice, or with a flag that is neither yes nor no', () => {
    assert.throws(() => read('x --at', log), /“at” needs a value/);
    assert.throws(() => read('x --at in:INC-7', log), /“at” needs a value/);
    assert.throws(() => read('x at:14:05 at:15:00', log), /“at” was given twice/);
    assert.throws(() => read('x private:maybe', declare), /“private” is yes or no/);
  });

  it('never come from the names that every object has', () => {
    assert.deepEqual(read('constructor:1 __proto__:2 --toString=3', log), {
      text: 'constructor:1 __proto__:2 --toString=3',
    });
  });
});

describe('any line', () => {
  it('is read or refused in words, and never loses what stands in the rest', () => {
    const pieces = fc.constantFrom(
      '"',
      "'",
      '“',
      '—',
      '--at',
      'at:',
      ' ',
      '\n',
      'a',
      '1',
      '\\',
      '=',
    );
    const lines = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.array(pieces).map((p) => p.join('')),
    );
    fc.assert(
      fc.property(lines, (line) => {
        try {
          read(line, log);
        } catch (error) {
          assert.ok(error instanceof UserError);
        }
        const kept = read(line, { words: ['query…'] })['query'] ?? '';
        assert.equal(String(kept).replaceAll(/\s/g, '').length, line.replaceAll(/\s/g, '').length);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('hidden characters', () => {
  it('are shown, so that they can neither colour a terminal nor turn text around', () => {
    assert.equal(visible('a\u001B[31mb\u202Ec\u0007'), 'a‹U+001B›[31mb‹U+202E›c‹U+0007›');
    assert.equal(visible('x\u{E0041}y\u009Bz'), 'x‹U+E0041›y‹U+009B›z');
  });

  it('are dropped around the line, where phones and chats leave them', () => {
    assert.equal(visible('\uFEFF\u200B status \u200B\n'), 'status');
  });

  it('leave emoji, scripts and line breaks alone', () => {
    assert.equal(visible('👩‍🚒 می‌خواهم\r\nzwei'), '👩‍🚒 می‌خواهم\nzwei');
  });
});

describe('usage', () => {
  it('is made from words, options and what the schema lets be absent', () => {
    const command = aCommand({
      name: 'phase',
      words: ['to', 'reason…'],
      options: { in: 'Which incident' },
      flags: { quiet: 'Tell nobody' },
      input: z.object({
        to: z.enum(['analysis']),
        reason: z.string().exactOptional(),
        in: z.string().exactOptional(),
      }),
    });
    assert.equal(usageOf(command), 'phase <to> [reason…] [in:…] [--quiet]');
  });
});
