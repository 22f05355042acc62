import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';

import { buildProgram } from './cli/program.ts';
import { shellReference } from './cli/reference.ts';
import { verbReference } from './commands/reference.ts';
import { registry } from './commands/registry.ts';
import { settingsTable } from './settings-table.ts';
import { aShell, scriptedEntrance } from './testing/shell.ts';

const pages = {
  commands: new URL('../docs/commands.md', import.meta.url),
  readme: new URL('../README.md', import.meta.url),
};

const commandsPage = `# What can be typed

Made from the command files and the command line; \`src/docs.test.ts\` compares it with them, and
writes it anew when it is run with \`UPDATE=1\`. Who may type what is in one table in
[permissions.md](permissions.md).

## Verbs

The same in every place where Firebreak listens: in the console as they stand here, in a shell after
\`firebreak ir\`. \`<word>\` must be given, \`[word]\` may be; \`…\` takes the rest of the line.

${verbReference(registry)}

## The command line

\`npm run -s firebreak -- <command>\`. Exit codes: 0 done (for a containment: all verified), 1 refused
or failed, 2 usage, 3 accepted but not verified.

${shellReference(buildProgram(aShell({ entrance: scriptedEntrance({}) }).context, () => {}))}
`;

const markers = /(<!-- settings: .*? -->\n\n)[^]*?(\n\n<!-- end of settings -->)/;

describe('what is written about commands and settings', () => {
  it('in docs/commands.md is what they say themselves (UPDATE=1 writes it anew)', async () => {
    if (process.env['UPDATE'] === '1') await writeFile(pages.commands, commandsPage);
    assert.equal(await readFile(pages.commands, 'utf8'), commandsPage);
  });

  it('in the README is every setting, as config.ts says (UPDATE=1 writes it anew)', async () => {
    const text = await readFile(pages.readme, 'utf8');
    assert.match(text, markers);
    const made = text.replace(markers, (_all, begin, end) => `${begin}${settingsTable()}${end}`);
    if (process.env['UPDATE'] === '1') await writeFile(pages.readme, made);
    assert.equal(await readFile(pages.readme, 'utf8'), made);
  });

  it('ends no sentence twice', () => {
    assert.doesNotMatch(commandsPage, /[?!.]\.$/m);
  });

  it('names every verb and every command of the shell', () => {
    for (const { name } of registry) assert.ok(commandsPage.includes(`### ${name}\n`), name);
    for (const name of ['serve', 'ir', 'export', 'verify', 'doctor', 'backup', 'restore']) {
      assert.ok(commandsPage.includes(`### firebreak ${name}\n`), name);
    }
  });
});
