import { webhookIsLive } from '../src/testing/n8n/estate.ts';
/** A real n8n with so many active workflows, each behind a webhook of its own. */
import { until } from '../src/testing/n8n/n8n-api.ts';
import { chain, nothing, webhook } from '../src/testing/n8n/nodes.ts';
import { activations } from '../src/testing/n8n/outside.ts';
import type { Activation } from '../src/testing/n8n/outside.ts';
import type { RealN8n } from '../src/testing/n8n/real-n8n.ts';

export type Hook = { readonly id: string; readonly path: string };

const settlesWithinMs = 300_000;

/** Makes and publishes them, and waits until the last one answers. */
export async function plantWebhooks({ api, baseUrl }: RealN8n, count: number): Promise<Hook[]> {
  const hooks: Hook[] = [];
  for (let index = 0; index < count; index += 1) {
    const path = `bench-${String(index).padStart(4, '0')}`;
    const { id } = await api.createWorkflow(chain(path, [webhook(path), nothing()]));
    await api.publish(id);
    hooks.push({ id, path });
  }
  await untilAllAnswer(baseUrl, hooks);
  return hooks;
}

/** Publishes again what is off, in the version that was live, and waits until all answer. */
export async function publishAgain(
  { api, baseUrl }: RealN8n,
  hooks: readonly Hook[],
  before: Readonly<Record<string, Activation>>,
): Promise<void> {
  const now = await activations(api);
  for (const { id } of hooks) {
    const version = before[id]?.activeVersionId;
    if (now[id]?.active === false && version) await api.publish(id, version);
  }
  await untilAllAnswer(baseUrl, hooks);
}

export function addressOf(baseUrl: string, path: string): string {
  return `${baseUrl}/webhook/${path}`;
}

async function untilAllAnswer(baseUrl: string, hooks: readonly Hook[]): Promise<void> {
  for (const { path } of hooks) {
    const isLive = () => webhookIsLive(baseUrl, { method: 'GET', path });
    await until(`${path} answers`, isLive, settlesWithinMs);
  }
}
