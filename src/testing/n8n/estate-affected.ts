import type { Ground, Plant } from './estate.ts';
import {
  calledByOthers,
  callWorkflow,
  chain,
  chat,
  code,
  dailyAt,
  everySeconds,
  form,
  http,
  onError,
  waitMinutes,
  webhook,
} from './nodes.ts';

/** How many calls one start of `batch` makes, one after the other. */
const batchItems = 60;
const batchEveryMs = 500;

/** Plants what an incident of the leaked credential is about, and what makes it hard. */
export async function affectedWorkflows(ground: Ground, plant: Plant): Promise<void> {
  await leaking(ground, plant);
  await indirect(ground, plant);
  await differing(ground, plant);
  await notLive(ground, plant);
  await slow(ground, plant);
}

/** Its live users with an entrance of their own. */
async function leaking({ credentials, evil, counter }: Ground, plant: Plant): Promise<void> {
  const credential = credentials.stripeLive;
  const alarm = await plant({
    purpose: 'alarm',
    workflow: chain('Alarm', [onError(), http(`${counter.baseUrl}/alarm`)]),
    state: 'live',
    hosts: [counter.host],
  });
  await plant({
    purpose: 'pay',
    workflow: chain('Pay', [webhook('pay'), http(`${evil.baseUrl}/pay`, { credential })], {
      errorWorkflow: alarm,
    }),
    state: 'live',
    uses: ['stripeLive'],
    hosts: [evil.host],
    webhook: { method: 'GET', path: 'pay' },
    tag: 'payments',
  });
  await plant({
    purpose: 'payExpression',
    workflow: chain('Pay by order', [
      webhook('pay-order', { method: 'POST' }),
      http(`=${evil.baseUrl}/order/{{ $json.body.order }}`, { credential }),
    ]),
    state: 'live',
    uses: ['stripeLive'],
    hosts: [evil.host],
    webhook: { method: 'POST', path: 'pay-order' },
    tag: 'payments',
  });
  await plant({
    purpose: 'protected',
    workflow: chain('Pay for partners', [
      webhook('pay-partner', { method: 'POST', auth: credentials.webhookAuth }),
      http(`${counter.baseUrl}/protected`, { credential }),
    ]),
    state: 'live',
    uses: ['stripeLive', 'webhookAuth'],
    hosts: [counter.host],
    webhook: { method: 'POST', path: 'pay-partner' },
  });
  await plant({
    purpose: 'tick',
    workflow: chain('Poll payments', [
      everySeconds(2),
      http(`${counter.baseUrl}/tick`, { credential }),
    ]),
    state: 'live',
    uses: ['stripeLive'],
    hosts: [counter.host],
  });
  await plant({
    purpose: 'refundForm',
    workflow: chain('Refund form', [
      form('refund'),
      http(`${counter.baseUrl}/refund`, { credential }),
    ]),
    state: 'live',
    uses: ['stripeLive'],
    hosts: [counter.host],
    page: 'form/refund',
  });
  const entrance = chat();
  await plant({
    purpose: 'payChat',
    workflow: chain('Payment chat', [entrance, http(`${counter.baseUrl}/chat`, { credential })]),
    state: 'live',
    uses: ['stripeLive'],
    hosts: [counter.host],
    page: `webhook/${entrance.webhookId}/chat`,
  });
}

/** A live user that only another workflow starts, and one with an execution that sleeps. */
async function indirect({ credentials, counter }: Ground, plant: Plant): Promise<void> {
  const credential = credentials.stripeLive;
  const child = await plant({
    purpose: 'child',
    workflow: chain('Charge a card', [
      calledByOthers(),
      http(`${counter.baseUrl}/child`, { credential }),
    ]),
    state: 'live',
    uses: ['stripeLive'],
    hosts: [counter.host],
  });
  await plant({
    purpose: 'parent',
    workflow: chain('Checkout', [webhook('checkout'), callWorkflow(child)]),
    state: 'live',
    webhook: { method: 'GET', path: 'checkout' },
  });
  await plant({
    purpose: 'sleeper',
    workflow: chain('Remind later', [
      webhook('remind', { method: 'POST' }),
      waitMinutes(10),
      http(`${counter.baseUrl}/sleeper`, { credential }),
    ]),
    state: 'live',
    uses: ['stripeLive'],
    hosts: [counter.host],
    webhook: { method: 'POST', path: 'remind' },
  });
}

/** Draft and live version disagree, in both directions; one uses it in a node that is off. */
async function differing({ credentials, counter }: Ground, plant: Plant): Promise<void> {
  const credential = credentials.stripeLive;
  await plant({
    purpose: 'cleaned',
    workflow: chain('Cleaned up', [
      webhook('cleaned'),
      http(`${counter.baseUrl}/cleaned`, { credential }),
    ]),
    state: 'live',
    draft: chain('Cleaned up', [webhook('cleaned'), http(`${counter.baseUrl}/clean-draft`)]),
    uses: ['stripeLive'],
    hosts: [counter.host],
    webhook: { method: 'GET', path: 'cleaned' },
  });
  await plant({
    purpose: 'staged',
    workflow: chain('Staged', [webhook('staged'), http(`${counter.baseUrl}/staged`)]),
    state: 'live',
    draft: chain('Staged', [
      webhook('staged'),
      http(`${counter.baseUrl}/staged-draft`, { credential }),
    ]),
    uses: ['stripeLive'],
    hosts: [counter.host],
    webhook: { method: 'GET', path: 'staged' },
  });
  await plant({
    purpose: 'switchedOff',
    workflow: chain('Half off', [
      webhook('half-off'),
      http(`${counter.baseUrl}/half-off`, { credential, disabled: true }),
    ]),
    state: 'live',
    uses: ['stripeLive'],
    hosts: [counter.host],
    webhook: { method: 'GET', path: 'half-off' },
  });
}

/** Users of the leaked credential that do not run. */
async function notLive({ credentials, counter }: Ground, plant: Plant): Promise<void> {
  const credential = credentials.stripeLive;
  const nodes = (path: string) => [
    webhook(path),
    http(`${counter.baseUrl}/${path}`, { credential }),
  ];
  await plant({
    purpose: 'unpublished',
    workflow: chain('Pay (new)', nodes('pay-new')),
    state: 'draft',
    uses: ['stripeLive'],
    hosts: [counter.host],
    webhook: { method: 'GET', path: 'pay-new' },
  });
  await plant({
    purpose: 'archived',
    workflow: chain('Pay (old)', nodes('pay-old')),
    state: 'archived',
    uses: ['stripeLive'],
    hosts: [counter.host],
    webhook: { method: 'GET', path: 'pay-old' },
  });
}

/** Those that cannot be verified at once: a node that sends on after a stop, a fire far away. */
async function slow({ credentials, counter }: Ground, plant: Plant): Promise<void> {
  const items = `return Array.from({ length: ${batchItems} }, (_, n) => ({ json: { n } }));`;
  await plant({
    purpose: 'batch',
    workflow: chain('Send in batches', [
      webhook('batch'),
      code(items),
      http(`=${counter.baseUrl}/batch/{{ $json.n }}`, {
        credential: credentials.slowBatch,
        batchEveryMs,
      }),
    ]),
    state: 'live',
    uses: ['slowBatch'],
    hosts: [counter.host],
    webhook: { method: 'GET', path: 'batch' },
  });
  await plant({
    purpose: 'nightly',
    workflow: chain('Nightly export', [
      dailyAt(6),
      http(`${counter.baseUrl}/nightly`, { credential: credentials.nightly }),
    ]),
    state: 'live',
    uses: ['nightly'],
    hosts: [counter.host],
  });
}
