/**
 * Installs the real n8n that the tests run against into a cache folder outside the repository.
 *
 *   node src/testing/n8n/install.ts
 *
 * The cache is `$FIREBREAK_CACHE`, else `$XDG_CACHE_HOME/firebreak`, else `~/.cache/firebreak`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { installed } from '../installed.ts';
import { launchServer } from './server-process.ts';

/** The n8n that the live tests know. */
export const n8nVersion = '2.40.7';

/** The folder of the installed n8n; installs it when it is not there, telling `say` what happens. */
export async function installN8n(say: (line: string) => void): Promise<string> {
  return installed(
    {
      name: 'n8n',
      version: n8nVersion,
      costs: 'about 3 GB and 3 to 7 minutes',
      // One dependency of n8n has an address outside the registry, one is gone.
      overrides: { xlsx: '0.18.5', cssomnom: 'npm:cssom@0.5.0' },
      rebuild: ['sqlite3'],
      seeItStart,
    },
    say,
  );
}

async function seeItStart(installation: string): Promise<void> {
  const userFolder = await mkdtemp(join(tmpdir(), 'firebreak-n8n-check-'));
  try {
    const server = await launchServer({ installation, userFolder });
    await server.stop();
  } finally {
    await rm(userFolder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const folder = await installN8n((line) => process.stdout.write(`${line}\n`));
  process.stdout.write(`n8n ${n8nVersion} is in ${folder}\n`);
}
