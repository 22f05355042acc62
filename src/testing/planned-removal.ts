import assert from 'node:assert/strict';

import type { Connection } from '../domain/connection.ts';
import type { Moved, PlanTarget } from '../domain/plan.ts';
import { userHash } from '../domain/removing.ts';
import { sync } from '../jobs/sync.ts';
import { listedAt } from '../platforms/sandbox/activation.ts';
import type { Estate } from '../platforms/sandbox/estate.ts';
import { touch } from '../platforms/sandbox/model.ts';
import type { PlanRig } from './plan-rig.ts';

const never = new AbortController().signal;

/**
 * Everybody on an estate but its owner, who gets what they own.
 *
 * What is theirs is switched off first, by somebody else: nothing that is on is given away.
 */
export async function removalTargets(
  rig: PlanRig,
  connection: Pick<Connection, 'id'>,
  estate: Estate,
): Promise<readonly PlanTarget[]> {
  const { jobs, store } = rig;
  await switchAllOff(estate);
  await sync(jobs, { connection: connection.id }, never);
  const users = (await store.inventory.allUsers()).filter(
    (one) => one.connection === connection.id,
  );
  const heir = users.find(({ role }) => role === 'global:owner');
  assert.ok(heir);
  const credentials = (await store.inventory.credentials()).filter(
    (one) => one.connection === connection.id && !one.onlyReferenced,
  );
  const leavers = users.filter(({ id }) => id !== heir.id);
  return await Promise.all(
    leavers.map(async (user) => {
      const { id, ref, name, email } = user;
      const theirs = credentials.filter(({ owner }) => owner?.endsWith(`<${email}>`));
      return {
        connection: connection.id,
        id,
        ref,
        name,
        observedHash: userHash(user, jobs.recorder),
        observedAt: jobs.now(),
        active: true,
        breaks: [],
        because: [],
        moves: [
          ...(await store.inventory.ownedBy(user)).map((one) => moved('workflow', one)),
          ...theirs.map((one) => moved('credential', one)),
        ],
        to: { id: heir.id, ref: heir.ref, name: heir.name },
      };
    }),
  );
}

function moved(kind: Moved['kind'], { id, ref, name }: Omit<Moved, 'kind'>): Moved {
  return { kind, id, ref, name };
}

async function switchAllOff(estate: Estate): Promise<void> {
  await estate.change((look) => {
    for (const workflow of look.workflows()) {
      if (listedAt(workflow, look.now) === undefined) continue;
      const at = look.now;
      touch(look.changes, workflow.id).switches.push({ at, on: false, by: 'Ines', effectAt: at });
    }
  });
}
