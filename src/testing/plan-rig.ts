import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { UserError } from '../errors.ts';
import type { JobContext } from '../jobs/job.ts';
import { openPlatforms } from '../platforms/open.ts';
import type { OpenPlatform } from '../platforms/platform.ts';
import type { Estate } from '../platforms/sandbox/estate.ts';
import { Issuer } from '../platforms/sandbox/issuer.ts';
import { sandboxEstates } from '../platforms/sandbox/open.ts';
import { loadOrCreateSigner } from '../record/keys.ts';
import { makeRecorder } from '../record/recorder.ts';
import { openProviders, openRevokers } from '../revokers/open.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import { fastClock } from './fast-clock.ts';

/** Where an instance is that several processes open, at once or one after the other. */
export type RigPlace = {
  readonly dataDir: string;
  /** On the embedded database without it. */
  readonly databaseUrl?: string;
  /** When its clock began to be fast, in ms since the epoch. */
  readonly clockFrom: number;
  /** Where its Node-REDs are really served, whatever origin their connections have. */
  readonly nodeReds?: string;
};

/** What a process needs to carry out plans on the sandbox, whose files all processes share. */
export type PlanRig = {
  readonly store: Store;
  readonly jobs: JobContext;
  readonly openPlatform: OpenPlatform;
  readonly estateAt: (baseUrl: string) => Estate;
  readonly nodeReds: string | undefined;
};

/** Opens an instance; its `store` is to be closed. Knows nothing of tests, so that a worker may. */
export async function openPlanRig({
  dataDir,
  databaseUrl,
  clockFrom,
  nodeReds,
}: RigPlace): Promise<PlanRig> {
  const clock = fastClock(clockFrom);
  const recorder = makeRecorder();
  const store = await openStore({
    dataDir,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    timeZone: 'Europe/Berlin',
    recorder,
    signer: await loadOrCreateSigner(dataDir),
    now: clock.now,
    newId: randomUUID,
    randomBytes,
  });
  const estateAt = sandboxEstates({ directory: join(dataDir, 'sandbox'), ...clock });
  const { fingerprint, providers } = store;
  const openPlatform = servedAt(nodeReds, openPlatforms({ now: clock.now, fingerprint, estateAt }));
  const jobs: JobContext = {
    store,
    recorder,
    platformOf: async (id, giveWay) => {
      const connection = await store.connections.byId(id);
      const secret = await store.connections.secret(id);
      if (!connection || !secret) throw new UserError('not_ready', 'There is no such connection.');
      return { connection, platform: openPlatform(connection, secret, giveWay) };
    },
    revokers: openRevokers({
      sandboxIssuerAt: (baseUrl) => new Issuer(estateAt(baseUrl)),
      openProvider: openProviders(),
      secretsOf: providers.secrets,
    }),
    newId: randomUUID,
    ...clock,
  };
  return { store, jobs, openPlatform, estateAt, nodeReds };
}

/** A copy of an instance has the connections of the first one, and Node-REDs of its own. */
function servedAt(origin: string | undefined, open: OpenPlatform): OpenPlatform {
  return (connection, ...rest) => {
    if (origin === undefined || connection.kind !== 'node-red') return open(connection, ...rest);
    const { href } = new URL(new URL(connection.baseUrl).pathname, origin);
    return open({ ...connection, baseUrl: href }, ...rest);
  };
}
