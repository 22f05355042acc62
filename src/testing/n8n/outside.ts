import type { Estate, Planted } from './estate.ts';
import type { N8nApi } from './n8n-api.ts';

/** What a workflow is switched to, as n8n says. */
export type Activation = {
  readonly active: boolean;
  readonly activeVersionId: string | null;
  readonly versionId: string;
};

/** The activation of every workflow by id: what an undo must bring back exactly. */
export async function activations(api: N8nApi): Promise<Readonly<Record<string, Activation>>> {
  const workflows = await api.workflows();
  return Object.fromEntries(
    workflows.map(({ id, active, activeVersionId, versionId }) => [
      id,
      { active, activeVersionId, versionId },
    ]),
  );
}

/** Calls a webhook as anyone on the network could, and answers n8n's status. */
export async function callWebhook(
  baseUrl: string,
  { method, path }: NonNullable<Planted['webhook']>,
  body: unknown = {},
): Promise<number> {
  const answer = await fetch(`${baseUrl}/webhook/${path}`, {
    method,
    ...(method === 'POST'
      ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
      : {}),
    signal: AbortSignal.timeout(30_000),
  });
  await answer.arrayBuffer();
  return answer.status;
}

/** What each of these answers when it is called: purpose → status. */
export async function callAll(
  baseUrl: string,
  planted: readonly Planted[],
): Promise<Record<string, number>> {
  const answers: Record<string, number> = {};
  for (const { purpose, webhook } of planted) {
    if (webhook !== undefined) answers[purpose] = await callWebhook(baseUrl, webhook);
  }
  return answers;
}

/** The status of an address that is opened as a browser does: a form, a chat. */
export async function open(url: string): Promise<number> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(30_000) });
  await answer.arrayBuffer();
  return answer.status;
}

/** Webhooks of the estate that have nothing to do with the leaked credential. */
export function openBystanders(estate: Estate): Estate['openWebhooks'] {
  return estate.openWebhooks.filter(({ purpose }) => /^(bystander|hostile|twin)-/.test(purpose));
}
