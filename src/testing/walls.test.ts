import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';

const root = join(import.meta.dirname, '../..');

/** `[file, what it imports]`; each must be refused by the linter. */
const forbidden = [
  ['src/domain/probe.ts', '../store/store.ts'],
  ['src/domain/probe.ts', 'luxon'],
  ['src/commands/probe.ts', '../store/incidents.ts'],
  ['src/commands/contain/probe.ts', '../../store/plans.ts'],
  ['src/commands/contain/probe.ts', '../../main.ts'],
  ['src/commands/probe.ts', '../platforms/n8n/n8n.ts'],
  ['src/commands/probe.ts', '../chat/chat.ts'],
  ['src/chat/probe.ts', '../store/store.ts'],
  ['src/chat/slack/probe.ts', '../../jobs/job.ts'],
  ['src/chat/slack/probe.ts', 'discord.js'],
  ['src/chat/discord/probe.ts', '../../store/store.ts'],
  ['src/chat/discord/probe.ts', '@slack/bolt'],
  ['src/chat/probe.ts', 'discord.js'],
  ['src/chat/slack/probe.ts', '../discord/marks.ts'],
  ['src/chat/probe.ts', '@slack/bolt'],
  ['src/platforms/n8n/probe.ts', '../../store/store.ts'],
  ['src/platforms/probe.ts', '../commands/command.ts'],
  ['src/store/probe.ts', '../platforms/platform.ts'],
  ['src/store/probe.ts', '../record/keys.ts'],
  ['src/store/tables/probe.ts', '../../config.ts'],
  ['src/revokers/probe.ts', '../platforms/platform.ts'],
  ['src/revokers/sandbox/probe.ts', '../../store/store.ts'],
  ['src/jobs/probe.ts', '../platforms/n8n/n8n.ts'],
  ['src/jobs/probe.ts', 'drizzle-orm'],
  ['src/record/probe.ts', '../store/store.ts'],
  ['src/exports/probe.ts', '../record/verify.ts'],
  ['src/exports/probe.ts', '../store/store.ts'],
  ['src/http/probe.ts', '../store/store.ts'],
  ['src/http/probe.ts', '../chat/console/panels.ts'],
  ['src/chat/console/probe.ts', 'hono'],
  ['src/cli/probe.ts', '../store/store.ts'],
  ['src/cli/probe.ts', '../main.ts'],
  ['src/query/probe.ts', '../store/store.ts'],
  ['src/runbooks/probe.ts', '../store/store.ts'],
  ['src/drills/probe.ts', '../store/store.ts'],
  ['src/commands/drill/probe.ts', '../../drills/load.ts'],
] as const;

const allowed = [
  ['src/domain/probe.ts', './plan.ts'],
  ['src/commands/contain/probe.ts', '../../store/store.ts'],
  ['src/commands/contain/probe.ts', '../command.ts'],
  ['src/platforms/n8n/probe.ts', '../platform.ts'],
  ['src/store/probe.ts', '../record/record.ts'],
  ['src/jobs/probe.ts', '../platforms/platform.ts'],
  ['src/http/probe.ts', '../chat/console/console.ts'],
  ['src/chat/console/probe.ts', 'hono/html'],
  ['src/chat/discord/probe.ts', 'discord.js'],
  ['src/chat/discord/probe.ts', '../chat.ts'],
  ['src/chat/slack/probe.ts', '@slack/bolt'],
  ['src/exports/probe.ts', '../record/record.ts'],
  ['src/commands/drill/probe.ts', '../../drills/drill.ts'],
] as const;

function refusals(cases: readonly (readonly [string, string])[]): readonly boolean[] {
  const place = mkdtempSync(join(tmpdir(), 'firebreak-walls-'));
  try {
    cpSync(join(root, '.oxlintrc.json'), join(place, '.oxlintrc.json'));
    const files = cases.map(([file, source], index) => {
      const path = join(place, file.replace('probe.ts', `probe${index}.ts`));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `import { x } from '${source}';\n\nexport const y = x;\n`);
      return path;
    });
    const report = lint(place);
    return files.map((path) => report.some((line) => line.includes(path.slice(place.length + 1))));
  } finally {
    rmSync(place, { recursive: true });
  }
}

function lint(place: string): readonly string[] {
  const oxlint = join(root, 'node_modules/.bin/oxlint');
  const { stdout } = spawnSync(oxlint, ['--format', 'unix', 'src'], {
    cwd: place,
    encoding: 'utf8',
  });
  return stdout.split('\n').filter((line) => line.includes('no-restricted-imports'));
}

describe('the walls between folders', () => {
  const refused = refusals(forbidden);
  for (const [index, [file, source]] of forbidden.entries()) {
    it(`keep ${file} away from ${source}`, () => assert.equal(refused[index], true));
  }

  const refusedAllowed = refusals(allowed);
  for (const [index, [file, source]] of allowed.entries()) {
    it(`let ${file} use ${source}`, () => assert.equal(refusedAllowed[index], false));
  }

  it('stand around every folder', () => {
    const walled = new Set([...forbidden].map(([file]) => file.split('/')[1]));
    const folders = readdirSync(join(root, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'testing')
      .map((entry) => entry.name);
    assert.deepEqual(
      folders.filter((folder) => !walled.has(folder)),
      [],
    );
  });
});
