import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { SandboxStage } from '../platforms/sandbox/stage.ts';
import { anEstate } from '../testing/sandbox-estate.ts';
import { readScenario, scenariosIn, shippedScenarios } from './load.ts';

const good = `title: A
severity: sev2
estate: shop
briefing: Find it.
answer: { contain: [Charge card] }
goals: { plan: 5, leave: 10, verified: 20 }
`;

describe('scenarios', () => {
  it('that ship can be played, and name what is there', async () => {
    const scenarios = await scenariosIn(shippedScenarios).list();
    assert.ok(scenarios.length >= 4);
    for (const { id, estate: name, answer, stage } of scenarios) {
      assert.ok(name === 'shop' || name === 'office', id);
      const { estate } = anEstate({ estate: name });
      await new SandboxStage(estate).set(stage);
      const look = await estate.look();
      const on = look.workflows().filter(({ switches }) => switches.length > 0);
      for (const wanted of answer.contain) {
        assert.equal(on.filter((one) => one.name === wanted).length, 1, `${id}: ${wanted}`);
      }
      for (const wanted of answer.revoke) {
        assert.ok(
          look.base.credentials.some((one) => one.name === wanted),
          `${id}: ${wanted}`,
        );
      }
    }
  });

  it('are told what is wrong with them, by file and place', () => {
    assert.equal(readScenario(good, 'a.yaml').goals.leaveMs, 600_000);
    assert.throws(() => readScenario(`${good}surprise: 1\n`, 'a.yaml'), /a\.yaml.*surprise/s);
    assert.throws(() => readScenario(good.replace('[Charge card]', '[]'), 'a.yaml'), /no workflow/);
    const other = good.replace('[Charge card]', '[Charge card], hostile: [Refund order]');
    assert.throws(() => readScenario(other, 'a.yaml'), /hostile names what answer\.contain/);
    assert.throws(() => readScenario(`${good}title: B\n`, 'a.yaml'), /a\.yaml cannot be read/);
    assert.throws(() => readScenario('a: &x [1]\nb: *x\n', 'a.yaml'), /a\.yaml cannot be read/);
  });
});
