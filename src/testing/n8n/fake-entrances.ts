import { errorPage } from './fake-answers.ts';
import type { Answer } from './fake-answers.ts';
import type { FakeVersion } from './fake-definitions.ts';
import type { FakeExecutions } from './fake-executions.ts';
import { entrancesOf } from './fake-nodes.ts';
import type { Entrance, FakeNode } from './fake-nodes.ts';
import type { FakeRuns } from './fake-runs.ts';
import type { FakeWorkflows } from './fake-workflows.ts';

/** A call to an entry point of a workflow. */
export type EntranceCall = {
  readonly method: string;
  /** Below `/webhook/`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: unknown;
};

type Found = {
  readonly workflowId: string;
  readonly version: FakeVersion;
  readonly entrance: Entrance;
};

/** Webhooks, forms, chats and resume addresses: what the outside can call without a key. */
export class FakeEntrances {
  readonly #workflows: FakeWorkflows;
  readonly #executions: FakeExecutions;
  readonly #runs: FakeRuns;
  readonly #credential: (id: string) => Readonly<Record<string, unknown>> | undefined;

  constructor(options: {
    readonly workflows: FakeWorkflows;
    readonly executions: FakeExecutions;
    readonly runs: FakeRuns;
    readonly credential: (id: string) => Readonly<Record<string, unknown>> | undefined;
  }) {
    this.#workflows = options.workflows;
    this.#executions = options.executions;
    this.#runs = options.runs;
    this.#credential = options.credential;
  }

  async call(call: EntranceCall): Promise<Answer> {
    const here = this.#at(call.path);
    if (call.method === 'OPTIONS') return preflight(call, here);
    const found = here.find(({ entrance }) => entrance.methods.includes(call.method));
    if (!found) return missing(call, here);
    const refusal = this.#refusal(found.entrance.node, call);
    if (refusal) return refusal;
    const json = { body: call.body ?? {}, headers: {}, query: {} };
    const { node } = found.entrance;
    const run = this.#runs.start(found.workflowId, found.version, node, 'webhook', [{ json }]);
    if (node.parameters['responseMode'] === 'lastNode') {
      const { status } = await run;
      if (status === 'error') return { status: 500, json: { message: 'Error in workflow' } };
    }
    return { status: 200, json: { message: 'Workflow was started' } };
  }

  /** `/webhook-waiting/<execution>`: sets a waiting execution going, published or not. */
  async resume(id: string): Promise<Answer> {
    const execution = this.#executions.all.get(id);
    if (!execution) {
      return refused(404, `The execution "${id}" does not exist.`);
    }
    if (execution.status !== 'waiting') {
      return refused(409, `The execution "${id}" has finished with error.`);
    }
    await this.#runs.resume(execution);
    return { status: 200, json: { message: 'Workflow was started' } };
  }

  #at(path: string): Found[] {
    return [...this.#workflows.listening].flatMap(([workflowId, version]) =>
      entrancesOf(version.nodes)
        .filter((entrance) => matches(entrance.path, path))
        .map((entrance) => ({ workflowId, version, entrance })),
    );
  }

  #refusal(node: FakeNode, { headers }: EntranceCall): Answer | undefined {
    if (node.parameters['authentication'] !== 'headerAuth') return undefined;
    const held = this.#credential(node.credentials?.['httpHeaderAuth']?.id ?? '');
    if (!held) return refused(500, 'No authentication data defined on node!');
    const given = headers[String(held['name']).toLowerCase()];
    return given === held['value'] ? undefined : refused(403, 'Authorization data is wrong!');
  }
}

function matches(registered: string, called: string): boolean {
  const parts = registered.split('/');
  const given = called.split('/');
  return (
    parts.length === given.length &&
    parts.every((part, at) => part === given[at] || (part.startsWith(':') && given[at] !== ''))
  );
}

/** Only a question with both headers is looked up; any other is answered as if all were well. */
function preflight({ headers, path }: EntranceCall, here: readonly Found[]): Answer {
  const wanted = headers['access-control-request-method'];
  if (headers['origin'] === undefined) return { status: 204 };
  const methods = [...new Set(here.flatMap(({ entrance }) => entrance.methods))];
  const allow = { 'access-control-allow-methods': ['OPTIONS', ...methods.toSorted()].join(', ') };
  if (wanted === undefined) return { status: 204, headers: allow };
  if (!methods.includes(String(wanted))) {
    const page = errorPage(`The requested webhook "${String(wanted)} ${path}" is not registered.`);
    return { ...page, headers: allow };
  }
  return { status: 204, headers: allow };
}

function missing({ method, path }: EntranceCall, here: readonly Found[]): Answer {
  const other = here[0]?.entrance.methods[0];
  if (other === undefined) {
    return refused(404, `The requested webhook "${method} ${path}" is not registered.`);
  }
  return refused(
    404,
    `This webhook is not registered for ${method} requests. Did you mean to make a ${other} request?`,
  );
}

function refused(status: number, message: string): Answer {
  return { status, json: { code: status, message } };
}
