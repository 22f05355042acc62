import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { CountingServer } from '../counting-server.ts';
import { planFrom } from '../crew-answers.ts';
import type { Crew, Speaker } from '../crew.ts';
import { crewOn, done } from '../crew.ts';
import type { FaultyProxy } from '../node-red/faulty-proxy.ts';
import { startFaultyProxy } from '../node-red/faulty-proxy.ts';
import { plantedSecret } from './estate-credentials.ts';
import { webhookIsLive } from './estate.ts';
import { until } from './n8n-api.ts';
import { chain, http, webhook } from './nodes.ts';
import { callWebhook } from './outside.ts';
import type { RealN8n } from './real-n8n.ts';
import { responderScopes } from './real-n8n.ts';

/** Scopes that Firebreak does not ask for, and needs for these levers. */
const scopes = [...responderScopes, 'credential:update', 'workflow:delete'];

const entrance = { method: 'GET', path: 'levers' } as const;
const value = `Bearer ${plantedSecret('tok')}`;

/**
 * Every lever but the usual ones, by typed lines through the whole of Firebreak, on an n8n that is
 * there already: what is done to a credential, and what is done to a workflow that does not go off.
 */
export function leversOnN8n(
  where: () => { readonly n8n: RealN8n; readonly counter: CountingServer },
): void {
  describe('the other levers', () => {
    let proxy: FaultyProxy;
    let crew: Crew;
    let server: { stop(): Promise<void> };
    let workflow: string;

    before(async () => {
      const { n8n, counter } = where();
      workflow = await plant(n8n, counter);
      proxy = await startFaultyProxy(n8n.baseUrl);
      crew = await crewOn({
        kind: 'n8n',
        baseUrl: proxy.baseUrl,
        secret: await n8n.apiKey(scopes),
        environment: 'drill',
      });
      server = await crew.instance.serve();
      await done(crew.ana('declare Key in a paste severity:sev2'));
      await done(crew.ana('scope sync'));
    });
    after(async () => {
      await server?.stop();
      await crew?.instance.remove();
      await proxy?.close();
    });

    it('block a credential, unblock it for one host and overwrite it, as the world sees', async () => {
      const { ana, ben } = crew;
      assert.equal(await sends(where(), workflow), true, 'it is sent before anything is done');

      const block = planFrom(await done(ana('cred block Lever token')));
      await runsUnproved(ana, block.name);
      assert.equal(await sends(where(), workflow), false, 'it was called blocked and still sent');

      const back = planFrom(await done(ana('cred unblock Lever token to:127.0.0.1')));
      await done(ben(`contain approve ${back.name} in:INC-1`));
      await runsUnproved(ana, back.name);
      assert.equal(await sends(where(), workflow), true, 'it was called usable and not sent');

      const dud = planFrom(await done(ana('cred overwrite Lever token')));
      await done(ben(`contain approve ${dud.name} in:INC-1`));
      await runsUnproved(ana, dud.name);
      assert.equal(await sends(where(), workflow), false, 'it was called worthless and still sent');
    });

    it('archive what n8n refuses to switch off, prove it, and bring it back live', async () => {
      const { n8n } = where();
      const { ana } = crew;
      const original = await n8n.api.workflow(workflow);
      assert.ok(original.active);
      Object.assign(proxy, { only: /\/deactivate$/, mischief: { kind: 'answers', status: 403 } });

      const plan = planFrom(await done(ana('contain plan name:"Lever" else:archive')));
      assert.deepEqual(plan.ids, [workflow]);
      const ran = await done(ana(`contain run ${plan.name}`));
      assert.match(ran.stdout, /verified/);
      assert.equal(await callWebhook(n8n.baseUrl, entrance), 404, 'and it is so');
      assert.equal((await n8n.api.workflow(workflow)).isArchived, true);
      assert.match((await done(ana('log show 20'))).stdout, /is verified disabled by archiving it/);

      await done(ana(`contain undo ${plan.name}`));
      const { isArchived, active, activeVersionId } = await n8n.api.workflow(workflow);
      assert.deepEqual(
        { isArchived, active, activeVersionId },
        { isArchived: false, active: true, activeVersionId: original.activeVersionId },
      );
      await until('it answers again', () => webhookIsLive(n8n.baseUrl, entrance));
    });
  });
}

/** A live workflow that sends a credential to the counting server whenever its webhook is called. */
async function plant({ api, baseUrl }: RealN8n, counter: CountingServer): Promise<string> {
  const credential = { name: 'Lever token', type: 'httpHeaderAuth' };
  const data = { name: 'authorization', value };
  const id = await api.createCredential({ ...credential, data });
  const url = `${counter.baseUrl}/levers`;
  const nodes = [webhook(entrance.path), http(url, { credential: { ...credential, id } })];
  const made = await api.createWorkflow(chain('Lever', nodes));
  await api.publish(made.id);
  await until('its webhook is live', () => webhookIsLive(baseUrl, entrance));
  return made.id;
}

/** n8n shows nobody what a credential holds or allows, so that nobody can say more. */
async function runsUnproved(ana: Speaker, plan: string): Promise<void> {
  const { code, stdout } = await ana(`contain run ${plan}`);
  assert.equal(code, 3, stdout);
  assert.match(stdout, /unverifiable/);
}

/** Calls the workflow, and tells once it has ended whether the credential was sent as it was. */
async function sends(
  { n8n, counter }: { readonly n8n: RealN8n; readonly counter: CountingServer },
  workflow: string,
): Promise<boolean> {
  const { api, baseUrl } = n8n;
  const ended = async (): Promise<number> =>
    (await api.executions('success', workflow)).length +
    (await api.executions('error', workflow)).length;
  const runs = await ended();
  const calls = counter.calls.length;
  assert.equal(await callWebhook(baseUrl, entrance), 200);
  await until('it has run', async () => (await ended()) > runs);
  return counter.calls.slice(calls).some(({ headers }) => headers['authorization'] === value);
}
