import { after, before, describe } from 'node:test';

import { n8nApiAgreement } from './fake-api.contract.ts';
import type { AnyN8n } from './fake-bench.ts';
import { n8nCredentialsAgreement } from './fake-credentials.contract.ts';
import { n8nRunsAgreement } from './fake-runs.contract.ts';
import { startRealN8n } from './real-n8n.ts';
import type { RealN8n } from './real-n8n.ts';

// The fake is worth what it has in common with this one.
describe('the real n8n', () => {
  let real: RealN8n;

  before(async () => {
    real = await startRealN8n();
  });
  after(() => real.stop());

  const start = async (): Promise<AnyN8n> => ({
    baseUrl: real.baseUrl,
    apiKey: (scopes) => real.apiKey(scopes),
    stop: async () => undefined,
  });
  n8nApiAgreement('it', start);
  n8nRunsAgreement('it', start);
  n8nCredentialsAgreement('it', start);
});
