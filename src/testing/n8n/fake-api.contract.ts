import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';

import { at, startBench } from './fake-bench.ts';
import type { AnyN8n, Bench } from './fake-bench.ts';
import { until, untilSilent } from './n8n-api.ts';
import type { NewApiWorkflow } from './n8n-api.ts';
import { callWorkflow, calledByOthers, chain, nothing, webhook } from './nodes.ts';

/** How the public API of n8n 2.40.7 answers where Firebreak depends on it; the fake and the real one pass the same. */
export function n8nApiAgreement(name: string, start: () => Promise<AnyN8n>): void {
  describe(`${name} answers as n8n 2.40.7`, () => {
    let bench: Bench;

    before(async () => {
      bench = await startBench(start);
    });
    after(() => bench.close());

    it('asks for a key, and tells a missing one from a wrong one and from a missing scope', async () => {
      const few = await bench.n8n.apiKey(['workflow:list']);
      assert.equal(await bench.refusal('GET', '/workflows', undefined, {}), '401 Unauthorized');
      assert.equal(
        await bench.refusal('GET', '/workflows', undefined, {
          authorization: `Bearer ${bench.key}`,
        }),
        '401 Unauthorized',
      );
      assert.equal(
        await bench.refusal('GET', '/workflows', undefined, { 'x-n8n-api-key': 'wrong' }),
        '401 Unauthorized',
      );
      assert.equal(
        await bench.refusal('GET', '/discover', undefined, {}),
        "401 'X-N8N-API-KEY' header required",
      );
      assert.equal(
        await bench.refusal('GET', '/users', undefined, { 'x-n8n-api-key': few }),
        '403 Forbidden',
      );
      assert.equal(
        await bench.refusal('GET', '/workflows/none', undefined, { 'x-n8n-api-key': few }),
        '403 Forbidden',
      );
      const found = await bench.say('GET', '/api/v1/discover', { key: few });
      assert.deepEqual(at(found.body, 'data', 'scopes'), ['workflow:list']);
      assert.deepEqual(at(found.body, 'data', 'resources', 'workflow', 'operations'), ['list']);
    });

    it('tells a missing endpoint, a wrong method and a missing thing apart', async () => {
      assert.equal(await bench.refusal('GET', '/nope'), '404 not found');
      assert.equal(await bench.refusal('PATCH', '/workflows'), '405 PATCH method not allowed');
      assert.equal(await bench.refusal('GET', '/workflows/none'), '404 Not Found');
      assert.equal(await bench.refusal('GET', '/workflows/none/history'), '404 Not Found');
      for (const verb of ['activate', 'deactivate']) {
        assert.equal(await bench.refusal('POST', `/workflows/none/${verb}`), hidden(verb));
      }
      assert.equal(await bench.refusal('POST', '/workflows/none/unpublish'), hidden('deactivate'));
      assert.equal(await bench.refusal('POST', '/workflows//deactivate'), '404 not found');
      assert.equal(await bench.refusal('GET', '/credentials/none'), '404 Credential not found');
      assert.equal(await bench.refusal('GET', '/executions/99999'), '404 Not Found');
      const broken = await bench.say('POST', '/api/v1/workflows/none/publish', { body: '{' });
      assert.equal(broken.status, 500);
      assert.match(broken.text, /^<!DOCTYPE html>/);
    });

    it('checks limits and cursors of lists, and pages by offset', async () => {
      for (const each of ['A', 'B', 'C']) await bench.api.createWorkflow(chain(each, [nothing()]));

      assert.equal(
        await bench.refusal('GET', '/workflows?cursor=foo'),
        '400 An invalid cursor was provided',
      );
      assert.equal(
        await bench.refusal('GET', '/workflows?limit=abc'),
        '400 request/query/limit Param `limit` must be a valid integer',
      );
      assert.equal(
        await bench.refusal('GET', '/workflows?limit=-1'),
        '400 request/query/limit Param `limit` must be a non-negative integer',
      );
      const first = await bench.say('GET', '/api/v1/workflows?limit=2');
      const cursor = at(first.body, 'nextCursor');
      assert.equal(typeof cursor, 'string');
      assert.deepEqual(JSON.parse(Buffer.from(String(cursor), 'base64').toString()), {
        limit: 2,
        offset: 2,
      });
      const all = await bench.api.workflows();
      assert.ok(all.length >= 3);
      const large = await bench.say('GET', '/api/v1/workflows?limit=1000');
      assert.equal(at(large.body, 'nextCursor'), null);
    });

    it('shows a workflow with draft and live version, and more on its own page than in a list', async () => {
      const id = await bench.live(chain('Shown', [webhook('shown'), nothing()]));

      const own = await bench.say('GET', `/api/v1/workflows/${id}`);
      const list = await bench.say('GET', '/api/v1/workflows?name=Shown');
      const listed = at(list.body, 'data', '0');

      assert.equal(at(own.body, 'activeVersionId'), at(own.body, 'versionId'));
      assert.deepEqual(at(own.body, 'activeVersion', 'nodes'), at(own.body, 'nodes'));
      assert.equal(
        at(own.body, 'activeVersion', 'workflowPublishHistory', '0', 'event'),
        'activated',
      );
      assert.match(String(at(own.body, 'shared', '0', 'project', 'name')), /^\w+ \w+ <.*@.*>$/);
      assert.equal(at(listed, 'shared', '0', 'project'), undefined);
      assert.equal(at(listed, 'activeVersion', 'workflowPublishHistory'), undefined);
      for (const field of [
        'nodes',
        'connections',
        'settings',
        'active',
        'versionId',
        'isArchived',
      ]) {
        assert.deepEqual(at(listed, field), at(own.body, field), field);
      }
      const ownKeys = Object.keys(Object(own.body)).toSorted();
      const onlyOwn = ['description', 'parentFolder', 'sourceWorkflowId', 'versionCounter'];
      assert.deepEqual(
        ownKeys.filter((each) => !onlyOwn.includes(each)),
        Object.keys(Object(listed)).toSorted(),
      );
      await bench.api.unpublish(id);
      const off = await bench.say('GET', `/api/v1/workflows/${id}`);
      assert.equal(at(off.body, 'activeVersion'), null);
    });

    it('keeps versions, lists them without nodes and reads them by id', async () => {
      const nodes = [webhook('versions'), nothing()];
      const id = await bench.live(chain('Versions', nodes));
      const saved = await bench.api.workflow(id);
      await bench.api.saveDraft(id, chain('Versions', [...nodes, nothing('More')]));
      const changed = await bench.api.workflow(id);

      const history = await bench.say('GET', `/api/v1/workflows/${id}/history`);
      const version = await bench.say('GET', `/api/v1/workflows/${id}/versions/${saved.versionId}`);

      assert.notEqual(changed.versionId, saved.versionId);
      assert.equal(changed.activeVersionId, saved.versionId);
      assert.equal(at(history.body, 'data', '0', 'versionId'), changed.versionId);
      assert.equal(at(history.body, 'data', '1', 'versionId'), saved.versionId);
      assert.equal(at(history.body, 'data', '0', 'nodes'), undefined);
      assert.equal(Array.isArray(at(version.body, 'nodes')), true);
      assert.equal(
        await bench.refusal('GET', `/workflows/${id}/versions/nope`),
        '404 Version not found',
      );
      const publish = `/workflows/${id}/publish`;
      assert.equal(
        await bench.refusal('POST', publish, { versionId: 'nope' }),
        '404 Version not found',
      );
      assert.equal(
        await bench.refusal('POST', publish, { versionId: 5 }),
        '400 request/body/versionId Expected string, received number',
      );
    });

    it('publishes the draft unless a version is named', async () => {
      const nodes = [webhook('which'), nothing()];
      const id = await bench.live(chain('Which', nodes));
      const { versionId } = await bench.api.workflow(id);
      await bench.api.saveDraft(id, chain('Which', [...nodes, nothing('Draft')]));
      await bench.api.unpublish(id);

      await bench.api.publish(id, versionId);
      const named = await bench.api.workflow(id);
      await bench.api.publish(id);
      const unnamed = await bench.api.workflow(id);

      assert.equal(named.activeVersionId, versionId);
      assert.notEqual(unnamed.activeVersionId, versionId);
      assert.equal(unnamed.activeVersionId, unnamed.versionId);
    });

    it('lets a saved change go live unless that is declined', async () => {
      const nodes = [webhook('saving'), nothing()];
      const id = await bench.live(chain('Saving', nodes));
      await bench.api.call('PUT', `workflows/${id}`, chain('Saving', [...nodes, nothing('Live')]));
      const saved = await bench.api.workflow(id);

      assert.equal(saved.activeVersionId, saved.versionId);
      const own = await bench.say('GET', `/api/v1/workflows/${id}`);
      assert.equal(
        await bench.refusal('PUT', `/workflows/${id}`, own.body),
        '400 request/body/id is read-only',
      );
      const { settings: _settings, ...bare } = chain('Saving', nodes);
      assert.equal(
        await bench.refusal('PUT', `/workflows/${id}`, bare),
        "400 request/body must have required property 'settings'",
      );
    });

    it('says yes to unpublishing, twice, and lets go of the webhook only then or later', async () => {
      const id = await bench.live(chain('Off', [webhook('off'), nothing()]));

      const once = await bench.say('POST', `/api/v1/workflows/${id}/deactivate`);
      const twice = await bench.say('POST', `/api/v1/workflows/${id}/unpublish`);

      assert.deepEqual([once.status, at(once.body, 'active')], [200, false]);
      assert.deepEqual([twice.status, at(twice.body, 'active')], [200, false]);
      await untilSilent(
        'it is gone',
        async () => (await bench.say('GET', '/webhook/off')).status !== 404,
      );
    });

    it('keeps no trace of a publishing that is over, but that there was a first one', async () => {
      const { id } = await bench.api.createWorkflow(chain('over', [webhook('over'), nothing()]));
      const shown = async () => {
        const one = await bench.say('GET', `/api/v1/workflows/${id}`);
        const history = await bench.say('GET', `/api/v1/workflows/${id}/history`);
        const fields = ['updatedAt', 'versionCounter', 'versionId', 'activeVersion'] as const;
        return [...fields.map((field) => at(one.body, field)), history.body];
      };
      const triggers = async () =>
        at((await bench.say('GET', `/api/v1/workflows/${id}`)).body, 'triggerCount');
      const untouched = await shown();
      assert.equal(await triggers(), 0);

      await bench.api.publish(id);
      await bench.api.unpublish(id);

      await until('the first is counted', async () => (await triggers()) === 1);
      await until('all is as before', async () => isDeepStrictEqual(await shown(), untouched));
    });

    it('refuses to publish what cannot run', async () => {
      await bench.live(chain('Taken', [webhook('taken'), nothing()]));
      const child = await bench.api.createWorkflow(chain('Child', [calledByOthers(), nothing()]));
      const make = async (workflow: NewApiWorkflow): Promise<string> => {
        const { id } = await bench.api.createWorkflow(workflow);
        return bench.refusal('POST', `/workflows/${id}/publish`, {});
      };

      assert.equal(
        await make(chain('Second', [webhook('taken'), nothing()])),
        '409 There is a conflict with one of the webhooks.',
      );
      assert.equal(
        await make(chain('Parent', [webhook('parent'), callWorkflow(child.id)])),
        `400 Cannot publish workflow: Node "Call workflow" references workflow ${child.id} ("Child") which is not published. Please publish all referenced sub-workflows first.`,
      );
      assert.match(await make(chain('No trigger', [nothing()])), /^400 .*no trigger node/);
    });

    it('archives what is live, and brings it back unpublished', async () => {
      const id = await bench.live(chain('Old', [webhook('old'), nothing()]));

      const archived = await bench.say('POST', `/api/v1/workflows/${id}/archive`);
      assert.deepEqual(
        [at(archived.body, 'active'), at(archived.body, 'isArchived')],
        [false, true],
      );
      assert.equal(
        await bench.refusal('POST', `/workflows/${id}/publish`, {}),
        '400 Cannot activate an archived workflow.',
      );
      const back = await bench.say('POST', `/api/v1/workflows/${id}/unarchive`);
      assert.deepEqual([at(back.body, 'active'), at(back.body, 'isArchived')], [false, false]);
      await until('it has let go', async () => {
        const said = await bench.say('DELETE', `/api/v1/workflows/${id}`);
        return said.status === 200;
      });
      assert.equal(await bench.refusal('DELETE', `/workflows/${id}`), '404 Not Found');
    });

    it('shows credentials, users and tags, and never a value', async () => {
      const id = await bench.api.createCredential({
        name: 'Stripe live',
        type: 'httpHeaderAuth',
        data: { name: 'authorization', value: 'very-secret-value' },
      });
      const credentials = await bench.say('GET', '/api/v1/credentials');
      const users = await bench.say('GET', '/api/v1/users?includeRole=true');
      const plain = await bench.say('GET', '/api/v1/users');

      assert.ok(!credentials.text.includes('very-secret-value'));
      assert.equal(at(credentials.body, 'data', '0', 'id'), id);
      assert.match(String(at(credentials.body, 'data', '0', 'shared', '0', 'name')), /<.*@.*>$/);
      assert.equal(at(users.body, 'data', '0', 'role'), 'global:owner');
      assert.equal(at(plain.body, 'data', '0', 'role'), undefined);
      assert.equal(
        (await bench.say('POST', '/api/v1/tags', { body: { name: 'payments' } })).status,
        201,
      );
      assert.equal(
        await bench.refusal('POST', '/tags', { name: 'payments' }),
        '409 Tag already exists',
      );
      const tagged = (await bench.api.workflows())[0]?.id ?? '';
      assert.equal(
        await bench.refusal('PUT', `/workflows/${tagged}/tags`, [{ id: 'none' }]),
        '404 Some tags not found',
      );
    });
  });
}

function hidden(verb: string): string {
  return `404 You do not have permission to ${verb} this workflow. Ask the owner to share it with you.`;
}
