import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Command } from './command.ts';
import { findCommand } from './find-command.ts';
import { formFor, formsOf, lineFrom } from './form.ts';
import { registry } from './registry.ts';
import { tokens } from './tokens.ts';
import { readWords, wordOf } from './words.ts';

function called(name: string): Command {
  const command = registry.find((one) => one.name === name);
  assert.ok(command, name);
  return command;
}

function fieldsOf(line: string) {
  const form = formFor(registry, line);
  return Object.fromEntries(form?.fields.map(({ id, ...field }) => [id, field]) ?? []);
}

/** What the line gives to its command, as dispatch would read it. */
function readBack(line: string) {
  const words = tokens(line);
  const found = findCommand(registry, words);
  assert.equal(found.kind, 'command', line);
  return {
    command: found.command.name,
    given: readWords(found.command, line, words.slice(found.used)),
  };
}

describe('the form of a command', () => {
  it('asks for what the command file names, and knows what must be there', () => {
    assert.deepEqual(fieldsOf('declare'), {
      title: {
        label: 'Title',
        required: true,
        ask: { kind: 'line', charactersAtMost: 200 },
      },
      severity: {
        label: 'Severity',
        hint: 'sev1 (worst) to sev4',
        required: false,
        ask: { kind: 'choice', choices: ['sev1', 'sev2', 'sev3', 'sev4'] },
      },
      private: {
        label: 'Private',
        hint: 'Only members and role holders know that it exists',
        required: false,
        ask: { kind: 'tick' },
      },
      drill: {
        label: 'Drill',
        hint: 'An exercise: it never touches a production connection',
        required: false,
        ask: { kind: 'tick' },
      },
    });
    assert.deepEqual(fieldsOf('update')['text'], {
      label: 'Text',
      required: true,
      ask: { kind: 'box', charactersAtMost: 3_000 },
    });
    assert.deepEqual(fieldsOf('contain plan')['else']?.ask, {
      kind: 'choice',
      choices: ['archive'],
    });
  });

  it('is filled in as far as the line goes', () => {
    assert.equal(fieldsOf('role assign scribe @…')['role']?.value, 'scribe');
    assert.equal(fieldsOf('role assign scribe @…')['who']?.value, undefined);
    assert.equal(fieldsOf('log add … in:INC-7')['in']?.value, 'INC-7');
    assert.equal(fieldsOf('scope find credential:…')['query']?.value, 'credential:');
    assert.equal(fieldsOf('declare Stripe key leaked sev:1 private')['private']?.value, 'yes');
    assert.equal(fieldsOf('contain plan <query>')['query']?.value, undefined);
  });

  it('is there for every command, and for nothing else', () => {
    for (const { name } of registry) assert.equal(formFor(registry, name)?.command, name);
    assert.equal(formFor(registry, 'contain'), undefined);
    assert.equal(formFor(registry, 'make coffee'), undefined);
    assert.equal(formFor(registry, ''), undefined);
  });
});

/** What people, phones and attackers put into a field. */
const typed = [
  'w12',
  'Stripe key leaked',
  "don't panic",
  'he said "stop" and left',
  'at:14:05 in:INC-9 severity:sev4 --private',
  'nothing private',
  'please help',
  'help',
  '-h',
  '--help',
  '“curly” and ‘single’',
  'two\nlines, and a third:\n- one',
  'a  b   c',
  'ends in a stop.',
  'why?!',
  '@ana',
  '-w12',
  '--json',
  'C:\\temp\\',
  '"',
  "'",
  'private:no drill',
  'x=y "z',
  '/ir status',
];

describe('a form that was filled in', () => {
  it('is the line that somebody would have typed', () => {
    assert.equal(
      lineFrom(called('declare'), { title: 'Stripe key leaked', severity: 'sev2', drill: 'yes' }),
      'declare severity:sev2 --drill Stripe key leaked',
    );
    assert.equal(
      lineFrom(called('role assign'), { role: 'scribe', who: '@ana' }),
      'role assign scribe @ana',
    );
    assert.equal(
      lineFrom(called('contain plan'), { query: 'credential:"Stripe live" w3', in: 'INC-7' }),
      'contain plan in:INC-7 credential:"Stripe live" w3',
    );
    assert.equal(lineFrom(called('status'), { incident: '' }), 'status');
  });

  it('is no line once its command is gone', () => {
    const forms = formsOf(registry);
    assert.equal(forms.lineOf('role claim', { role: 'scribe' }), 'role claim scribe');
    assert.equal(forms.lineOf('make coffee', {}), undefined);
    assert.equal(forms.formFor('role claim …')?.command, 'role claim');
  });

  it('is read back as it was filled in, whatever it looks like', () => {
    for (const command of registry) {
      const words = command.words.map(wordOf).filter(({ name }) => name !== 'query');
      const options = Object.keys(command.options ?? {});
      for (const field of [...words.map(({ name }) => name), ...options]) {
        const before = words.slice(
          0,
          words.findIndex(({ name }) => name === field),
        );
        for (const text of typed) {
          const filled = {
            ...(options.includes(field)
              ? {}
              : Object.fromEntries(before.map(({ name }) => [name, 'x']))),
            [field]: text,
          };
          const line = lineFrom(command, filled);
          const read = readBack(line);
          assert.equal(read.command, command.name, line);
          assert.equal(normal(read.given[field]), normal(text), line);
        }
      }
    }
  });
});

/** Quotes of a phone are read as those of a typewriter, and one that cannot be said looks like one. */
function normal(text: unknown): string {
  return String(text)
    .trim()
    .replaceAll(/["“”]/g, 'ʺ')
    .replaceAll(/[‘’]/g, "'");
}
