import type { Action } from '../domain/plan.ts';
import { isAboutUser } from '../domain/plan.ts';
import type { Reading } from '../domain/verification.ts';
import { removesUsers } from '../platforms/platform.ts';
import type { Drive } from './drive.ts';

/** Is what they own another’s, are they gone, and was nothing lost? */
export async function checkUsers(
  drive: Drive,
  actions: readonly Action[],
): Promise<readonly Reading[]> {
  const { platform, signal } = drive;
  if (!removesUsers(platform)) {
    return actions.map(({ workflow }) => ({
      workflow,
      proofs: [],
      doubts: ['This connection has no way to do that any more.'],
    }));
  }
  const checks = actions.flatMap((action) => {
    const { lever, workflow: user } = action;
    const { moves: items = [], to } = drive.targetOf(action) ?? {};
    return isAboutUser(lever) ? [{ lever, user, items, ...(to ? { to: to.id } : {}) }] : [];
  });
  const readings = await platform.checkUsers(checks, signal);
  return actions.map(({ workflow }, index) => ({
    workflow,
    ...(readings[index] ?? { proofs: [], doubts: ['The platform left it out.'] }),
  }));
}
