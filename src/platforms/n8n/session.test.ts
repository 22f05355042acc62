import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Secret } from '../../domain/secret.ts';
import type { Proof } from '../../domain/verification.ts';
import { connected, switchedOff } from '../../testing/n8n/connect.ts';
import type { Connected } from '../../testing/n8n/connect.ts';
import { editorUser } from '../../testing/n8n/fake-editor.ts';
import {
  calledByOthers,
  chain,
  everySeconds,
  node,
  nothing,
  webhook,
} from '../../testing/n8n/nodes.ts';
import type { Check } from '../platform.ts';
import { secretsIn } from './session.ts';

const never = new AbortController().signal;
const session = `${editorUser.email}:${editorUser.password}`;
/** Nothing outside n8n shows whether it listens. */
const mqtt = () => {
  const listener = node('n8n-nodes-base.mqttTrigger', 1, 'Broker', { topics: 'a' });
  return chain('mqtt', [listener, nothing()]);
};
const hook = (name: string) => chain(name, [webhook(name), nothing()]);

async function publication({ platform }: Connected, ...checks: Check[]): Promise<Proof[]> {
  const readings = await platform.checkDisabled(checks, never);
  return readings.flatMap(({ proofs }) =>
    proofs.filter(({ method }) => method === 'publication-status'),
  );
}

const restCalls = ({ calls }: Connected): string[] =>
  calls.flatMap(({ method, url }) =>
    url.includes('/rest/') ? [`${method} ${new URL(url).pathname}`] : [],
  );

describe('a session on n8n', () => {
  it('shows that nothing is published any more, as one proof more', async (test) => {
    const n8n = await connected(test, { session });
    const check = await switchedOff(n8n, await n8n.live(hook('off')));

    const [proof] = await publication(n8n, check);

    assert.equal(proof?.finding, 'agrees');
    assert.match(proof.text, /nothing of it is published any more/);
  });

  it('contradicts while n8n has yet to unpublish what it lists as off', async (test) => {
    const n8n = await connected(test, { session });
    const workflow = await n8n.live(mqtt());
    n8n.fake.workflows.hold();
    const check = await switchedOff(n8n, workflow);

    const [held] = await publication(n8n, check);
    assert.equal(held?.finding, 'contradicts');
    n8n.fake.workflows.drain();
    const [drained] = await publication(n8n, check);
    assert.equal(drained?.finding, 'agrees');
  });

  it('answers for what n8n keeps no executions of, by its own account alone', async (test) => {
    const clock = chain('quiet', [everySeconds(50), nothing()], { savesNothing: true });
    const child = chain('child', [calledByOthers(), nothing()], { savesNothing: true });
    const read = async (n8n: Connected) => {
      const checks = [];
      for (const workflow of [clock, child]) {
        checks.push(await switchedOff(n8n, await n8n.live(workflow)));
      }
      return { checks, readings: await n8n.platform.checkDisabled(checks, never) };
    };
    const without = await read(await connected(test));
    for (const { doubts } of without.readings) assert.match(doubts.join(' '), /nothing shows/);

    const n8n = await connected(test, { session });
    const { checks, readings } = await read(n8n);
    assert.deepEqual(
      readings.map(({ doubts }) => doubts),
      [[], []],
    );
    // What others start has the time that n8n may take, as where executions are kept.
    assert.equal(readings[0]?.notBefore, undefined);
    assert.match(readings[1]?.notBefore?.why ?? '', /for callers until/);

    const fault = { kind: 'status', status: 404, message: 'not available' } as const;
    n8n.fake.faults.add({ fault, path: /publication-status$/ });
    for (const { doubts } of await n8n.platform.checkDisabled(checks, never)) {
      assert.match(doubts.join(' '), /nothing shows/);
    }
  });

  it('is not asked about what another look shows to be on', async (test) => {
    const n8n = await connected(test, { session });
    const workflow = await n8n.live(hook('back'));
    const check = await switchedOff(n8n, workflow);
    await n8n.api.publish(workflow);

    assert.deepEqual(await publication(n8n, check), []);
    assert.deepEqual(restCalls(n8n), []);
  });

  it('shows when what was switched on again listens, and that it cannot', async (test) => {
    const without = await connected(test);
    const n8n = await connected(test, { session });
    const back = async (on: Connected) => {
      const workflow = await on.live(mqtt());
      const check = await switchedOff(on, workflow);
      return { check, workflow };
    };
    const look = async ({ platform }: Connected, check: Check) => {
      const [reading] = await platform.checkEnabled([check], never);
      return reading?.proofs.map(({ finding, text }) => `${finding}: ${text}`).join('\n') ?? '';
    };
    const unseen = await back(without);
    await without.api.publish(unseen.workflow);
    assert.match(await look(without, unseen.check), /silent: .*other triggers were registered/);

    const { check, workflow } = await back(n8n);
    n8n.fake.workflows.hold();
    await n8n.api.publish(workflow);
    assert.match(await look(n8n, check), /contradicts: n8n has not finished publishing it/);
    n8n.fake.workflows.drain();
    const seen = await look(n8n, check);
    assert.match(seen, /agrees: n8n says that all of it is published, its triggers with it/);
    assert.doesNotMatch(seen, /silent/);
    n8n.fake.workflows.lies.set(workflow, 'cannot listen');
    assert.match(await look(n8n, check), /contradicts: n8n could not register all of its triggers/);
  });

  it('signs in once for many, and again when n8n has ended it', async (test) => {
    const n8n = await connected(test, { session });
    const checks = [];
    for (const name of ['one', 'two', 'three']) {
      checks.push(await switchedOff(n8n, await n8n.live(hook(name))));
    }
    const [first] = checks;
    assert.ok(first);
    const signIns = () => restCalls(n8n).filter((call) => call === 'POST /rest/login').length;

    assert.equal((await publication(n8n, ...checks)).length, 3);
    assert.equal(signIns(), 1);
    n8n.fake.editor.endSessions();
    const again = await publication(n8n, ...checks);
    assert.deepEqual(
      again.map(({ finding }) => finding),
      ['agrees', 'agrees', 'agrees'],
    );
    assert.equal(signIns(), 2);
  });

  it('is sent no key, and its cookie goes nowhere else', async (test) => {
    const n8n = await connected(test, { session });
    await publication(n8n, await switchedOff(n8n, await n8n.live(hook('apart'))));

    for (const { url, headers } of n8n.calls) {
      const isRest = new URL(url).pathname.startsWith('/rest/');
      assert.ok(!(isRest && headers && 'X-N8N-API-KEY' in headers), url);
      assert.ok(isRest || !(headers && 'cookie' in headers), url);
    }
    assert.equal(restCalls(n8n).length, 2);
  });

  it('that is refused spoils no other look, and is not tried again', async (test) => {
    const n8n = await connected(test, { session: `${editorUser.email}:mistyped-secret` });
    const check = await switchedOff(n8n, await n8n.live(hook('refused')));

    const readings = await n8n.platform.checkDisabled([check], never);
    const [proof] = await publication(n8n, check);

    assert.equal(proof?.finding, 'silent');
    assert.match(proof.text, /does not accept the e-mail and password/);
    const methods = readings[0]?.proofs.map(({ method, finding }) => `${method} ${finding}`);
    assert.ok(methods?.includes('webhook-probe agrees'), methods?.join());
    assert.deepEqual(restCalls(n8n), ['POST /rest/login']);
    assert.ok(!JSON.stringify(readings).includes('mistyped-secret'));
  });

  it('says nothing where n8n keeps no publication status', async (test) => {
    const n8n = await connected(test, { session });
    const fault = { kind: 'status', status: 404, message: 'not available' } as const;
    n8n.fake.faults.add({ fault, path: /publication-status$/ });
    const check = await switchedOff(n8n, await n8n.live(hook('older')));

    assert.deepEqual(
      (await publication(n8n, check)).map(({ finding }) => finding),
      ['silent'],
    );
  });

  it('is told of when connecting: accepted, refused, or of somebody who sees too little', async (test) => {
    const n8n = await connected(test, { session });
    const accepted = await n8n.platform.probe(never);
    assert.equal(accepted.capabilities.publicationStatus, true);
    assert.deepEqual(accepted.missing, []);

    const without = await (await connected(test)).platform.probe(never);
    assert.equal(without.capabilities.publicationStatus, undefined);

    const factor = await connected(test, { session });
    factor.fake.editor.asksSecondFactor = true;
    const asked = await factor.platform.probe(never);
    assert.equal(asked.capabilities.publicationStatus, false);
    assert.match(asked.missing[0]?.consequence ?? '', /second factor/);

    const member = await connected(test, { session });
    member.fake.editor.role = 'global:member';
    const lesser = await member.platform.probe(never);
    assert.match(lesser.missing[0]?.consequence ?? '', /neither owner nor admin/);
  });

  it('is the second line of the secret, and needs not be there', () => {
    const both = secretsIn(new Secret('key-1\na@b.test:p:w'));
    assert.equal(both.key.reveal(), 'key-1');
    assert.equal(both.session?.reveal(), 'a@b.test:p:w');
    assert.equal(secretsIn(new Secret('key-1')).session, undefined);
  });
});
