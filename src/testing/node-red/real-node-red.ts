import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { installNodeRed } from './install.ts';
import { launchNodeRed } from './launch.ts';
import type { NodeRedUser } from './launch.ts';
import { NodeRedApi } from './node-red-api.ts';
import type { FlowItem } from './node-red-api.ts';

/** A real Node-RED of its own, on loopback; no flow is in it yet. */
export type RealNodeRed = {
  readonly baseUrl: string;
  /** The admin API with all rights, as another person's editor uses it. */
  readonly api: NodeRedApi;
  /** The newest part of what Node-RED printed. */
  log(): string;
  /** Ends Node-RED and removes what it stored. */
  stop(): Promise<void>;
};

/** Who has all rights in the tests' own name. */
export const editor: NodeRedUser = {
  username: 'editor',
  password: 'for-tests-only',
  permissions: '*',
};

/**
 * Starts a real Node-RED for a test, installing it first when this machine has none.
 *
 * @param options.users    more people who may sign in
 * @param options.settings further settings of Node-RED
 */
export async function startRealNodeRed(
  options: {
    readonly users?: readonly NodeRedUser[];
    readonly settings?: Readonly<Record<string, unknown>>;
    /** Where the editor is served, when the settings say so. */
    readonly path?: string;
    /** Nobody has to sign in. */
    readonly isOpen?: boolean;
    /** What is in its flow file when it starts. */
    readonly flows?: readonly FlowItem[];
  } = {},
): Promise<RealNodeRed> {
  const installation = await installNodeRed((line) => process.stderr.write(`${line}\n`));
  const folder = await mkdtemp(join(tmpdir(), 'firebreak-node-red-'));
  const removeFolder = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    if (options.flows) await writeFile(join(folder, 'flows.json'), JSON.stringify(options.flows));
    const server = await launchNodeRed({
      installation,
      folder,
      users: options.isOpen ? [] : [editor, ...(options.users ?? [])],
      ...(options.path === undefined ? {} : { path: options.path }),
      ...(options.settings ? { settings: options.settings } : {}),
    });
    const stop = async (): Promise<void> => {
      await server.stop();
      await removeFolder();
    };
    try {
      const api = options.isOpen
        ? new NodeRedApi(server.baseUrl, undefined)
        : await NodeRedApi.signIn(server.baseUrl, editor);
      return { baseUrl: server.baseUrl, api, log: () => server.log(), stop };
    } catch (error) {
      await server.stop();
      throw error;
    }
  } catch (error) {
    await removeFolder();
    throw error;
  }
}
