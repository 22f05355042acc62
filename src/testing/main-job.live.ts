/**
 * The main job, on a real n8n, through the command line alone: find what uses a leaked credential,
 * contain it, prove it from outside Firebreak, take it back exactly, export and verify.
 */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';

import { findLeaks } from './canary.ts';
import type { CountingServer } from './counting-server.ts';
import { startCountingServer } from './counting-server.ts';
import { foundBy, planFrom } from './crew-answers.ts';
import type { Crew } from './crew.ts';
import { assembleCrew, done, whatIsKept } from './crew.ts';
import { hardCoded } from './n8n/estate-bystanders.ts';
import { credentialPurposes, plantedSecret } from './n8n/estate-credentials.ts';
import type { Estate } from './n8n/estate.ts';
import { plantEstate, untilLive } from './n8n/estate.ts';
import { leversOnN8n } from './n8n/levers.contract.ts';
import { until } from './n8n/n8n-api.ts';
import { activations, callAll, callWebhook, open, openBystanders } from './n8n/outside.ts';
import type { RealN8n } from './n8n/real-n8n.ts';
import { startRealN8n } from './n8n/real-n8n.ts';
import { findPostgres, startPostgres } from './postgres.ts';

/** Heartbeats that are waited for, while the contained schedule as short as theirs keeps quiet. */
const severalFires = 3;

/** The live users of the leaked credential, and the error workflow that a stop of one starts. */
const contained = [
  'alarm',
  'pay',
  'payExpression',
  'protected',
  'tick',
  'refundForm',
  'payChat',
  'child',
  'sleeper',
  'cleaned',
  'staged',
  'switchedOff',
];
/** Paths of the counting server that only they call; the other server is called by nobody else. */
const theirPaths = [
  '/alarm',
  '/protected',
  '/tick',
  '/refund',
  '/chat',
  '/child',
  '/sleeper',
  '/cleaned',
  '/clean-draft',
  '/staged',
  '/half-off',
];

const postgresBin = await findPostgres();
const noPostgres =
  postgresBin === undefined && process.env['CI'] === undefined
    ? 'PostgreSQL is not installed: half is untested'
    : false;

describe('the main job on a real n8n, from the shell', () => {
  let n8n: RealN8n;
  let evil: CountingServer;
  let counter: CountingServer;
  let estate: Estate;

  before(async () => {
    [evil, counter] = await Promise.all([startCountingServer(), startCountingServer()]);
    n8n = await startRealN8n();
    estate = await plantEstate(n8n.api, { evil, counter });
    await untilLive(n8n.baseUrl, estate);
  });
  after(async () => {
    await n8n?.stop();
    await evil?.close();
    await counter?.close();
  });

  it('finds by credential and host exactly what is there, and says what it cannot see', async () => {
    const { ana, instance } = await assembleCrew(n8n);
    try {
      await done(ana('scope sync'));
      const find = async (query: string) =>
        foundBy(await done(ana(`scope find ${query} limit:500`)));

      for (const purpose of credentialPurposes) {
        const { id, name } = estate.credentials[purpose];
        const users = await find(`credential:${id}`);
        assert.deepEqual(users.ids, estate.usersOf(purpose), `users of ${name}`);
      }
      const byName = await find('credential:"Stripe live"');
      const byHost = await find(`host:"${evil.host}"`);
      const byWildcard = await find('host:*.partner2.example');
      const all = await find('active:true OR active:false');

      assert.deepEqual(byName.ids, estate.usersOf('stripeLive'));
      assert.match(byName.reasonFor(estate.of('cleaned').id), /live/);
      assert.match(byName.reasonFor(estate.of('staged').id), /draft/);
      assert.deepEqual(byHost.ids, estate.callersOf(evil.host));
      assert.deepEqual(byWildcard.ids, idsOf(['quarterly-2']));
      assert.deepEqual(all.ids, estate.planted.map(({ id }) => id).toSorted());
      assert.equal(byHost.coverage?.workflows, estate.planted.length);
      assert.deepEqual(byHost.coverage?.runtimeHosts, estate.runtimeHosts);
      const shown = await done(instance.firebreak('ir', `scope find host:"${evil.host}"`));
      assert.match(shown.stdout, /1\s+host\s+in\s+1\s+workflow\s+known\s+only\s+at\s+run\s+time/);
    } finally {
      await instance.remove();
    }
  });

  it('contains a leaked credential, proves it from outside, takes it back exactly', async () => {
    const crew = await assembleCrew(n8n);
    const { ana, ben, instance } = crew;
    try {
      const original = await activations(n8n.api);
      await done(ana('declare Leaked Stripe key severity:sev2'));
      await done(ana('scope sync'));
      const order = await putToSleep();

      const plan = planFrom(await done(ana('contain plan credential:"Stripe live" active:true')));
      assert.deepEqual(plan.ids, idsOf(contained));
      // So many need somebody else's yes, and nobody says yes to their own plan.
      assert.equal((await ana(`contain run ${plan.name}`)).code, 1);
      assert.equal((await ana(`contain approve ${plan.name}`)).code, 1);
      assert.deepEqual(await activations(n8n.api), original, 'nothing was touched');
      await done(ben(`contain approve ${plan.name} in:INC-1`));
      // Three minutes: n8n may run the error workflow and the sub-workflow on for their callers.
      await done(ana(`contain run ${plan.name}`));
      await proveContained();

      await takeBack(crew, plan.name);
      assert.deepEqual(await activations(n8n.api), original, 'equal, by version');
      await untilLive(n8n.baseUrl, estate);

      const documents = await exportAndVerify(crew);
      const places = [...(await whatIsKept(crew)), ...documents];
      const secrets = { ...crew.secrets, ...planted(), 'what a webhook was sent': order };
      assert.deepEqual(findLeaks(secrets, places), []);
      assert.notEqual(findLeaks({ name: 'Poll payments' }, places).length, 0, 'it would be seen');
    } finally {
      await instance.remove();
    }
  });

  it('claims no more than it knows, with a server running', async () => {
    const crew = await assembleCrew(n8n);
    const { ana, instance } = crew;
    const server = await instance.serve();
    try {
      const original = await activations(n8n.api);
      await done(ana('declare Batches that do not end severity:sev3'));
      await done(ana('scope sync'));
      const { webhook, id } = estate.of('batch');
      assert.ok(webhook);
      // Until it is answered, the HTTP node of that execution goes on.
      const answer = counter.hold('/batch/0');
      assert.equal(await callWebhook(n8n.baseUrl, webhook), 200);
      await counter.atLeast(2, '/batch/');

      const batch = planFrom(await done(ana('contain plan credential:"Slow batch" active:true')));
      const ran = await ana(`contain run ${batch.name}`);
      const nightly = planFrom(await done(ana('contain plan credential:"Nightly export"')));
      const waits = await ana(`contain run ${nightly.name}`, '--wait', '15');

      assert.equal(ran.code, 3, 'it may still be inside its HTTP node');
      assert.match(ran.stdout, /unverifiable/);
      answer();
      assert.equal(await callWebhook(n8n.baseUrl, webhook), 404);
      assert.deepEqual(await n8n.api.executions('running', id), []);
      assert.equal(waits.code, 3, 'its next fire is far away');
      assert.match(waits.stdout, /06:00/);
      assert.equal((await n8n.api.workflow(estate.of('nightly').id)).active, false);

      await takeBack(crew, batch.name);
      await done(ana(`contain cancel ${nightly.name}`));
      await takeBack(crew, nightly.name);
      assert.deepEqual(await activations(n8n.api), original);
    } finally {
      await server.stop();
      await instance.remove();
    }
  });

  it('does the same on PostgreSQL, and takes a name for a name', { skip: noPostgres }, async () => {
    await using cluster = await clusterOfOwn();
    const crew = await assembleCrew(n8n, { DATABASE_URL: await cluster.newDatabase() });
    const { ana, instance } = crew;
    try {
      const original = await activations(n8n.api);
      await done(ana('declare A credential that is a query severity:sev3'));
      await done(ana('scope sync'));
      const { webhook, id } = estate.of('hostileCredential');
      assert.ok(webhook);

      const plan = planFrom(await done(ana(`contain plan credential:'x" OR active:true'`)));
      assert.deepEqual(plan.ids, [id], 'not everything that is active');
      await done(ana(`contain run ${plan.name}`));
      assert.equal(await callWebhook(n8n.baseUrl, webhook), 404);
      await takeBack(crew, plan.name);
      assert.deepEqual(await activations(n8n.api), original);

      const places = await whatIsKept(crew);
      assert.deepEqual(findLeaks({ ...crew.secrets, ...planted() }, places), []);
    } finally {
      await instance.remove();
    }
  });

  leversOnN8n(() => ({ n8n, counter }));

  function idsOf(purposes: readonly string[]): readonly string[] {
    return purposes.map((purpose) => estate.of(purpose).id).toSorted();
  }

  /** Makes an execution of `sleeper` wait, and answers the secret that its webhook was sent. */
  async function putToSleep(): Promise<string> {
    const { webhook, id } = estate.of('sleeper');
    assert.ok(webhook);
    const order = plantedSecret('order');
    assert.equal(await callWebhook(n8n.baseUrl, webhook, { order }), 200);
    await until('it sleeps', async () => (await n8n.api.executions('waiting', id)).length > 0);
    return order;
  }

  /** Looks as the world looks: calls what was open, counts what comes. */
  async function proveContained(): Promise<void> {
    const targets = contained.map((purpose) => estate.of(purpose));
    const calls = (): number =>
      theirPaths.reduce((sum, path) => sum + counter.count(path), evil.count());
    const callsBefore = calls();

    const closed = await callAll(n8n.baseUrl, targets);
    const others = await callAll(n8n.baseUrl, openBystanders(estate));
    for (const { purpose, page } of targets) {
      if (page !== undefined) closed[purpose] = await open(`${n8n.baseUrl}/${page}`);
    }
    await counter.atLeast(counter.count('/heartbeat') + severalFires, '/heartbeat');

    assert.deepEqual([...new Set(Object.values(closed))], [404], JSON.stringify(closed));
    assert.deepEqual([...new Set(Object.values(others))], [200], JSON.stringify(others));
    assert.equal(calls(), callsBefore, 'no call of a contained workflow came');
    for (const { purpose, id } of targets) {
      assert.equal((await n8n.api.workflow(id)).active, false, purpose);
      for (const status of ['running', 'waiting', 'new']) {
        assert.deepEqual(await n8n.api.executions(status, id), [], `${purpose} ${status}`);
      }
    }
  }

  function planted(): Readonly<Record<string, string>> {
    const credentials = Object.values(estate.credentials);
    return {
      ...Object.fromEntries(credentials.map(({ id, name, secret }) => [`${name} ${id}`, secret])),
      ...Object.fromEntries(
        Object.entries(hardCoded).map(([where, secret]) => [`hard-coded in a ${where}`, secret]),
      ),
    };
  }
});

/** Exports both formats, verifies offline, and sees a changed word refused. */
async function exportAndVerify({ instance }: Crew) {
  const exported = async (format: string) => {
    const file = instance.path(`incident.${format}`);
    await done(
      instance.firebreak(
        'export',
        '--reason',
        'for the post-mortem',
        'INC-1',
        '--format',
        format,
        '--out',
        file,
      ),
    );
    return { name: file, content: await instance.read(`incident.${format}`) };
  };
  const json = await exported('json');
  const md = await exported('md');
  assert.match(md.content, /Leaked Stripe key/);
  await done(instance.firebreak('verify', json.name));

  const forged = instance.path('forged.json');
  const changed = json.content.replaceAll('Leaked Stripe key', 'Leaked Square key');
  assert.notEqual(changed, json.content);
  await writeFile(forged, changed);
  assert.equal((await instance.firebreak('verify', forged)).code, 1);
  return [json, md];
}

async function clusterOfOwn() {
  assert.ok(postgresBin, 'PostgreSQL is not installed, and CI wants it');
  const cluster = await startPostgres(postgresBin);
  return { ...cluster, [Symbol.asyncDispose]: () => cluster.stop() };
}

/** The plan was found by a credential that nobody has revoked, so two give it back. */
async function takeBack(
  { ana, ben }: Pick<Awaited<ReturnType<typeof assembleCrew>>, 'ana' | 'ben'>,
  plan: string,
): Promise<void> {
  const undo = planFrom(await done(ana(`contain undo ${plan}`)));
  await done(ben(`contain approve ${undo.name} in:INC-1`));
  await done(ana(`contain run ${undo.name}`));
}
