import { plantedSecret } from './estate-credentials.ts';
import type { Ground, Plant } from './estate.ts';
import {
  calledByOthers,
  callWorkflow,
  chain,
  code,
  cron,
  everySeconds,
  http,
  node,
  nothing,
  webhook,
} from './nodes.ts';

/** Names as an attacker or a careless person gives them: data in every surface, never markup. */
export const hostileNames = [
  '<!channel> @everyone <script>alert(1)</script>',
  `'; DROP TABLE workflows; --`,
  'credential:"Stripe live" OR active:true',
  '\u202Etfel ot thgir\u202C reversed',
  'zero\u200Bwidth',
  '\u001B[31mred\u001B[0m escape',
  'two\nlines',
  '決済 – Zahlung – платёж 💳',
  '--json',
  'w1',
  `${'long '.repeat(25)}end`,
] as const;

/** Secrets that somebody wrote into a workflow; Firebreak must keep none of them. */
export const hardCoded = {
  header: plantedSecret('ghp'),
  query: plantedSecret('AKIA'),
  code: plantedSecret('xoxb'),
  'name of a workflow': plantedSecret('sk_live'),
  'name of a node': plantedSecret('ghp'),
} as const;

/** Plants everything that the leaked credential has nothing to do with. */
export async function bystanders(ground: Ground, plant: Plant): Promise<void> {
  await webhooks(ground, plant);
  await schedules(ground, plant);
  await families(ground, plant);
  await named(ground, plant);
  await curious(ground, plant);
  await drafts(ground, plant);
}

async function webhooks({ credentials, counter }: Ground, plant: Plant): Promise<void> {
  for (let n = 1; n <= 12; n += 1) {
    const path = `bystander-${n}`;
    const withKey = n % 3 === 0;
    await plant({
      purpose: path,
      workflow: chain(`Bystander ${n}`, [
        webhook(path, { method: n % 2 === 0 ? 'POST' : 'GET' }),
        http(`${counter.baseUrl}/${path}`, withKey ? { credential: credentials.stripeTest } : {}),
      ]),
      state: 'live',
      ...(withKey ? { uses: ['stripeTest'] } : {}),
      hosts: [counter.host],
      webhook: { method: n % 2 === 0 ? 'POST' : 'GET', path },
    });
  }
}

async function schedules({ credentials, counter }: Ground, plant: Plant): Promise<void> {
  await plant({
    purpose: 'heartbeat',
    workflow: chain('Heartbeat', [everySeconds(2), http(`${counter.baseUrl}/heartbeat`)]),
    state: 'live',
    hosts: [counter.host],
  });
  for (let n = 1; n <= 4; n += 1) {
    await plant({
      purpose: `quarterly-${n}`,
      workflow: chain(`Quarterly ${n}`, [
        cron('0 5 1 1,4,7,10 *'),
        http(`https://api.partner${n}.example/v1/report`, { credential: credentials.stripeLiveEu }),
      ]),
      state: 'live',
      uses: ['stripeLiveEu'],
      hosts: [`api.partner${n}.example`],
    });
  }
}

async function families({ counter }: Ground, plant: Plant): Promise<void> {
  for (let n = 1; n <= 4; n += 1) {
    const child = await plant({
      purpose: `step-${n}`,
      workflow: chain(`Step ${n}`, [calledByOthers(), http(`${counter.baseUrl}/step-${n}`)]),
      state: 'live',
      hosts: [counter.host],
    });
    await plant({
      purpose: `caller-${n}`,
      workflow: chain(`Caller ${n}`, [webhook(`caller-${n}`), callWorkflow(child)]),
      state: 'live',
      webhook: { method: 'GET', path: `caller-${n}` },
    });
  }
}

async function named({ credentials, counter }: Ground, plant: Plant): Promise<void> {
  for (const [at, name] of hostileNames.entries()) {
    await plant({
      purpose: `hostile-${at}`,
      workflow: chain(name, [webhook(`hostile-${at}`), http(`${counter.baseUrl}/hostile-${at}`)]),
      state: 'live',
      hosts: [counter.host],
      webhook: { method: 'GET', path: `hostile-${at}` },
    });
  }
  await plant({
    purpose: 'hostileCredential',
    // Contained by a test, so that its names go through plans, memos and evidence.
    workflow: chain(
      `Uses a credential with a query for a name, ${hardCoded['name of a workflow']}`,
      [
        webhook('hostile-credential', { name: `Hook ${hardCoded['name of a node']}` }),
        http(`${counter.baseUrl}/hostile-credential`, { credential: credentials.hostile }),
      ],
    ),
    state: 'live',
    uses: ['hostile'],
    hosts: [counter.host],
    webhook: { method: 'GET', path: 'hostile-credential' },
  });
  for (const side of ['left', 'right']) {
    await plant({
      purpose: `twin-${side}`,
      workflow: chain('Twin', [webhook(`twin-${side}`), nothing()]),
      state: 'live',
      webhook: { method: 'GET', path: `twin-${side}` },
    });
  }
}

/** Workflows with something that the analysis must notice. */
async function curious({ counter }: Ground, plant: Plant): Promise<void> {
  await plant({
    purpose: 'anyHost',
    workflow: chain('Fetch what is asked for', [
      webhook('any-host'),
      http('={{ $json.query.url }}'),
    ]),
    state: 'live',
    runtimeHosts: 1,
    webhook: { method: 'GET', path: 'any-host' },
  });
  await plant({
    purpose: 'hardCodedHeader',
    workflow: chain('Token in a header', [
      webhook('hard-coded-header'),
      http(`${counter.baseUrl}/hard-coded`, {
        headers: { Authorization: `Bearer ${hardCoded.header}` },
      }),
    ]),
    state: 'live',
    hosts: [counter.host],
    webhook: { method: 'GET', path: 'hard-coded-header' },
  });
  await plant({
    purpose: 'hardCodedQuery',
    workflow: chain('Token in an address', [
      webhook('hard-coded-query'),
      http(`${counter.baseUrl}/hard-coded?api_key=${hardCoded.query}`),
    ]),
    state: 'live',
    hosts: [counter.host],
    webhook: { method: 'GET', path: 'hard-coded-query' },
  });
  await plant({
    purpose: 'hardCodedCode',
    workflow: chain('Token in code', [
      webhook('hard-coded-code'),
      code(`const token = '${hardCoded.code}';\nreturn [{ json: { length: token.length } }];`),
    ]),
    state: 'live',
    webhook: { method: 'GET', path: 'hard-coded-code' },
  });
  await plant({
    purpose: 'forgetful',
    workflow: chain('Keeps no record', [webhook('forgetful'), nothing()], { savesNothing: true }),
    state: 'live',
    webhook: { method: 'GET', path: 'forgetful' },
  });
}

/** Workflows that were never published. */
async function drafts({ credentials }: Ground, plant: Plant): Promise<void> {
  for (let n = 1; n <= 6; n += 1) {
    await plant({
      purpose: `draft-${n}`,
      workflow: chain(`Draft ${n}`, [webhook(`draft-${n}`), nothing()]),
      state: 'draft',
      webhook: { method: 'GET', path: `draft-${n}` },
    });
  }
  await plant({
    purpose: 'goneCredential',
    workflow: chain('Uses what was deleted', [
      webhook('gone-credential'),
      http('https://ftp.partner.example/list', { credential: credentials.deleted }),
    ]),
    state: 'draft',
    uses: ['deleted'],
    hosts: ['ftp.partner.example'],
    webhook: { method: 'GET', path: 'gone-credential' },
  });
  await plant({
    purpose: 'community',
    workflow: chain('Community package', [
      webhook('community'),
      node('n8n-nodes-evil.collector', 1, 'Collector', {}),
    ]),
    state: 'draft',
    webhook: { method: 'GET', path: 'community' },
  });
  await plant({
    purpose: 'shell',
    workflow: chain('Runs a command', [
      webhook('shell'),
      node('n8n-nodes-base.executeCommand', 1, 'Command', { command: 'id' }),
    ]),
    state: 'draft',
    webhook: { method: 'GET', path: 'shell' },
  });
  await plant({
    purpose: 'ownApi',
    workflow: chain('Publishes workflows', [
      webhook('own-api'),
      node('n8n-nodes-base.n8n', 1, 'n8n', { resource: 'workflow', operation: 'activate' }),
    ]),
    state: 'draft',
    webhook: { method: 'GET', path: 'own-api' },
  });
  await plant({
    purpose: 'readsEnvironment',
    workflow: chain('Reads the environment', [
      webhook('environment'),
      code('return [{ json: { key: $env.N8N_ENCRYPTION_KEY } }];'),
    ]),
    state: 'draft',
    webhook: { method: 'GET', path: 'environment' },
  });
  await plant({
    purpose: 'callsUnknown',
    workflow: chain('Calls whom it is told to', [
      webhook('calls-unknown'),
      callWorkflow('={{ $json.query.workflow }}'),
    ]),
    state: 'draft',
    webhook: { method: 'GET', path: 'calls-unknown' },
  });
}
