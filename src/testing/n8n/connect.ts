import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { Secret } from '../../domain/secret.ts';
import { guardedFetch } from '../../platforms/guarded-fetch.ts';
import type { GuardedRequest, Limits } from '../../platforms/guarded-fetch.ts';
import { N8n } from '../../platforms/n8n/n8n.ts';
import { N8nSession } from '../../platforms/n8n/session.ts';
import type { Check } from '../../platforms/platform.ts';
import { startFakeN8n } from './fake-n8n.ts';
import type { FakeN8n, FakeN8nOptions } from './fake-n8n.ts';
import { N8nApi } from './n8n-api.ts';
import type { NewApiWorkflow } from './n8n-api.ts';
import { testFingerprint } from './sample-nodes.ts';

/** A fake n8n, a connection to it, and every call that the connection made. */
export type Connected = {
  readonly fake: FakeN8n;
  readonly platform: N8n;
  readonly calls: readonly GuardedRequest[];
  /** Another client with all rights on the same n8n. */
  readonly api: N8nApi;
  /** Makes and publishes a workflow. */
  live(workflow: NewApiWorkflow): Promise<string>;
};

/** Connects to a fake n8n that ends with the test. */
export async function connected(
  test: TestContext,
  options: {
    readonly n8n?: FakeN8nOptions;
    readonly scopes?: readonly string[];
    readonly now?: () => Date;
    readonly limits?: Partial<Limits>;
    /** `e-mail:password` of a user. */
    readonly session?: string;
    /** What others do on the same n8n just after one of our calls was answered. */
    readonly meanwhile?: (request: GuardedRequest) => Promise<void>;
  } = {},
): Promise<Connected> {
  const fake = await startFakeN8n({ settleMs: 0, ...options.n8n });
  test.after(() => fake.stop());
  const { baseUrl } = fake;
  const guarded = guardedFetch({
    platform: 'n8n',
    origin: baseUrl,
    isPrivate: true,
    ...(options.limits ? { limits: options.limits } : {}),
  });
  const calls: GuardedRequest[] = [];
  const platform = new N8n({
    baseUrl,
    token: new Secret(fake.apiKey(options.scopes)),
    fetch: async (request, signal) => {
      calls.push(request);
      const answer = await guarded(request, signal);
      await options.meanwhile?.(request);
      return answer;
    },
    now: options.now ?? (() => new Date()),
    wait: async (ms, signal) => delay(Math.min(ms, 1), undefined, { signal }),
    fingerprint: testFingerprint,
    session:
      options.session === undefined ? undefined : new N8nSession(new Secret(options.session)),
  });
  const of = options.n8n?.isOlder ? { isOlder: true as const } : {};
  const api = new N8nApi(baseUrl, fake.apiKey(), of);
  const live = async (workflow: NewApiWorkflow): Promise<string> => {
    const { id } = await api.createWorkflow(workflow);
    await api.publish(id);
    return id;
  };
  return { fake, platform, calls, api, live };
}

/** Observes a workflow and switches it off; answers what is needed to check that. */
export async function switchedOff({ platform }: Connected, workflow: string): Promise<Check> {
  const { signal } = new AbortController();
  const { memo } = await platform.observe(workflow, signal);
  const { at } = await platform.disable(workflow, signal);
  return { workflow, memo, acceptedAt: at };
}
