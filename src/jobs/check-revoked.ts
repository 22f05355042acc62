import type { Action } from '../domain/plan.ts';
import { providerProof, recordAfter, revocationOf } from '../domain/revocation-progress.ts';
import type { Liveness, RevocationRecord } from '../domain/revocation.ts';
import type { Finding, Reading } from '../domain/verification.ts';
import { look } from '../revokers/revoker.ts';
import type { Drive } from './drive.ts';
import { recordOf, revokerOf, saw } from './revoke.ts';

const findings: Readonly<Record<Liveness, Finding>> = {
  dead: 'agrees',
  alive: 'contradicts',
  unknown: 'silent',
};

/** Do their providers refuse these credentials? One harmless call for each. */
export async function checkRevoked(
  drive: Drive,
  actions: readonly Action[],
): Promise<readonly Reading[]> {
  const readings: Reading[] = [];
  for (const action of actions) {
    const revoker = revokerOf(drive, action);
    const seen = revoker ? await look(revoker, action.workflow, drive.signal) : 'unknown';
    readings.push({
      workflow: action.workflow,
      proofs: [providerProof(findings[seen], saw[seen], drive.context.now())],
      doubts: revoker ? [] : ['Firebreak has no way to its provider any more.'],
    });
  }
  return readings;
}

/** What the verdicts on these actions make of their credentials, to be stored with them. */
export async function revocationsAfter(
  drive: Drive,
  actions: readonly Action[],
): Promise<readonly RevocationRecord[]> {
  const now = drive.context.now();
  return await Promise.all(
    actions.map(async (action) => {
      const before = await recordOf(drive, action);
      return recordAfter(drive.plan, action, revocationOf(action, before, now), before);
    }),
  );
}
