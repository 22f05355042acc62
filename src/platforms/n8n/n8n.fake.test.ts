import { n8nRig } from '../../testing/n8n/contract-estate.ts';
import { editorUser } from '../../testing/n8n/fake-editor.ts';
import type { Fault } from '../../testing/n8n/fake-faults.ts';
import { startFakeN8n } from '../../testing/n8n/fake-n8n.ts';
import { newPerson } from '../../testing/n8n/fake-people.ts';
import { platformContract } from '../platform.contract.ts';
import type { ContractFault, ContractRig } from '../platform.contract.ts';

for (const isOlder of [false, true]) {
  platformContract(isOlder ? 'n8n 1.x (fake)' : 'n8n (fake)', () => aRig(isOlder));
}

async function aRig(isOlder: boolean): Promise<ContractRig> {
  const fake = await startFakeN8n(isOlder ? { isOlder } : {});
  const fault = (
    name: string,
    thrown: Fault,
    code: ContractFault['code'],
    more: Partial<ContractFault> = {},
  ): ContractFault => ({
    name,
    code,
    takesEffect: false,
    make: () => fake.faults.add({ fault: thrown, path: /^\/api\/v1/ }),
    ...more,
  });
  const start = async () => ({
    baseUrl: fake.baseUrl,
    apiKey: async (scopes?: readonly string[]) => fake.apiKey(scopes),
    stop: () => fake.stop(),
    newPerson: (email: string) => Promise.resolve(newPerson(fake.estate, email)),
    ...(isOlder ? { isOlder } : { session: `${editorUser.email}:${editorUser.password}` }),
  });
  return n8nRig(start, {
    slow: { hold: () => fake.workflows.hold(), drain: () => fake.workflows.drain() },
    lies: (['keeps running', 'stays active'] as const).map((lie) => (piece) => {
      fake.workflows.lies.set(piece.id, lie);
    }),
    withinMs: 1_500,
    faults: [
      fault('429', { kind: 'rate_limited', retryAfter: '7' }, 'rate_limited', {
        retryAfterMs: 7_000,
      }),
      fault('401', { kind: 'status', status: 401, message: 'Unauthorized' }, 'unauthorized'),
      fault('403', { kind: 'status', status: 403, message: 'Forbidden' }, 'refused'),
      fault('503', { kind: 'status', status: 503, message: 'Later' }, 'unavailable'),
      fault('cut before', { kind: 'cut', when: 'before' }, 'cut'),
      fault('cut after', { kind: 'cut', when: 'after' }, 'cut', { takesEffect: true }),
      fault('late', { kind: 'slow', ms: 60_000 }, 'timed_out', { takesEffect: true }),
      fault('drip', { kind: 'drip', everyMs: 100 }, 'timed_out', { takesEffect: true }),
      fault('504', { kind: 'given_up', status: 504 }, 'timed_out', { takesEffect: true }),
      fault('408', { kind: 'given_up', status: 408 }, 'timed_out', { takesEffect: true }),
      fault('sign-in page', { kind: 'html' }, 'unreadable'),
      fault('half', { kind: 'garbled' }, 'unreadable', { takesEffect: true }),
      fault('flood', { kind: 'huge', bytes: 20 * 1024 * 1024 }, 'unreadable', {
        takesEffect: true,
      }),
      fault('redirect', { kind: 'redirect', to: 'http://169.254.169.254/' }, 'blocked'),
    ],
  });
}
