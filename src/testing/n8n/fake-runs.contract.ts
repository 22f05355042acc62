import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { at, messageOf, sleepFor, startBench } from './fake-bench.ts';
import type { AnyN8n, Bench } from './fake-bench.ts';
import { until, untilSilent } from './n8n-api.ts';
import {
  callWorkflow,
  calledByOthers,
  chain,
  chat,
  code,
  everySeconds,
  form,
  http,
  nothing,
  onError,
  waitMinutes,
  webhook,
} from './nodes.ts';

/** How executions of n8n 2.40.7 behave where Firebreak depends on it; the fake and the real one pass the same. */
export function n8nRunsAgreement(name: string, start: () => Promise<AnyN8n>): void {
  describe(`${name} runs workflows as n8n 2.40.7`, () => {
    let bench: Bench;

    before(async () => {
      bench = await startBench(start);
    });
    after(() => bench.close());

    it('answers a pre-flight question truly only with both headers', async () => {
      await bench.live(chain('Probe', [webhook('probe'), nothing()]));
      const origin = { origin: 'http://x.test' };
      const method = { 'access-control-request-method': 'GET' };

      const yes = await bench.preflight('/webhook/probe');
      const no = await bench.preflight('/webhook/nothing-here');
      const otherMethod = await bench.preflight('/webhook/probe', 'POST');

      assert.deepEqual([yes.status, yes.allow], [204, 'OPTIONS, GET']);
      assert.deepEqual([no.status, no.allow], [500, 'OPTIONS']);
      assert.deepEqual([otherMethod.status, otherMethod.allow], [500, 'OPTIONS, GET']);
      for (const path of ['/webhook/probe', '/webhook/nothing-here']) {
        assert.equal((await bench.say('OPTIONS', path)).status, 204);
        assert.equal((await bench.say('OPTIONS', path, { headers: origin })).status, 204);
        assert.equal((await bench.say('OPTIONS', path, { headers: method })).status, 204);
      }
      const wrong = await bench.say('POST', '/webhook/probe');
      const none = await bench.say('GET', '/webhook/nothing-here');
      assert.equal(
        messageOf(wrong.body),
        'This webhook is not registered for POST requests. Did you mean to make a GET request?',
      );
      assert.equal(
        messageOf(none.body),
        'The requested webhook "GET nothing-here" is not registered.',
      );
    });

    it('listens for forms, chats and dynamic paths at the addresses Firebreak probes', async () => {
      const door = form('apply');
      const talk = chat();
      const user = webhook('user/:id');
      for (const [title, node] of [
        ['Form', door],
        ['Chat', talk],
        ['User', user],
      ] as const) {
        await bench.api.publish(
          (await bench.api.createWorkflow(chain(title, [node, nothing()]))).id,
        );
      }
      // n8n publishes after its 200, in whatever order.
      for (const [path, method] of [
        ['/form/apply', 'POST'],
        [`/webhook/${talk.webhookId}/chat`, 'POST'],
        [`/webhook/${user.webhookId}/user/7`, 'GET'],
      ] as const) {
        await until(`${path} is live`, () => bench.isLive(path, method));
      }

      assert.equal((await bench.preflight('/form/none', 'POST')).status, 500);
      assert.equal((await bench.preflight('/webhook/none/chat', 'POST')).status, 500);
      assert.equal((await bench.preflight('/webhook/user/7')).status, 500);
    });

    it('hides running executions from a list that names no status', async () => {
      const id = await bench.live(
        chain('Long', [webhook('long'), code(sleepFor(60_000)), nothing()]),
      );
      const of = async (status: string): Promise<number> => {
        const said = await bench.say('GET', `/api/v1/executions?workflowId=${id}${status}`);
        const data = at(said.body, 'data');
        return Array.isArray(data) ? data.length : -1;
      };
      await bench.say('GET', '/webhook/long');
      await until('it runs', async () => (await of('&status=running')) === 1);

      assert.equal(await of(''), 0);
      assert.equal(await of('&status=new'), 0);
      assert.match(
        await bench.refusal('GET', '/executions?status=queued'),
        /^400 request\/query\/status/,
      );
      const stop = { status: ['running', 'waiting', 'queued'], workflowId: id };
      assert.deepEqual(await bench.api.call('POST', 'executions/stop', stop), { stopped: 1 });
      assert.deepEqual(await bench.api.call('POST', 'executions/stop', stop), { stopped: 0 });
      assert.equal(await of('&status=running'), 0);
      assert.equal(await of('&status=canceled'), 1);
      const [{ id: execution } = { id: '' }] = await bench.api.executions('canceled', id);
      assert.equal(
        await bench.refusal('POST', `/executions/${execution}/stop`),
        `409 Only running or waiting executions can be stopped and ${execution} is currently canceled`,
      );
    });

    it('stops everything when no workflow is named, and nothing when its id is empty', async () => {
      const one = await bench.live(chain('One', [webhook('one'), waitMinutes(9), nothing()]));
      const two = await bench.live(chain('Two', [webhook('two'), waitMinutes(9), nothing()]));
      const waiting = async (): Promise<number> => {
        const [first, second] = [one, two].map((id) => bench.api.executions('waiting', id));
        return ((await first) ?? []).length + ((await second) ?? []).length;
      };
      await bench.say('GET', '/webhook/one');
      await bench.say('GET', '/webhook/two');
      await until('both wait', async () => (await waiting()) === 2);
      const stop = (rest: object): Promise<unknown> =>
        bench.api.call('POST', 'executions/stop', { status: ['waiting'], ...rest });

      assert.deepEqual(await stop({ workflowId: '' }), { stopped: 0 });
      assert.equal(await waiting(), 2);
      assert.deepEqual(await stop({}), { stopped: 2 });
      assert.equal(await waiting(), 0);
      const refused = (body: object): Promise<string> =>
        bench.refusal('POST', '/executions/stop', body);
      assert.equal(
        await refused({ status: ['waiting'], workflowId: 'none' }),
        '404 Workflow not found or not accessible',
      );
      assert.equal(await refused({}), "400 request/body must have required property 'status'");
      assert.equal(
        await refused({ status: [], workflowId: one }),
        '400 request/body/status must include at least one status',
      );
    });

    it('starts the error workflow when a running execution is stopped, not when a waiting one is', async () => {
      const alarm = await bench.live(
        chain('Alarm', [onError(), http(`${bench.counter.baseUrl}/alarm`)]),
      );
      const options = { errorWorkflow: alarm };
      const slow = await bench.live(
        chain('Slow', [webhook('slow'), code(sleepFor(60_000))], options),
      );
      const asleep = await bench.live(
        chain('Asleep', [webhook('asleep'), waitMinutes(9)], options),
      );
      await bench.say('GET', '/webhook/slow');
      await bench.say('GET', '/webhook/asleep');
      await until('both go', async () => {
        const running = await bench.api.executions('running', slow);
        return running.length + (await bench.api.executions('waiting', asleep)).length === 2;
      });

      await bench.api.call('POST', 'executions/stop', { status: ['waiting'], workflowId: asleep });
      await bench.api.call('POST', 'executions/stop', { status: ['running'], workflowId: slow });

      await bench.counter.atLeast(1, '/alarm');
      const started = await bench.api.executions('success', alarm);
      assert.ok(started.length <= 1, 'only one of the two stops starts it');
    });

    it('lets an HTTP node send all its items although its execution was stopped', async () => {
      const items = 'return Array.from({ length: 8 }, (_, n) => ({ json: { n } }));';
      const id = await bench.live(
        chain('Batch', [
          webhook('batch'),
          code(items),
          http(`=${bench.counter.baseUrl}/batch/{{ $json.n }}`, { batchEveryMs: 200 }),
          http(`${bench.counter.baseUrl}/after-batch`, { name: 'After' }),
        ]),
      );
      const answer = bench.counter.hold('/batch/1');
      await bench.say('GET', '/webhook/batch');
      await bench.counter.atLeast(2, '/batch');

      await bench.api.call('POST', 'executions/stop', { status: ['running'], workflowId: id });
      const [stopped] = await bench.api.executions('canceled', id);
      assert.ok(stopped, 'it was stopped on the way, and is listed as canceled');

      answer();
      await bench.counter.atLeast(8, '/batch');
      assert.equal(bench.counter.count('/after-batch'), 0);
    });

    it('runs on after unpublishing, and its waiting executions stay', async () => {
      const id = await bench.live(chain('Remind', [webhook('remind'), waitMinutes(9), nothing()]));
      await bench.say('GET', '/webhook/remind');
      await until('it waits', async () => (await bench.api.executions('waiting', id)).length === 1);

      await bench.api.unpublish(id);
      await untilSilent('it is gone', () => bench.isLive('/webhook/remind'));

      assert.equal((await bench.api.executions('waiting', id)).length, 1);
    });

    it('refuses a sub-workflow that is not published to whoever calls it', async () => {
      const child = await bench.live(
        chain('Sub', [calledByOthers(), http(`${bench.counter.baseUrl}/sub`)]),
      );
      const parent = await bench.live(chain('Caller', [webhook('caller'), callWorkflow(child)]));
      await bench.say('GET', '/webhook/caller');
      await bench.counter.atLeast(1, '/sub');

      await bench.api.unpublish(child);
      await until('its call fails', async () => {
        await bench.say('GET', '/webhook/caller');
        return (await bench.api.executions('error', parent)).length > 0;
      });
    });

    it('leaves no trace of good runs that are not to be saved', async () => {
      const id = await bench.live(
        chain('Silent', [webhook('silent'), http(`${bench.counter.baseUrl}/silent`)], {
          savesNothing: true,
        }),
      );

      await bench.say('GET', '/webhook/silent');
      await bench.counter.atLeast(1, '/silent');

      // It is listed for a moment before it is deleted.
      await until('it is over, without a trace', async () => {
        const running = await bench.api.executions('running', id);
        return running.length + (await bench.api.executions('success', id)).length === 0;
      });
    });

    it('fires schedules until they are unpublished', async () => {
      const id = await bench.live(
        chain('Tick', [everySeconds(1), http(`${bench.counter.baseUrl}/tick`)]),
      );
      await bench.counter.atLeast(2, '/tick');

      await bench.api.unpublish(id);
      await until('it is quiet', async () => {
        const seen = bench.counter.count('/tick');
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        return bench.counter.count('/tick') === seen;
      });
    });
  });
}
