import type { z } from 'zod';

import { PlatformError } from '../../errors.ts';
import { Lanes } from '../lanes.ts';
import {
  contextAnswer,
  credentialFieldsAnswer,
  deployedAnswer,
  flowsAnswer,
  nodeSetsAnswer,
  settingsAnswer,
  stateAnswer,
} from './answers.ts';
import type { NodeRedSettings, NodeSet } from './answers.ts';
import { NodeRedApi } from './api.ts';
import type { ApiOptions } from './api.ts';
import { FlowFile } from './flow-file.ts';
import { isStale, refusal } from './refusal.ts';
import type { Purpose } from './refusal.ts';

/** The API that knows revisions. */
const v2 = { 'Node-RED-API-Version': 'v2' };

const purposes = {
  readFlows: { doing: 'read the flows', permission: 'flows.read' },
  deploy: { doing: 'deploy flows', permission: 'flows.write' },
  readSettings: { doing: 'read its settings', permission: 'settings.read' },
  readNodes: { doing: 'list its node types', permission: 'nodes.read' },
  readCredentials: { doing: 'say which nodes hold credentials', permission: 'credentials.read' },
  readContext: { doing: 'say which nodes run', permission: 'context.read' },
} as const satisfies Record<string, Purpose>;

/** Questions under way at once, over all tabs. */
const lanesOfQuestions = 8;
/** Questions under way at once about what nodes hold: what is verified meanwhile does not wait. */
const lanesOfCredentials = 4;
/** How long settings and node types serve again, in ms. */
const recentMs = 30_000;

type Recent<T> = { readonly value: Promise<T>; readonly until: number; hasFailed: boolean };

/** What Firebreak asks of Node-RED, call by call. */
export class NodeRedClient {
  readonly api: NodeRedApi;
  /** Of small questions, of which there are some for each tab: a call counts its time from its turn. */
  readonly lanes = new Lanes(lanesOfQuestions);
  readonly #credentialLanes = new Lanes(lanesOfCredentials);
  #settings: Recent<NodeRedSettings | undefined> | undefined;
  #nodeSets: Recent<readonly NodeSet[] | undefined> | undefined;

  constructor(options: ApiOptions) {
    this.api = new NodeRedApi(options);
  }

  /** @param known answered again when nothing has changed since, because reading it takes a while */
  async flows(signal: AbortSignal, known?: FlowFile): Promise<FlowFile> {
    const answer = await this.api.get('/flows', signal, v2);
    const found = this.api.parse(flowsAnswer, this.api.good(answer, purposes.readFlows));
    return known?.rev === found.rev ? known : new FlowFile(found);
  }

  /**
   * Puts a changed flow file in place of the one with this revision.
   *
   * `nodes` restarts only what changed: `full` would restart every tab and drop what they remember.
   *
   * @returns the new revision; undefined when the file is not at that revision any more
   */
  async deploy(
    flows: readonly unknown[],
    rev: string,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const headers = { ...v2, 'Node-RED-Deployment-Type': 'nodes' };
    const answer = await this.api.post('/flows', { flows, rev }, headers, signal);
    if (isStale(answer)) return undefined;
    return this.api.parse(deployedAnswer, this.api.good(answer, purposes.deploy)).rev;
  }

  /** `start`, `stop` or `safe`. @returns undefined before Node-RED 3, which has no such states */
  async state(signal: AbortSignal): Promise<string | undefined> {
    const answer = await this.api.get('/flows/state', signal);
    if (answer.status === 404) return undefined;
    return this.api.parse(stateAnswer, this.api.good(answer, purposes.readFlows)).state;
  }

  /** At most a while old. @returns undefined when the user may not read them */
  async settings(signal: AbortSignal): Promise<NodeRedSettings | undefined> {
    this.#settings = this.#recent(this.#settings, () =>
      this.#orHidden(settingsAnswer, '/settings', purposes.readSettings, signal),
    );
    return this.#settings.value;
  }

  /** The installed node types by module, at most a while old. @returns undefined when hidden */
  async nodeSets(signal: AbortSignal): Promise<readonly NodeSet[] | undefined> {
    this.#nodeSets = this.#recent(this.#nodeSets, () =>
      this.#orHidden(nodeSetsAnswer, '/nodes', purposes.readNodes, signal),
    );
    return this.#nodeSets.value;
  }

  /** What many tabs ask for is asked of Node-RED once; a failure is not kept. */
  #recent<T>(known: Recent<T> | undefined, ask: () => Promise<T>): Recent<T> {
    const now = this.api.now().getTime();
    if (known && !known.hasFailed && known.until > now) return known;
    const value = ask();
    const recent: Recent<T> = { value, until: now + recentMs, hasFailed: false };
    value.catch(() => {
      recent.hasFailed = true;
    });
    return recent;
  }

  /** The names of the fields in which a node holds credentials. @returns undefined when hidden */
  async credentialFields(
    type: string,
    id: string,
    signal: AbortSignal,
  ): Promise<readonly string[] | undefined> {
    // With a blank instead of the dash, Node-RED answers as if the node held nothing.
    const path = `/credentials/${segment(type.replace(/\s+/g, '-'))}/${segment(id)}`;
    const fields = await this.#credentialLanes.take(
      () => this.#orHidden(credentialFieldsAnswer, path, purposes.readCredentials, signal),
      signal,
    );
    return fields && Object.entries(fields).flatMap(([name, held]) => heldField(name, held));
  }

  /** Whether a node lives in the runtime now, whatever the flow file says. @returns undefined when hidden */
  async runs(node: string, signal: AbortSignal): Promise<boolean | undefined> {
    // A key that no flow has: nothing of what the node remembers is read.
    const path = `/context/node/${segment(node)}/firebreak-asks-whether-it-runs`;
    const answer = await this.lanes.take(() =>
      this.#orHidden(contextAnswer, path, purposes.readContext, signal),
    );
    return answer && Object.keys(answer).length > 0;
  }

  /** Whether a deploy would be allowed, by one that Node-RED refuses for its form. */
  async mayDeploy(signal: AbortSignal): Promise<boolean> {
    const answer = await this.api.post('/flow', {}, {}, signal);
    if (answer.status === 400) return true;
    const error = refusal(answer, purposes.deploy, this.api.now());
    if (error.code === 'refused') return false;
    throw error;
  }

  async #orHidden<T>(
    schema: z.ZodType<T>,
    path: string,
    purpose: Purpose,
    signal: AbortSignal,
  ): Promise<T | undefined> {
    const answer = await this.api.get(path, signal);
    if (answer.status >= 300) {
      const error = refusal(answer, purpose, this.api.now());
      // Without the editor, or below another address, these are not served at all.
      if (error.code === 'refused' || error.code === 'not_found') return undefined;
      throw error;
    }
    return this.api.parse(schema, answer.body);
  }
}

function segment(text: string): string {
  // Dots alone would lead elsewhere, even when they are encoded.
  if (/^\.*$/.test(text)) {
    const says = 'An id in the flows cannot stand in an address, so nothing was called.';
    throw new PlatformError('node-red', 'refused', says);
  }
  return encodeURIComponent(text.toWellFormed());
}

function heldField(name: string, held: unknown): readonly string[] {
  if (name.startsWith('has_')) return held === true ? [name.slice('has_'.length)] : [];
  return typeof held === 'string' && held !== '' ? [name] : [];
}
