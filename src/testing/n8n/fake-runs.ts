import { z } from 'zod';

import { maySend } from './fake-credentials.ts';
import type { FakeVersion, FakeWorkflow } from './fake-definitions.ts';
import type { FakeExecution, FakeExecutions, Item } from './fake-executions.ts';
import { waited } from './fake-faults.ts';
import { calledId, nextOf, shortType } from './fake-nodes.ts';
import type { FakeNode } from './fake-nodes.ts';
import type { FakeWorkflows } from './fake-workflows.ts';

/** A call that a node made to somewhere. */
export type Outgoing = {
  readonly url: string;
  readonly workflowId: string;
  readonly executionId: string;
  readonly headers: Readonly<Record<string, string>>;
};

/** Puts an execution to sleep: thrown by the wait node, caught by the run. */
class Asleep {
  readonly until: Date;
  constructor(until: Date) {
    this.until = until;
  }
}

// Shorter waits stay in memory, in the state `running`.
const sleepsFromMs = 65_000;

/**
 * Runs workflows node by node, as far as tests need: webhooks, code, HTTP with batching, waits,
 * sub-workflows and error workflows.
 *
 * A stop is noticed between nodes only: an HTTP node that loops over its items sends them all.
 */
export class FakeRuns {
  readonly outgoing: Outgoing[] = [];
  readonly #workflows: FakeWorkflows;
  readonly #executions: FakeExecutions;
  readonly #now: () => Date;
  readonly #signal: AbortSignal;
  readonly #credential: (id: string) => Readonly<Record<string, unknown>> | undefined;
  readonly #runsWhileOff: boolean;

  /** @param options.runsWhileOff 1.x: others may call what is switched off (its draft) */
  constructor(options: {
    readonly workflows: FakeWorkflows;
    readonly executions: FakeExecutions;
    readonly credential: (id: string) => Readonly<Record<string, unknown>> | undefined;
    readonly now: () => Date;
    readonly signal: AbortSignal;
    readonly runsWhileOff?: boolean;
  }) {
    this.#workflows = options.workflows;
    this.#executions = options.executions;
    this.#credential = options.credential;
    this.#now = options.now;
    this.#signal = options.signal;
    this.#runsWhileOff = options.runsWhileOff ?? false;
    options.executions.onStopped = (execution) => this.#startErrorWorkflow(execution);
  }

  /** Starts the version that listens, from one of its triggers. Resolves when it ends or sleeps. */
  async start(
    workflowId: string,
    version: FakeVersion,
    trigger: FakeNode,
    mode: string,
    items: readonly Item[] = [{ json: {} }],
  ): Promise<FakeExecution> {
    const execution = await this.#executions.begin(workflowId, version.versionId, mode);
    await this.#run(execution, version, nextOf(version.connections, trigger.name), items);
    return execution;
  }

  /** Lets a sleeping execution go on, as its time or its address does. */
  async resume(execution: FakeExecution): Promise<void> {
    const { rest } = execution;
    if (execution.status !== 'waiting' || !rest) return;
    execution.status = 'running';
    execution.waitTill = null;
    delete execution.rest;
    await this.#run(execution, rest.version, rest.nodes, rest.items);
  }

  async #run(
    execution: FakeExecution,
    version: FakeVersion,
    first: readonly string[],
    given: readonly Item[],
  ): Promise<void> {
    const workflow = this.#workflows.all.get(execution.workflowId);
    const steps = first.map((name) => ({ name, items: given }));
    try {
      for (let step = steps.shift(); step; step = steps.shift()) {
        if (isStopped(execution) || this.#signal.aborted) return;
        const node = version.nodes.find(({ name }) => name === step?.name);
        if (!node) continue;
        const next = nextOf(version.connections, node.name);
        try {
          const items = await this.#runNode(node, step.items, execution);
          steps.push(...next.map((name) => ({ name, items })));
        } catch (reason) {
          if (!(reason instanceof Asleep)) throw reason;
          if (isStopped(execution)) return;
          this.#sleep(execution, reason.until, { version, nodes: next, items: step.items });
          return;
        }
      }
      const keep = workflow?.settings['saveDataSuccessExecution'] !== 'none';
      this.#executions.finish(execution, 'success', keep);
    } catch {
      if (isStopped(execution)) return;
      const keep = workflow?.settings['saveDataErrorExecution'] !== 'none';
      this.#executions.finish(execution, 'error', keep);
      this.#startErrorWorkflow(execution);
    }
  }

  #sleep(execution: FakeExecution, until: Date, rest: NonNullable<FakeExecution['rest']>): void {
    execution.status = 'waiting';
    execution.stoppedAt = this.#now().toISOString();
    execution.waitTill = until.toISOString();
    execution.rest = rest;
  }

  async #runNode(
    node: FakeNode,
    items: readonly Item[],
    execution: FakeExecution,
  ): Promise<readonly Item[]> {
    if (node.disabled === true) return items;
    switch (shortType(node)) {
      case 'httpRequest':
        return this.#callAll(node, items, execution);
      case 'code':
        return runCode(node, items);
      case 'wait':
        await this.#wait(node);
        return items;
      case 'executeWorkflow':
        return this.#callWorkflow(node, items);
      default:
        return items;
    }
  }

  /** Every item, whatever happens to the execution meanwhile: that is what n8n does. */
  async #callAll(
    node: FakeNode,
    items: readonly Item[],
    execution: FakeExecution,
  ): Promise<readonly Item[]> {
    const everyMs = batchEveryMs.catch(0).parse(node.parameters['options']);
    const answers: Item[] = [];
    for (const [at, item] of items.entries()) {
      if (at > 0 && everyMs > 0) await waited(everyMs, this.#signal);
      if (this.#signal.aborted) return answers;
      const url = filled(textIn(node, 'url'), item);
      const headers = this.#headersOf(node, url);
      this.outgoing.push({
        url,
        workflowId: execution.workflowId,
        executionId: execution.id,
        headers,
      });
      await this.#send(url, headers);
      answers.push({ json: {} });
    }
    return answers;
  }

  /** Only calls on loopback leave the fake; everything else is just noted. */
  async #send(url: string, headers: Readonly<Record<string, string>>): Promise<void> {
    if (!URL.canParse(url)) throw new Error('Invalid URL');
    if (new URL(url).hostname !== '127.0.0.1') return;
    const answer = await fetch(url, { headers, signal: this.#signal });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error('The service refused.');
  }

  #headersOf(node: FakeNode, url: string): Record<string, string> {
    const used = node.credentials?.['httpHeaderAuth'];
    if (!used) return {};
    const data = this.#credential(used.id);
    const held = header.safeParse(data);
    if (!held.success) throw new Error(`Credential with ID "${used.id}" does not exist.`);
    if (!maySend(data ?? {}, url)) throw new Error('This credential is configured to prevent it.');
    return { [held.data.name]: held.data.value };
  }

  async #wait(node: FakeNode): Promise<void> {
    const { resume = 'timeInterval', amount = 1, unit = 'hours' } = waitRule.parse(node.parameters);
    if (resume !== 'timeInterval') throw new Asleep(new Date('3000-01-01T00:00:00.000Z'));
    const ms = amount * (unitMs[unit] ?? 1_000);
    if (ms >= sleepsFromMs) throw new Asleep(new Date(this.#now().getTime() + ms));
    await waited(ms, this.#signal);
  }

  async #callWorkflow(node: FakeNode, items: readonly Item[]): Promise<readonly Item[]> {
    const id = filled(calledId(node), items[0] ?? { json: {} });
    // As in n8n from 2.40 on: what counts is the version that is published still, not `active`.
    const version = this.#callable(id);
    const trigger = version?.nodes.find((each) => shortType(each) === 'executeWorkflowTrigger');
    if (!version || !trigger) {
      throw new Error('Workflow is not active and cannot be executed.');
    }
    const execution = await this.start(id, version, trigger, 'integrated', items);
    if (execution.status === 'error') throw new Error('The sub-workflow failed.');
    return items;
  }

  /** The version that others who call this workflow run. */
  #callable(id: string): FakeVersion | undefined {
    const draft = this.#runsWhileOff ? this.#workflows.all.get(id)?.versions[0] : undefined;
    return this.#workflows.listening.get(id) ?? draft;
  }

  #startErrorWorkflow(execution: FakeExecution): void {
    const failed: FakeWorkflow | undefined = this.#workflows.all.get(execution.workflowId);
    const id = failed?.settings['errorWorkflow'];
    if (typeof id !== 'string' || execution.mode === 'error') return;
    const version = this.#callable(id);
    const trigger = version?.nodes.find((node) => shortType(node) === 'errorTrigger');
    if (version && trigger) void this.start(id, version, trigger, 'error');
  }
}

const batchEveryMs = z
  .object({ batching: z.object({ batch: z.object({ batchInterval: z.number() }) }) })
  .transform((options) => options.batching.batch.batchInterval);
const header = z.object({ name: z.string(), value: z.string() });
const waitRule = z.object({
  resume: z.string().optional(),
  amount: z.number().optional(),
  unit: z.string().optional(),
});
const unitMs: Readonly<Record<string, number>> = {
  seconds: 1_000,
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
};

function isStopped(execution: FakeExecution): boolean {
  return execution.status === 'canceled';
}

function textIn(node: FakeNode, key: string): string {
  const value = node.parameters[key];
  return typeof value === 'string' ? value : '';
}

const items = z.array(z.looseObject({ json: z.record(z.string(), z.unknown()) }));

async function runCode(node: FakeNode, given: readonly Item[]): Promise<readonly Item[]> {
  const code = textIn(node, 'jsCode') || 'return items;';
  // The code is a test's own, and the fake exists to run it as n8n does.
  // oxlint-disable-next-line typescript/no-implied-eval
  const run: unknown = new Function('items', '$json', `return (async () => { ${code} })();`);
  if (typeof run !== 'function') return given;
  const result: unknown = await run(given, given[0]?.json ?? {});
  return items.catch([]).parse(result);
}

/** Fills `{{ $json.a.b }}` in; other expressions are empty. */
function filled(text: string, item: Item): string {
  if (!text.startsWith('=')) return text;
  return text
    .slice(1)
    .replace(/\{\{\s*\$json((?:\.\w+)+)\s*\}\}|\{\{.*?\}\}/g, (_, path?: string) => {
      let here: unknown = item.json;
      for (const key of (path ?? '').split('.').slice(1)) {
        here = z.record(z.string(), z.unknown()).catch({}).parse(here)[key];
      }
      return typeof here === 'string' || typeof here === 'number' ? String(here) : '';
    });
}
