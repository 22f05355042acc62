import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { z } from 'zod';

import { queryFields } from '../domain/query.ts';
import type { Command } from './command.ts';
import { findCommand } from './find-command.ts';
import { makeHelp } from './help.ts';
import { registry } from './registry.ts';
import { tokens } from './tokens.ts';
import { readWords, wordOf } from './words.ts';

const folder = import.meta.dirname;

function isCommand(value: unknown): value is Command {
  return typeof value === 'object' && value !== null && 'name' in value && 'run' in value;
}

/** Commands that the files of the folder export, by their path without `.ts`. */
async function commandsInFiles(): Promise<ReadonlyMap<string, Command>> {
  const found = new Map<string, Command>();
  for (const path of globSync('**/*.ts', { cwd: folder })) {
    if (path.endsWith('.test.ts')) continue;
    const exported: Record<string, unknown> = await import(join(folder, path));
    const commands = Object.values(exported).filter(isCommand);
    assert.ok(commands.length <= 1, `${path} holds more than one command`);
    for (const command of commands) found.set(path.slice(0, -'.ts'.length), command);
  }
  return found;
}

function namesIn(command: Command): readonly string[] {
  return [
    ...command.words.map((word) => wordOf(word).name),
    ...Object.keys(command.options ?? {}),
    ...Object.keys(command.flags ?? {}),
  ];
}

describe('the registry', () => {
  it('lists exactly the commands of the folder, each in the file of its name', async () => {
    const files = await commandsInFiles();
    for (const [path, command] of files) {
      assert.equal(path, command.name.replace(' ', '/'));
      assert.ok(registry.includes(command), `${command.name} is missing in registry.ts`);
    }
    const made = makeHelp(() => registry).name;
    const unfiled = registry.filter(({ name }) => !files.has(name.replace(' ', '/')));
    assert.deepEqual(
      unfiled.map(({ name }) => name),
      [made],
    );
  });

  it('has each name and alias once, in lower case', () => {
    const names = registry.flatMap(({ name, aliases }) => [name, ...(aliases ?? [])]);
    assert.deepEqual(names, [...new Set(names)]);
    for (const name of names) assert.match(name, /^(?:\?|[a-z]+(?: [a-z]+)?)$/);
  });
});

for (const command of registry) {
  describe(command.name, () => {
    it('has examples that are understood', () => {
      assert.ok(command.examples.length > 0);
      for (const example of command.examples) {
        const words = tokens(example);
        const found = findCommand(registry, words);
        assert.equal(found.kind, 'command', example);
        if (found.kind !== 'command') return;
        assert.equal(found.command.name, command.name, example);
        const given = readWords(command, example, words.slice(found.used));
        const input = command.input.safeParse(given);
        assert.ok(input.success, `${example}: ${input.error?.message ?? ''}`);
      }
    });

    it('checks every word and option it takes, and takes every one it checks', () => {
      const schema = z.toJSONSchema(command.input, { io: 'input', unrepresentable: 'any' });
      assert.deepEqual(
        namesIn(command).toSorted(),
        Object.keys(schema.properties ?? {}).toSorted(),
      );
    });

    it('never takes a part of a query for an option', () => {
      if (!command.words.some((word) => wordOf(word).name === 'query')) return;
      const fields: readonly string[] = queryFields;
      const taken = [
        ...Object.keys(command.options ?? {}),
        ...Object.keys(command.optionAliases ?? {}),
      ];
      assert.deepEqual(
        taken.filter((name) => fields.includes(name)),
        [],
      );
    });

    it('fits into the menus of chats', () => {
      assert.ok(command.summary.length <= 100, command.summary);
      assert.ok(!command.summary.endsWith('.'));
      for (const text of Object.values({ ...command.options, ...command.flags })) {
        assert.ok(text.length <= 100, text);
      }
      assert.ok(namesIn(command).length <= 25);
    });
  });
}
