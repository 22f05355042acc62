/**
 * As much of n8n's public API as a sync reads, in a thread of its own, with `workflows` definitions
 * made beforehand. Each page takes `msPerItem` for each item, as a real n8n takes time to read its
 * database and write JSON: 0.4 ms a workflow was measured on n8n 2.40.7 with ten nodes each.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

export type SyncServerOptions = { readonly workflows: number; readonly msPerItem: number };

/** Starts it and answers its address. */
export async function startSyncServer(
  options: SyncServerOptions,
): Promise<{ readonly baseUrl: string; readonly stop: () => Promise<unknown> }> {
  const worker = new Worker(new URL(import.meta.url), { workerData: options });
  const [port]: unknown[] = await once(worker, 'message');
  return { baseUrl: `http://127.0.0.1:${String(port)}`, stop: () => worker.terminate() };
}

const pageSize = 250;

function nodeOf(index: number, at: number) {
  const common = {
    id: `${index}-${at}`,
    name: `Step ${at}`,
    typeVersion: 1,
    position: [at * 200, 0],
  };
  const url = `https://api${index % 400}.vendor${index % 40}.example/v1/orders/{{ $json.id }}`;
  const credentials = { httpHeaderAuth: { id: `cred${index % 500}`, name: `Key ${index % 500}` } };
  switch (at) {
    case 0:
      return index % 2 === 0
        ? {
            ...common,
            type: 'n8n-nodes-base.webhook',
            parameters: { path: `hook/${index}`, httpMethod: 'POST' },
          }
        : {
            ...common,
            type: 'n8n-nodes-base.scheduleTrigger',
            parameters: { rule: { interval: [{ field: 'hours' }] } },
          };
    case 3:
    case 6:
      return {
        ...common,
        type: 'n8n-nodes-base.httpRequest',
        parameters: {
          url,
          method: 'POST',
          sendBody: true,
          jsonBody: '={{ JSON.stringify($json) }}',
        },
        credentials,
      };
    case 5:
      return {
        ...common,
        type: 'n8n-nodes-base.code',
        parameters: {
          jsCode: `const total = items.map((item) => item.json.amount).reduce((a, b) => a + b, 0);\nreturn [{ json: { total, run: ${index} } }];`,
        },
      };
    default:
      return {
        ...common,
        type: 'n8n-nodes-base.set',
        parameters: {
          assignments: {
            assignments: [
              {
                id: `${at}`,
                name: 'customer',
                value: '={{ $json.body.customer }}',
                type: 'string',
              },
            ],
          },
        },
      };
  }
}

function workflowOf(index: number) {
  const nodes = Array.from({ length: 10 }, (_, at) => nodeOf(index, at));
  const connections = Object.fromEntries(
    nodes
      .slice(1)
      .map(({ name }, at) => [`Step ${at}`, { main: [[{ node: name, type: 'main', index: 0 }]] }]),
  );
  const active = index % 3 !== 0;
  const versionId = `version-${index}`;
  return {
    id: `wf${index}`,
    name: `Workflow ${index}`,
    active,
    isArchived: false,
    createdAt: '2026-01-01T08:00:00.000Z',
    updatedAt: '2026-11-01T08:00:00.000Z',
    nodes,
    connections,
    settings: { executionOrder: 'v1' },
    staticData: null,
    tags: [],
    versionId,
    activeVersionId: active ? versionId : null,
    activeVersion: active ? { versionId, nodes, connections, authors: 'Ana' } : null,
    shared: [],
  };
}

function page(items: readonly object[], from: number, to: number, total: number): string {
  return JSON.stringify({ data: items, nextCursor: to < total ? `at-${to}` : null });
}

async function serve({ workflows, msPerItem }: SyncServerOptions): Promise<void> {
  const pages = new Map<string, { body: string; items: number }>();
  for (let from = 0; from < workflows; from += pageSize) {
    const to = Math.min(workflows, from + pageSize);
    const items = Array.from({ length: to - from }, (_, index) => workflowOf(from + index));
    pages.set(from === 0 ? '' : `at-${from}`, {
      body: page(items, from, to, workflows),
      items: to - from,
    });
  }
  const credentials = Array.from({ length: 250 }, (_, index) => ({
    id: `cred${index}`,
    name: `Key ${index}`,
    type: 'httpHeaderAuth',
    createdAt: '2026-01-01T08:00:00.000Z',
    updatedAt: '2026-01-01T08:00:00.000Z',
    shared: [],
  }));
  const lists: Readonly<Record<string, string>> = {
    '/api/v1/credentials': page(credentials, 0, 1, 1),
    '/api/v1/users': page([], 0, 1, 1),
    '/api/v1/executions': page([], 0, 1, 1),
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const answer = async () => {
      const listed =
        pathname === '/api/v1/workflows' ? pages.get(searchParams.get('cursor') ?? '') : undefined;
      if (listed) await delay(listed.items * msPerItem);
      const body = listed?.body ?? lists[pathname];
      response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(body ?? '{"message":"not found"}');
    };
    void answer();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  parentPort?.postMessage(typeof address === 'object' && address ? address.port : 0);
}

if (!isMainThread) await serve(workerData);
