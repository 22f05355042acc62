import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shown } from '../bot.ts';
import { forEachDatabase } from '../database.ts';
import { sandboxBot } from '../sandbox-bot.ts';

const presses = 50;
const minuteMs = 60_000;

forEachDatabase((name) => {
  describe('fifty presses on one button', async () => {
    const { see, say, refused, clock } = await sandboxBot(name);
    const events = async (kind: string) => {
      const told = await see('log show 200');
      return shown(told).split(kind).length - 1;
    };

    it('count one yes and start one run', async () => {
      await see('declare Customers leak severity:sev2');
      await see('person add @ben "Ben Lind" may:responder,approver');
      await see('contain plan credential:"Stripe live" OR host:*.evil.example');
      const yeses = await Promise.all(
        Array.from({ length: presses }, () => say('contain approve P-1', 'ben')),
      );
      assert.equal(yeses.filter(({ kind }) => kind === 'view').length, 1);
      assert.equal(await events('P-1 approved'), 1);
      const runs = await Promise.all(
        Array.from({ length: presses }, (_, index) =>
          say('contain run P-1', index % 2 === 0 ? 'ben' : undefined),
        ),
      );
      assert.ok(runs.every((reply) => reply.kind === 'view' || reply.code === 'conflict'));
      assert.equal(await events('P-1 started'), 1);
    });

    it('do nothing once the time of the plan is over', async () => {
      await see('contain plan credential:"Slack bot" OR tag:hr OR name:report');
      clock.forward(31 * minuteMs);
      assert.match((await refused('contain approve P-2', 'ben')).message, /P-2 expired at/);
      assert.match((await refused('contain run P-2')).message, /P-2 expired at/);
      assert.match(shown(await see('contain status P-2')), /expired; nothing was done/);
    });
  });
});
