/**
 * Installs the real Node-RED that the tests run against into a cache folder outside the repository.
 *
 *   node src/testing/node-red/install.ts
 *
 * The cache is `$FIREBREAK_CACHE`, else `$XDG_CACHE_HOME/firebreak`, else `~/.cache/firebreak`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { installed } from '../installed.ts';
import { launchNodeRed } from './launch.ts';

/** The Node-RED that the live tests know. */
export const nodeRedVersion = '5.0.7';

/** The folder of the installed Node-RED; installs it when it is not there, telling `say` what happens. */
export async function installNodeRed(say: (line: string) => void): Promise<string> {
  return installed(
    {
      name: 'node-red',
      version: nodeRedVersion,
      costs: 'about 120 MB and half a minute',
      seeItStart,
    },
    say,
  );
}

async function seeItStart(installation: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'firebreak-node-red-check-'));
  try {
    const server = await launchNodeRed({ installation, folder, users: [] });
    await server.stop();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const folder = await installNodeRed((line) => process.stdout.write(`${line}\n`));
  process.stdout.write(`Node-RED ${nodeRedVersion} is in ${folder}\n`);
}
