import { setTimeout as delay } from 'node:timers/promises';

import { z } from 'zod';

const callWithinMs = 60_000;

/** One node of a workflow. */
export type ApiNode = {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly typeVersion: number;
  readonly position: readonly [number, number];
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly webhookId?: string;
  readonly disabled?: boolean;
  readonly credentials?: Readonly<Record<string, { readonly id: string; readonly name: string }>>;
};

/** What is sent to make a workflow. */
export type NewApiWorkflow = {
  readonly name: string;
  readonly nodes: readonly ApiNode[];
  readonly connections: unknown;
  readonly settings: Readonly<Record<string, unknown>>;
};

const apiWorkflow = z.object({
  id: z.string(),
  name: z.string(),
  active: z.boolean(),
  isArchived: z.boolean(),
  versionId: z.string(),
  activeVersionId: z.string().nullable(),
});
const apiExecution = z.object({
  id: z.coerce.string(),
  status: z.string(),
  workflowId: z.string(),
  startedAt: z.string().nullish(),
});
const apiPage = z.object({ data: z.array(z.unknown()), nextCursor: z.string().nullish() });
const withId = z.object({ id: z.string() });

/** A workflow as the public API answers it; only what tests read. */
export type ApiWorkflow = Readonly<z.infer<typeof apiWorkflow>>;

/** An execution as the public API lists it; only what tests read. */
export type ApiExecution = Readonly<z.infer<typeof apiExecution>>;

/**
 * n8n's public API as a test uses it: apart from Firebreak's connector, so that it can contradict it.
 *
 * @throws Error with n8n's answer when that is not a success
 */
export class N8nApi {
  readonly #baseUrl: string;
  readonly #key: string;
  readonly #isOlder: boolean;

  /** @param options.isOlder of n8n 1.x, which names some calls otherwise */
  constructor(baseUrl: string, key: string, options: { readonly isOlder?: true } = {}) {
    this.#baseUrl = baseUrl;
    this.#key = key;
    this.#isOlder = options.isOlder === true;
  }

  async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.#baseUrl}/api/v1/${path}`, {
      method,
      headers: {
        'x-n8n-api-key': this.#key,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(callWithinMs),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  async createWorkflow(workflow: NewApiWorkflow): Promise<ApiWorkflow> {
    return apiWorkflow.parse(await this.call('POST', 'workflows', workflow));
  }

  /** Changes the draft; what is live stays as it is, but in n8n 1.x. */
  async saveDraft(id: string, workflow: NewApiWorkflow): Promise<ApiWorkflow> {
    const query = this.#isOlder ? '' : '?publishIfActive=false';
    return apiWorkflow.parse(await this.call('PUT', `workflows/${id}${query}`, workflow));
  }

  async workflow(id: string): Promise<ApiWorkflow> {
    return apiWorkflow.parse(await this.call('GET', `workflows/${id}`));
  }

  /** All of them, to the last page. */
  async workflows(): Promise<readonly ApiWorkflow[]> {
    return (await this.#pages('workflows')).map((item) => apiWorkflow.parse(item));
  }

  async publish(id: string, versionId?: string): Promise<void> {
    await this.call(
      'POST',
      `workflows/${id}/${this.#isOlder ? 'activate' : 'publish'}`,
      versionId === undefined ? {} : { versionId },
    );
  }

  async unpublish(id: string): Promise<void> {
    await this.call('POST', `workflows/${id}/${this.#isOlder ? 'deactivate' : 'unpublish'}`);
  }

  async archive(id: string): Promise<void> {
    await this.call('POST', `workflows/${id}/archive`);
  }

  /** Answers the new credential's id. */
  async createCredential(credential: {
    readonly name: string;
    readonly type: string;
    readonly data: Readonly<Record<string, unknown>>;
  }): Promise<string> {
    return withId.parse(await this.call('POST', 'credentials', credential)).id;
  }

  async deleteCredential(id: string): Promise<void> {
    await this.call('DELETE', `credentials/${id}`);
  }

  /** Makes a tag and puts it on these workflows. */
  async tag(name: string, workflows: readonly string[]): Promise<void> {
    const tag = withId.parse(await this.call('POST', 'tags', { name }));
    for (const id of workflows) await this.call('PUT', `workflows/${id}/tags`, [{ id: tag.id }]);
  }

  /** n8n lists one status at a time; without one it leaves out what is running. */
  async executions(status: string, workflow?: string): Promise<readonly ApiExecution[]> {
    const of = workflow === undefined ? '' : `&workflowId=${workflow}`;
    return (await this.#pages(`executions?status=${status}${of}`)).map((item) =>
      apiExecution.parse(item),
    );
  }

  async #pages(path: string): Promise<readonly unknown[]> {
    const items: unknown[] = [];
    let cursor: string | undefined;
    do {
      const first = `${path}${path.includes('?') ? '&' : '?'}limit=250`;
      const next = cursor === undefined ? first : `${first}&cursor=${encodeURIComponent(cursor)}`;
      const page = apiPage.parse(await this.call('GET', next));
      if (typeof page !== 'object' || page === null || !('data' in page))
        throw new Error('No page.');
      if (!Array.isArray(page.data)) throw new Error('No list.');
      items.push(...page.data);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return items;
  }
}

/** n8n lets go of what was unpublished within minutes, on a busy machine. */
const longestMs = 180_000;

/**
 * Waits until the claim holds, asking again and again.
 *
 * @throws Error naming the claim when it does not hold within the bound
 */
export async function until(
  claim: string,
  holds: () => Promise<boolean>,
  withinMs = longestMs,
): Promise<void> {
  const end = Date.now() + withinMs;
  while (Date.now() < end) {
    if (await holds()) return;
    await delay(100);
  }
  throw new Error(`Not within ${withinMs} ms: ${claim}.`);
}

/** Longer than n8n 2.40.7 takes to let go of one webhook while nothing else waits for it; in ms. */
export const letGoMs = 1_500;

/**
 * Waits until an address that was unpublished is silent, asking seldom: an n8n that is asked at the
 * very moment in which it lets go of a webhook may keep it in its cache, and answer for good.
 *
 * @throws Error naming the claim when it never is
 */
export async function untilSilent(claim: string, isLive: () => Promise<boolean>): Promise<void> {
  await until(claim, async () => {
    await delay(letGoMs);
    return !(await isLive());
  });
}
