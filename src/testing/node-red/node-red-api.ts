import { z } from 'zod';

import type { NodeRedUser } from './launch.ts';

const callWithinMs = 30_000;

const item = z.looseObject({ id: z.string(), type: z.string() });
const flowFile = z.object({ flows: z.array(item), rev: z.string() });

/** An item of a flow file, as an editor makes it. */
export type FlowItem = z.infer<typeof item>;

/** Another client of Node-RED's admin API than the one under test. */
export class NodeRedApi {
  readonly #baseUrl: string;
  readonly #token: string | undefined;

  /** @param token none for a Node-RED that asks nobody to sign in */
  constructor(baseUrl: string, token: string | undefined) {
    this.#baseUrl = baseUrl;
    this.#token = token;
  }

  static async signIn(baseUrl: string, user: NodeRedUser): Promise<NodeRedApi> {
    const answer = await fetch(`${baseUrl}/auth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: 'node-red-admin',
        grant_type: 'password',
        scope: '',
        username: user.username,
        password: user.password,
      }),
      signal: AbortSignal.timeout(callWithinMs),
    });
    const { access_token: token } = z
      .object({ access_token: z.string() })
      .parse(await answer.json());
    return new NodeRedApi(baseUrl, token);
  }

  async flows(): Promise<z.infer<typeof flowFile>> {
    return flowFile.parse(await this.call('GET', '/flows'));
  }

  /** Deploys on top of what is there, as an editor does; again when somebody else was first. */
  async deploy(change: (flows: readonly FlowItem[]) => readonly FlowItem[]): Promise<string> {
    for (;;) {
      const { flows, rev } = await this.flows();
      const answer = await this.say('POST', '/flows', { flows: change(flows), rev });
      if (answer.status === 409) continue;
      if (!answer.ok) throw new Error(`POST /flows: ${answer.status} ${await answer.text()}`);
      return z.object({ rev: z.string() }).parse(await answer.json()).rev;
    }
  }

  /** What one tab holds and whether it is on, as the file has it. */
  async tab(id: string): Promise<FlowItem> {
    const { flows } = await this.flows();
    const found = flows.find((one) => one.id === id);
    if (!found) throw new Error(`There is no tab ${id}.`);
    return found;
  }

  /** Switches a tab on or off, as a person does in the editor. */
  async switchTab(id: string, isDisabled: boolean): Promise<void> {
    await this.deploy((flows) =>
      flows.map((one) => (one.id === id ? { ...one, disabled: isDisabled } : one)),
    );
  }

  async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await this.say(method, path, body);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  async say(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`${this.#baseUrl}${path}`, {
      method,
      headers: {
        ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
        accept: 'application/json',
        'node-red-api-version': 'v2',
        'node-red-deployment-type': 'nodes',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(callWithinMs),
    });
  }
}
