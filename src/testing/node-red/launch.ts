import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { z } from 'zod';

import { freePorts, launchNode } from '../server-process.ts';
import type { ServerProcess } from '../server-process.ts';

/** Somebody who may sign in to a Node-RED, as its settings file has it. */
export type NodeRedUser = {
  readonly username: string;
  readonly password: string;
  /** `*`, or names such as `flows.read`. */
  readonly permissions: string | readonly string[];
};

/** Cheap on purpose: what it protects lasts as long as a test. */
const bcryptRounds = 4;

/**
 * Starts the Node-RED of an installation on a free loopback port and waits until it answers.
 *
 * @param options.folder   where it keeps its flows; must be there
 * @param options.users    who may sign in; with none, nobody has to
 * @param options.settings further settings
 * @param options.path     where the editor is served, when the settings say so
 */
export async function launchNodeRed(options: {
  readonly installation: string;
  readonly folder: string;
  readonly users: readonly NodeRedUser[];
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly path?: string;
}): Promise<ServerProcess> {
  const { installation, folder, users } = options;
  const [port = 0] = await freePorts(1);
  const settings = {
    uiHost: '127.0.0.1',
    uiPort: port,
    userDir: folder,
    flowFile: 'flows.json',
    credentialSecret: 'firebreak-tests-only',
    telemetry: { enabled: false },
    runtimeState: { enabled: true },
    logging: { console: { level: 'warn' } },
    ...(users.length > 0 ? { adminAuth: adminAuth(installation, users) } : {}),
    ...options.settings,
  };
  const file = join(folder, 'settings.cjs');
  await writeFile(file, `module.exports = ${JSON.stringify(settings, null, 2)};\n`);
  return launchNode({
    name: 'Node-RED',
    words: [join(installation, 'node_modules', 'node-red', 'red.js'), '--settings', file],
    baseUrl: `http://127.0.0.1:${port}${options.path ?? ''}`,
    folder,
    env: {},
    ready: ['/auth/login'],
  });
}

const bcrypt = z.object({
  hashSync: z.custom<(password: string, rounds: number) => string>(
    (value) => typeof value === 'function',
  ),
});

function adminAuth(installation: string, users: readonly NodeRedUser[]): unknown {
  const require = createRequire(join(installation, 'node_modules', 'node-red', 'package.json'));
  const { hashSync } = bcrypt.parse(require('bcryptjs'));
  return {
    type: 'credentials',
    users: users.map((user) => ({ ...user, password: hashSync(user.password, bcryptRounds) })),
  };
}
