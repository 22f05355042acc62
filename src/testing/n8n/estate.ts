import type { CountingServer } from '../counting-server.ts';
import { affectedWorkflows } from './estate-affected.ts';
import { bystanders } from './estate-bystanders.ts';
import type { CredentialPurpose, EstateCredentials } from './estate-credentials.ts';
import { makeCredentials } from './estate-credentials.ts';
import type { N8nApi, NewApiWorkflow } from './n8n-api.ts';
import { until } from './n8n-api.ts';

/** A workflow of the estate: what is made, and what is true of it because it was made so. */
export type Planting = {
  /** What it is there for; the word by which tests name it. */
  readonly purpose: string;
  readonly workflow: NewApiWorkflow;
  readonly state: 'live' | 'draft' | 'archived';
  /** Saved after publishing, so that the draft differs from what is live. */
  readonly draft?: NewApiWorkflow;
  /** Credentials that the draft or the live version names. */
  readonly uses?: readonly CredentialPurpose[];
  /** Hosts that the draft or the live version is seen to call, as `host` or `host:port`. */
  readonly hosts?: readonly string[];
  /** Nodes of it whose host is known only at run time. */
  readonly runtimeHosts?: number;
  readonly webhook?: { readonly method: string; readonly path: string };
  /** Where a browser opens it, below the base URL: a form, a chat. */
  readonly page?: string;
  readonly tag?: string;
};

/** A workflow that was planted, with its id. */
export type Planted = Planting & { readonly id: string };

/** Plants a workflow; its callers need its id. */
export type Plant = (planting: Planting) => Promise<string>;

/** What an estate is made with. */
export type Ground = {
  readonly credentials: EstateCredentials;
  /** The host that the attacker sends to; only `pay` and `payExpression` name it. */
  readonly evil: CountingServer;
  /** The host that everything else calls, each workflow at its own path. */
  readonly counter: CountingServer;
};

/** An n8n full of workflows, with the known truth about them. */
export type Estate = {
  readonly credentials: EstateCredentials;
  readonly planted: readonly Planted[];
  /** @throws Error when there is no such purpose */
  of(purpose: string): Planted;
  /** Ids of all that name the credential, in draft or live version. */
  usersOf(credential: CredentialPurpose): readonly string[];
  /** Ids of all that are seen to call the host. */
  callersOf(host: string): readonly string[];
  readonly runtimeHosts: { readonly nodes: number; readonly workflows: number };
  /** All that answer at `/webhook/<path>` without a password. */
  readonly openWebhooks: readonly (Planted & Required<Pick<Planted, 'webhook'>>)[];
};

/**
 * Fills an n8n with at least sixty workflows and waits until the last of them is live.
 *
 * @param servers where its HTTP nodes call, so that a test can count
 */
export async function plantEstate(
  api: N8nApi,
  servers: { readonly evil: CountingServer; readonly counter: CountingServer },
): Promise<Estate> {
  const ground: Ground = { credentials: await makeCredentials(api), ...servers };
  const planted: Planted[] = [];
  const plant: Plant = async (planting) => {
    const id = await plantWorkflow(api, planting);
    planted.push({ ...planting, id });
    return id;
  };
  await affectedWorkflows(ground, plant);
  await bystanders(ground, plant);
  for (const tag of new Set(planted.flatMap((each) => each.tag ?? []))) {
    const tagged = planted.filter((each) => each.tag === tag);
    await api.tag(
      tag,
      tagged.map((each) => each.id),
    );
  }
  return describe(ground.credentials, planted);
}

/** Makes one workflow and brings it into its state. */
export async function plantWorkflow(api: N8nApi, planting: Planting): Promise<string> {
  const { id } = await api.createWorkflow(planting.workflow);
  if (planting.state === 'live') await api.publish(id);
  if (planting.draft !== undefined) await api.saveDraft(id, planting.draft);
  if (planting.state === 'archived') await api.archive(id);
  return id;
}

/**
 * True when n8n would run something for a call of this webhook, found without running it: a
 * pre-flight question names the methods of a live webhook only.
 */
export async function webhookIsLive(
  baseUrl: string,
  webhook: Planted['webhook'],
): Promise<boolean> {
  if (webhook === undefined) throw new Error('It has no webhook.');
  const answer = await fetch(`${baseUrl}/webhook/${webhook.path}`, {
    method: 'OPTIONS',
    headers: { origin: 'https://test.example', 'access-control-request-method': webhook.method },
    signal: AbortSignal.timeout(30_000),
  });
  await answer.arrayBuffer();
  const allowed = answer.headers.get('access-control-allow-methods') ?? '';
  return answer.ok && allowed.includes(webhook.method);
}

/** Waits until every published webhook of the estate answers; n8n publishes after its 200. */
export async function untilLive(baseUrl: string, estate: Estate): Promise<void> {
  for (const { webhook, purpose, state } of estate.planted) {
    if (webhook === undefined || state !== 'live') continue;
    await until(`the webhook of ${purpose} is live`, () => webhookIsLive(baseUrl, webhook));
  }
}

function describe(credentials: EstateCredentials, planted: readonly Planted[]): Estate {
  const byPurpose = new Map(planted.map((each) => [each.purpose, each]));
  if (byPurpose.size !== planted.length) throw new Error('Two workflows have one purpose.');
  const hidden = planted.filter((each) => (each.runtimeHosts ?? 0) > 0);
  return {
    credentials,
    planted,
    of: (purpose) => {
      const found = byPurpose.get(purpose);
      if (found === undefined) throw new Error(`Nothing was planted for ${purpose}.`);
      return found;
    },
    usersOf: (credential) => idsOf(planted.filter((each) => each.uses?.includes(credential))),
    callersOf: (host) => idsOf(planted.filter((each) => each.hosts?.includes(host))),
    runtimeHosts: {
      nodes: hidden.reduce((sum, each) => sum + (each.runtimeHosts ?? 0), 0),
      workflows: hidden.length,
    },
    openWebhooks: planted.flatMap((each) =>
      each.webhook !== undefined && each.state === 'live' && !each.uses?.includes('webhookAuth')
        ? [{ ...each, webhook: each.webhook }]
        : [],
    ),
  };
}

function idsOf(planted: readonly Planted[]): readonly string[] {
  return planted.map((each) => each.id).toSorted();
}
