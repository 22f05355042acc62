import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Command } from 'commander';
import { z } from 'zod';

import { UserError } from '../errors.ts';
import { Instance } from '../testing/instance.ts';
import type { TestShell } from '../testing/shell.ts';
import { aShell, aView, scriptedEntrance } from '../testing/shell.ts';
import { buildProgram, runCli } from './program.ts';

/** What a person types for each command of the shell so that it is done. */
const lines: Readonly<Record<string, readonly string[]>> = {
  ir: ['status'],
  export: ['INC-1', '--format', 'json'],
  picture: ['w1', '--out', 'blast.svg'],
  verify: ['bundle.json'],
  doctor: [],
  backup: ['a.backup'],
  'public-key': [],
  restore: ['a.backup'],
  'runbooks check': [],
  'runbooks new': ['leaked-host'],
  'runbooks show': ['leaked-credential', '--svg'],
  'runbooks export': ['leaked-credential'],
  'runbooks import': ['playbook.json'],
  console: [],
  'person token': [],
  'person invite': ['ben'],
  'person redeem': [],
  'person add': ['ben'],
  'person grant': ['ben'],
  'person revoke': ['ben'],
  'person list': [],
  'person disable': ['ben'],
  'person enable': ['ben'],
  connect: ['sandbox'],
  provider: ['oauth', 'c1', '--public-client'],
  'factor enrol': [],
  'factor confirm': [],
  migrate: [],
};
/** What runs until it is stopped, and has nothing to print. */
const endless = ['serve'];

function leaves(command: Command, path: readonly string[] = []): readonly string[] {
  if (command.commands.length === 0) return [path.join(' ')];
  return command.commands.flatMap((one) => leaves(one, [...path, one.name()]));
}

const graph = { nodes: [], edges: [], omissions: [] };
const spoken = [
  'status',
  'scope graph w1',
  'person add ben',
  'person grant ben',
  'person revoke ben',
  'person list',
  'person disable ben',
  'person enable ben',
];

function shell(): TestShell {
  const reply = aView({ blocks: [{ kind: 'graph', graph }] });
  const entrance = scriptedEntrance(Object.fromEntries(spoken.map((line) => [line, [reply]])));
  return aShell({ entrance, piped: 'fbi_good\n' });
}

/** The one JSON value on standard output. */
function valueOf(one: TestShell, name: string): Readonly<Record<string, unknown>> {
  assert.equal(one.err, '', name);
  return z.record(z.string(), z.unknown()).parse(JSON.parse(one.out));
}

describe('with --json', () => {
  const { context } = shell();
  const commands = leaves(buildProgram(context, () => {})).filter((one) => !endless.includes(one));

  it('every command is in this table', () => {
    assert.deepEqual(commands.toSorted(), Object.keys(lines).toSorted());
  });

  for (const name of commands) {
    const words = [...name.split(' '), ...(lines[name] ?? [])];

    it(`${name} prints one value and nothing else`, async () => {
      const done = shell();
      // A record is asked for as JSON already; the test entrance gives a word for it.
      const argv = name === 'export' ? [...words, '--out', 'record.json'] : words;
      assert.equal(await done.run(...argv, '--json'), 0, `${done.out}${done.err}`);
      valueOf(done, name);
    });

    it(`${name} does so when it is typed wrong, and answers 2`, async () => {
      const wrong = shell();
      assert.equal(await wrong.run(...words, '--json', '--no-such-option'), 2);
      const problem = valueOf(wrong, name);
      assert.equal(problem['kind'], 'problem');
      assert.match(String(problem['message']), /unknown option '--no-such-option'/);
    });

    it(`${name} does so when it is refused, and answers 1`, async () => {
      const refused = new UserError('not_ready', 'It does not work.', { hint: 'Mend it.' });
      const fail = () => Promise.reject(refused);
      const broken = shell();
      const { terminal } = broken.context;
      const everythingFails = {
        ...broken.context,
        openEntrance: fail,
        migrate: fail,
        doctor: fail,
        backUpUnopened: fail,
        publicKey: fail,
        restore: fail,
        verify: fail,
        runbookFiles: { check: fail, export: fail, import: fail, create: fail, picture: fail },
        terminal,
      };
      assert.equal(await runCli([...words, '--json'], everythingFails), 1);
      assert.deepEqual(valueOf(broken, name), {
        kind: 'problem',
        code: 'not_ready',
        message: 'It does not work.',
        hint: 'Mend it.',
        candidates: [],
      });
    });
  }

  it('a group without its verb is a usage problem too', async () => {
    const one = shell();
    assert.equal(await one.run('person', '--json'), 2);
    assert.match(String(valueOf(one, 'person')['message']), /missing|unknown option/);
  });

  it('wrong settings are one value too, also for the doctor', async () => {
    const instance = await Instance.create({ SANDBOX: 'maybe' });
    try {
      const [status, doctor] = await Promise.all([
        instance.firebreak('ir', 'status', '--json'),
        instance.firebreak('doctor', '--json'),
      ]);
      assert.deepEqual([status.code, status.stderr], [1, '']);
      assert.match(
        status.stdout,
        /^\{"kind":"problem","code":"bad_input",[^\n]+SANDBOX[^\n]+\}\n$/,
      );
      assert.deepEqual([doctor.code, doctor.stderr], [1, '']);
      assert.match(doctor.stdout, /^\{"outcome":"failed",[^\n]+SANDBOX[^\n]+\}\n$/);
    } finally {
      await instance.remove();
    }
  });

  it('a record that is no JSON is refused for standard output, before anything is opened', async () => {
    const one = shell();
    assert.equal(await one.run('export', 'INC-1', '--format', 'md', '--json'), 2);
    assert.match(String(valueOf(one, 'export')['hint']), /--out FILE/);
  });
});

describe('a slip in --wait', () => {
  it('is told before anything is said, not after the work has begun', async () => {
    for (const wait of ['soon', '-1', '', 'NaN']) {
      const entrance = scriptedEntrance({ 'contain run P-1': [aView()] });
      const one = aShell({ entrance });
      assert.equal(await one.run('ir', 'contain run P-1', '--wait', wait), 2, wait);
      assert.match(one.err, /--wait takes a number of seconds/);
      assert.deepEqual(entrance.lines, []);
    }
  });
});
