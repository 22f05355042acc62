/** Each scenario that ships is played by its runbook to its end, and leaves the estate as it is to be. */
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { scenariosIn, shippedScenarios } from '../../drills/load.ts';
import { listedAt, runningAt } from '../../platforms/sandbox/activation.ts';
import { readRunbook } from '../../runbooks/parse.ts';
import { shown } from '../bot.ts';
import type { SandboxBot } from '../sandbox-bot.ts';
import { sandboxBot } from '../sandbox-bot.ts';
import { beginDrill, walkDrill } from '../walk-drill.ts';

const folder = join(import.meta.dirname, '../../../runbooks');
const estates = ['shop', 'office'] as const;

/** What is on, and what was done to credentials and people, asked of the estates past Firebreak. */
async function stateOf({ estate }: SandboxBot) {
  const looks = await Promise.all(estates.map(async (name) => estate(name).look()));
  return {
    on: looks.flatMap((look) =>
      look
        .workflows()
        .filter((one) => listedAt(one, look.now) !== undefined || runningAt(one, look.now))
        .map(({ name }) => name),
    ),
    revoked: looks.flatMap(({ base, changes }) =>
      base.credentials.filter(({ id }) => id in changes.withdrawn).map(({ name }) => name),
    ),
    otherwise: looks.map(({ changes: { locked, deleted, given, removed } }) => ({
      locked,
      deleted,
      given,
      removed,
    })),
  };
}

describe('the drill', async () => {
  const scenarios = await scenariosIn(shippedScenarios).list();

  it('of every runbook that ships is there', async () => {
    const files = (await readdir(folder)).filter((file) => file.endsWith('.md'));
    const walked = new Set(scenarios.map(({ runbook }) => `${runbook}.md`));
    assert.deepEqual(
      files.filter((file) => !walked.has(file)),
      [],
    );
  });

  for (const scenario of scenarios) {
    it(`${scenario.id} is passed by who walks ${scenario.runbook}`, async () => {
      const file = `${scenario.runbook}.md`;
      const read = readRunbook(await readFile(join(folder, file), 'utf8'), file);
      assert.ok(read.kind === 'good');
      const bot = await sandboxBot();
      const { next } = await beginDrill(bot, scenario);
      assert.equal(next[0], `runbook start ${scenario.runbook}`);
      const before = await stateOf(bot);

      const off = new Set<string>();
      const look = async () => {
        const { on } = await stateOf(bot);
        for (const name of before.on.filter((one) => !on.includes(one))) off.add(name);
      };

      await walkDrill(bot, scenario, read.runbook, look);

      await look();
      const after = await stateOf(bot);
      const { contain, revoke, tolerate, hostile = [] } = scenario.answer;
      const wanted = [...off].filter((name) => !tolerate.includes(name));
      assert.deepEqual(wanted.toSorted(), contain.toSorted(), 'nothing else was ever off');
      const left = before.on.filter((name) => !after.on.includes(name));
      assert.deepEqual(left.toSorted(), hostile.toSorted(), 'the rest is on again');
      assert.deepEqual(after.revoked.toSorted(), revoke.toSorted());
      assert.deepEqual(after.otherwise, before.otherwise);
      assert.deepEqual(
        after.on.filter((name) => !before.on.includes(name)),
        [],
      );
      const ended = await bot.see('drill end');
      assert.match(ended.title, /: passed$/, shown(ended));
      assert.match(shown(ended), /The runbook that leads through it:/);
    });
  }
});
