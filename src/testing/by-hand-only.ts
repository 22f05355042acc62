import { openProviders, openRevokers } from '../revokers/open.ts';

/** The revokers of an instance without a sandbox: there is none. */
export const byHandOnly = openRevokers({
  sandboxIssuerAt: () => {
    throw new Error('The test has no sandbox.');
  },
  openProvider: openProviders(),
  secretsOf: () => Promise.resolve(undefined),
});
