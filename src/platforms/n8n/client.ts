import { PlatformError } from '../../errors.ts';
import { TooLarge } from '../answer-body.ts';
import type { GuardedAnswer } from '../guarded-fetch.ts';
import {
  credentialAnswer,
  credentialFieldsAnswer,
  discoverAnswer,
  executionAnswer,
  pageAnswer,
  stoppedAnswer,
  userAnswer,
  versionAnswer,
  workflowAnswer,
} from './answers.ts';
import type {
  N8nCredential,
  N8nCredentialFields,
  N8nDiscovery,
  N8nExecution,
  N8nUser,
  N8nWorkflow,
} from './answers.ts';
import { N8nApi, largestPage } from './api.ts';
import type { ApiOptions, ListOptions, Listed } from './api.ts';
import { checkedId } from './ids.ts';
import { isMissingEndpoint, isMissingVersion, isNotArchived, refusal } from './refusal.ts';
import type { Purpose } from './refusal.ts';

/** Those an execution can have while it has not ended, and one that is listed only when it did well. */
export type ExecutionStatus = 'running' | 'waiting' | 'new' | 'success' | 'error' | 'canceled';

/** Smaller pages are for definitions too big to send together. */
const pageSizes = [largestPage, 50, 10] as const;
const unpublishingTries = 6;
/** How many pages of executions are searched for queued ones where they are not listed apart. */
const queuedPages = 4;
/** n8n stops executions one after the other before it answers: 15 ms each were seen. */
const stopWithinMs = 300_000;

const purposes = {
  listWorkflows: { doing: 'list workflows', scope: 'workflow:list' },
  readWorkflow: { doing: 'read workflows', scope: 'workflow:read' },
  switchOff: { doing: 'switch workflows off', scope: 'workflow:deactivate', writes: true },
  switchOn: { doing: 'switch workflows on', scope: 'workflow:activate', writes: true },
  archive: { doing: 'archive workflows', scope: 'workflow:delete', writes: true },
  listExecutions: { doing: 'list executions', scope: 'execution:list' },
  stopThem: { doing: 'stop executions', scope: 'execution:stop', writes: true },
  listCredentials: { doing: 'list credentials', scope: 'credential:list' },
  changeCredential: {
    doing: 'change credentials',
    scope: 'credential:update',
    writes: true,
  },
  deleteCredential: { doing: 'delete credentials', scope: 'credential:delete', writes: true },
  describeCredential: { doing: 'say what a credential holds', scope: 'credential:update' },
  listUsers: { doing: 'list users', scope: 'user:list' },
  transferWorkflow: { doing: 'transfer workflows', scope: 'workflow:move', writes: true },
  transferCredential: { doing: 'transfer credentials', scope: 'credential:move', writes: true },
  deleteUser: { doing: 'delete users', scope: 'user:delete', writes: true },
  discover: { doing: 'say what it may do', scope: 'workflow:list' },
} as const satisfies Record<string, Purpose>;

/** What an endpoint made of a call that cannot change anything. */
export type Tried = 'offered' | 'forbidden' | 'absent';

/** What Firebreak asks of n8n, call by call. Ids are checked before any call is made. */
export class N8nClient {
  readonly api: N8nApi;
  /** Not for n8n 1.x, as its first refusal shows. */
  #listsQueued = true;
  /** Once n8n has said so. A server only becomes newer, so what is kept errs on the safe side. */
  #listsCredentials: boolean | undefined;

  constructor(options: ApiOptions) {
    this.api = new N8nApi(options);
  }

  /** Every workflow, with draft and live version. `onPage` gets each page while the next one loads. */
  async workflows(
    signal: AbortSignal,
    onPage?: ListOptions<N8nWorkflow>['onPage'],
  ): Promise<Listed<N8nWorkflow>> {
    for (const size of pageSizes) {
      try {
        return await this.api.list(
          '/workflows',
          purposes.listWorkflows,
          workflowAnswer,
          signal,
          onPage ? { size, onPage } : { size },
        );
      } catch (error) {
        if (!(error instanceof TooLarge) || size === pageSizes.at(-1)) throw error;
      }
    }
    throw new Error('The last page size returns or throws.');
  }

  async workflow(id: string, signal: AbortSignal): Promise<N8nWorkflow> {
    const path = `/workflows/${checkedId('workflow', id)}`;
    return this.api.read(path, purposes.readWorkflow, workflowAnswer, signal);
  }

  /** Who saved which version when; undefined where n8n keeps none that can be read. */
  async history(id: string, signal: AbortSignal): Promise<readonly unknown[] | undefined> {
    const path = `/workflows/${checkedId('workflow', id)}/history`;
    const answer = await this.api.get(path, signal);
    if (isMissingEndpoint(answer) || isMissingVersion(answer)) return undefined;
    return this.api.parse(pageAnswer, this.api.good(answer, purposes.readWorkflow)).data;
  }

  /** The nodes of one version; undefined where n8n keeps none, or no longer keeps this one. */
  async versionNodes(
    id: string,
    version: string,
    signal: AbortSignal,
  ): Promise<unknown[] | undefined> {
    const path = `/workflows/${checkedId('workflow', id)}/versions/${checkedId('version', version)}`;
    const answer = await this.api.get(path, signal);
    if (isMissingEndpoint(answer) || isMissingVersion(answer)) return undefined;
    return this.api.parse(versionAnswer, this.api.good(answer, purposes.readWorkflow)).nodes;
  }

  /** Executions, newest first. Without a status n8n leaves out those that have not ended. */
  async executions(
    query: { readonly status?: ExecutionStatus; readonly workflow?: string },
    signal: AbortSignal,
    options: ListOptions<N8nExecution> = {},
  ): Promise<Listed<N8nExecution>> {
    if (query.status === 'new') return this.#queued(query, signal, options);
    return this.#executions(query, signal, options);
  }

  /** n8n 1.x lists no queued ones by themselves; they are among those that it lists without a status. */
  async #queued(
    { workflow }: { readonly workflow?: string },
    signal: AbortSignal,
    options: ListOptions<N8nExecution>,
  ): Promise<Listed<N8nExecution>> {
    const of = workflow === undefined ? {} : { workflow };
    if (this.#listsQueued) {
      try {
        return await this.#executions({ ...of, status: 'new' }, signal, options);
      } catch (error) {
        if (!(error instanceof PlatformError) || error.status !== 400) throw error;
        this.#listsQueued = false;
      }
    }
    let pages = 0;
    const until = (): boolean => (pages += 1) >= queuedPages;
    const { items, unreadable } = await this.#executions(of, signal, { until });
    return { items: items.filter(({ status }) => status === 'new'), unreadable };
  }

  async #executions(
    query: { readonly status?: ExecutionStatus; readonly workflow?: string },
    signal: AbortSignal,
    options: ListOptions<N8nExecution>,
  ): Promise<Listed<N8nExecution>> {
    const search = new URLSearchParams();
    if (query.status) search.set('status', query.status);
    if (query.workflow !== undefined) {
      search.set('workflowId', checkedId('workflow', query.workflow));
    }
    const path = `/executions?${search.toString()}`;
    return this.api.list(path, purposes.listExecutions, executionAnswer, signal, options);
  }

  async credentials(signal: AbortSignal): Promise<Listed<N8nCredential>> {
    return this.api.list('/credentials', purposes.listCredentials, credentialAnswer, signal);
  }

  /**
   * Changes what a credential holds.
   *
   * @param how `add` keeps the rest of it; `replace` leaves nothing else, no token of OAuth either
   */
  async changeCredential(
    id: string,
    how: 'add' | 'replace',
    data: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<void> {
    const path = `/credentials/${checkedId('credential', id)}`;
    const answer = await this.api.patch(path, { data, isPartialData: how === 'add' }, signal);
    this.api.good(answer, purposes.changeCredential);
  }

  /** @returns false when it is not there */
  async deleteCredential(id: string, signal: AbortSignal): Promise<boolean> {
    const path = `/credentials/${checkedId('credential', id)}`;
    const answer = await this.api.delete(path, signal);
    if (answer.status === 404 && !isMissingEndpoint(answer)) return false;
    this.api.good(answer, purposes.deleteCredential);
    return true;
  }

  /** Which fields credentials of this type have. */
  async credentialFields(type: string, signal: AbortSignal): Promise<N8nCredentialFields> {
    const path = `/credentials/schema/${checkedId('credential type', type)}`;
    return this.api.read(path, purposes.describeCredential, credentialFieldsAnswer, signal);
  }

  async users(signal: AbortSignal): Promise<Listed<N8nUser>> {
    return this.api.list('/users?includeRole=true', purposes.listUsers, userAnswer, signal);
  }

  /** Puts it into another project, with all that it is; it needs no licence. */
  async transfer(
    kind: 'workflow' | 'credential',
    id: string,
    project: string,
    signal: AbortSignal,
  ): Promise<void> {
    checkedId('project', project);
    const path = `/${kind}s/${checkedId(kind, id)}/transfer`;
    const answer = await this.api.put(path, { destinationProjectId: project }, signal);
    const is = kind === 'workflow' ? purposes.transferWorkflow : purposes.transferCredential;
    this.api.good(answer, is);
  }

  /** @returns false when they are not there */
  async deleteUser(id: string, signal: AbortSignal): Promise<boolean> {
    const path = `/users/${checkedId('user', id)}`;
    let wasThere = true;
    await this.#patiently(purposes.deleteUser, signal, async () => {
      const answer = await this.api.delete(path, signal);
      wasThere = answer.status !== 404 || isMissingEndpoint(answer);
      return wasThere ? answer : { ...answer, status: 204 };
    });
    return wasThere;
  }

  /** @returns undefined for an n8n before 2.20 */
  async discover(signal: AbortSignal): Promise<N8nDiscovery | undefined> {
    const answer = await this.api.get('/discover', signal);
    if (isMissingEndpoint(answer)) return undefined;
    return this.api.parse(discoverAnswer, this.api.good(answer, purposes.discover)).data;
  }

  /** Switches it off. The old name of the call, because every version of n8n knows it. */
  async deactivate(id: string, signal: AbortSignal): Promise<void> {
    const path = `/workflows/${checkedId('workflow', id)}/deactivate`;
    await this.#patiently(purposes.switchOff, signal, () => this.api.post(path, undefined, signal));
  }

  /**
   * Publishes the version named, never the draft as it stands now.
   *
   * @param version absent only for an n8n that keeps no versions
   * @param draft   the version that its draft is
   */
  async publish(
    id: string,
    { version, draft }: { readonly version?: string; readonly draft?: string },
    signal: AbortSignal,
  ): Promise<void> {
    const base = `/workflows/${checkedId('workflow', id)}`;
    if (version !== undefined) checkedId('version', version);
    const body = version === undefined ? {} : { versionId: version };
    await this.#patiently(purposes.switchOn, signal, async () => {
      const answer = await this.api.post(`${base}/publish`, body, signal);
      if (!isMissingEndpoint(answer)) return answer;
      if (version !== draft && (await this.isOlder(signal))) throw draftOnly();
      return this.api.post(`${base}/activate`, body, signal);
    });
  }

  /**
   * It is older than 2.10, as it lists no credentials to any key: a switch-on names no version there,
   * and what is switched off is run for callers all the same (1.x).
   */
  async isOlder(signal: AbortSignal): Promise<boolean> {
    this.#listsCredentials ??=
      (await this.tryOut('GET', '/credentials?limit=1', undefined, signal)) !== 'absent';
    return !this.#listsCredentials;
  }

  /** Unpublishes it, and puts it away. */
  async archive(id: string, signal: AbortSignal): Promise<void> {
    const path = `/workflows/${checkedId('workflow', id)}/archive`;
    await this.#patiently(purposes.archive, signal, () => this.api.post(path, undefined, signal));
  }

  /** @returns false when it was not archived */
  async unarchive(id: string, signal: AbortSignal): Promise<boolean> {
    const path = `/workflows/${checkedId('workflow', id)}/unarchive`;
    const answer = await this.api.post(path, undefined, signal);
    if (isNotArchived(answer)) return false;
    this.api.good(answer, purposes.archive);
    return true;
  }

  /** Stops what runs, waits or is queued of this one workflow. @returns undefined before n8n 2.10 */
  async stopAll(workflow: string, signal: AbortSignal): Promise<number | undefined> {
    // Without an id, or with an empty one, n8n stops everything that the key can see.
    checkedId('workflow', workflow);
    const body = { status: ['running', 'waiting', 'queued'], workflowId: workflow };
    const answer = await this.api.post('/executions/stop', body, signal, stopWithinMs);
    if (isMissingEndpoint(answer)) return undefined;
    return this.api.parse(stoppedAnswer, this.api.good(answer, purposes.stopThem)).stopped;
  }

  /** @returns false when it had already ended */
  async stopOne(execution: string, signal: AbortSignal): Promise<boolean> {
    const path = `/executions/${checkedId('execution', execution)}/stop`;
    const answer = await this.api.post(path, undefined, signal);
    const hasEnded = answer.status === 404 && !isMissingEndpoint(answer);
    if (hasEnded || answer.status === 409) return false;
    this.api.good(answer, purposes.stopThem);
    return true;
  }

  /** What becomes of a call that cannot change anything, for an n8n that does not say what it can. */
  async tryOut(
    method: 'GET' | 'POST',
    path: string,
    body: unknown,
    signal: AbortSignal,
  ): Promise<Tried> {
    const answer = await (method === 'GET'
      ? this.api.get(path, signal)
      : this.api.post(path, body, signal));
    if (answer.status === 403) return 'forbidden';
    if (isMissingEndpoint(answer)) return 'absent';
    if (answer.status === 401 || answer.status === 429 || answer.status >= 500) {
      throw refusal(answer, purposes.discover, this.api.now());
    }
    return 'offered';
  }

  /** Repeats a write that n8n refuses because it has not finished unpublishing this workflow. */
  async #patiently(
    purpose: Purpose,
    signal: AbortSignal,
    call: () => Promise<GuardedAnswer>,
  ): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const answer = await call();
      if (answer.status < 300) return;
      const error = refusal(answer, purpose, this.api.now());
      const isPassing = error.code === 'conflict' && error.retryAfterMs !== undefined;
      if (!isPassing || tries >= unpublishingTries) throw error;
      await this.api.wait((error.retryAfterMs ?? 0) * tries, signal);
    }
  }
}

/** n8n 1.123 takes the name of a version, and switches on the draft. */
function draftOnly(): PlatformError {
  return new PlatformError(
    'n8n',
    'conflict',
    'This n8n switches on only what its editor shows, and that is no longer what was live. Put the ' +
      'saved definition from the evidence back by hand, then switch it on.',
  );
}
