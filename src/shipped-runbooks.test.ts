import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { registry } from './commands/registry.ts';
import type { Runbook } from './domain/runbook.ts';
import { readRunbook } from './runbooks/parse.ts';

const folder = join(import.meta.dirname, '..', 'runbooks');
const files = (await readdir(folder)).filter((file) => file.endsWith('.md'));

/** What is typed in a shell, not in a room. */
const shellWords = ['firebreak', 'doctor', 'connect'];

const shipped = await Promise.all(
  files.map(async (file) => {
    const content = await readFile(join(folder, file), 'utf8');
    const read = readRunbook(content, file);
    assert.ok(read.kind === 'good', JSON.stringify(read));
    return { file, content, runbook: read.runbook };
  }),
);
const ids = shipped.map(({ runbook }) => runbook.id);
const verbs = registry.flatMap(({ name, aliases = [] }) => [name, ...aliases]);

/** What stands in back quotes outside of the step blocks. */
function quoted(content: string): readonly string[] {
  const prose = content.replaceAll(/^```[^]*?^```$/gm, '');
  return [...prose.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text.replaceAll(/\s+/g, ' '));
}

function isKnown(text: string, { steps }: Runbook): boolean {
  return (
    ids.includes(text) ||
    steps.some(({ answers }) => answers.some(({ name }) => name === text)) ||
    verbs.some((verb) => text === verb || text.startsWith(`${verb} `)) ||
    shellWords.includes(text.split(' ', 1)[0] ?? '')
  );
}

/** The text below a step's heading. */
function sectionOf(content: string, heading: string): string {
  const [, section = ''] = content.split(`\n## ${heading}\n`);
  return section.split('\n## ', 1)[0] ?? '';
}

describe('the runbooks that Firebreak brings', () => {
  it('are sixteen, each in a file of its name', () => {
    assert.equal(files.length, 16);
    assert.deepEqual(
      ids.map((id) => `${id}.md`),
      files,
    );
  });

  for (const { file, content, runbook } of shipped) {
    it(`${file} names only verbs, runbooks and answers that there are`, () => {
      const unknown = quoted(content).filter((text) => !isKnown(text, runbook));
      assert.deepEqual(unknown, []);
    });

    it(`${file} says when to give which answer`, () => {
      const unsaid = runbook.steps.flatMap(({ heading, answers }) => {
        const said = quoted(sectionOf(content, heading));
        return answers
          .filter(({ name }) => !said.includes(name))
          .map(({ name }) => `${heading} ${name}`);
      });
      assert.deepEqual(unsaid, []);
    });

    it(`${file} says how long each step may take, and whose it is`, () => {
      const open = runbook.steps.filter(({ owner, withinMs }) => !owner || !withinMs);
      assert.deepEqual(
        open.map(({ id }) => id),
        [],
      );
    });

    it(`${file} names its techniques and subcategories`, () => {
      assert.ok(runbook.attack.length > 0 && runbook.csf.length > 0 && runbook.severity);
    });
  }
});
