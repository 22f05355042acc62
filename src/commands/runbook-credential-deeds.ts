import { currentOf } from '../domain/runbook-run.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import { coverageOf } from './coverage.ts';
import { credList } from './cred/list.ts';
import { chosenCredential } from './credential-of.ts';
import { planFields, targetTable } from './plan-view.ts';
import { proposeLockOf } from './propose-lock.ts';
import { planRevocation, revocationBlocks } from './propose-revocation.ts';
import type { Carried, Here } from './runbook-carried.ts';
import { connectionIn } from './runbook-connection.ts';
import { isByHandHere, stepCredential } from './runbook-credential.ts';
import { refuseSecondPlan } from './runbook-second-plan.ts';

/** What people do and Firebreak cannot. */
export function byPeople(): UserError {
  return new UserError('conflict', 'People do this step, outside; Firebreak cannot.', {
    hint: '`runbook done <what was done, and how you know>`',
  });
}

/** The credential of the step, where Firebreak has a way to its provider. */
export async function firebreaksCredential(context: CommandContext, { walk }: Here) {
  const credential = await stepCredential(context, walk, currentOf(walk).step);
  if (credential === undefined || isByHandHere(credential)) throw byPeople();
  return await chosenCredential(context, credential);
}

/** Shows what a connection holds, and how each of it is revoked. */
export async function listCredentials(
  context: CommandContext,
  { walk, incident, deed }: Here,
): Promise<Carried> {
  const { name } = await connectionIn(context, walk, deed);
  const reply = await credList.run(context, { on: name, page: 1, in: incident.name });
  const blocks = reply.kind === 'view' ? reply.blocks : [];
  return { change: {}, text: `looked at the credentials of ${name}`, ends: false, blocks };
}

/** Makes the plan to revoke the credential of the step at its provider. */
export async function planToRevoke(context: CommandContext, here: Here): Promise<Carried> {
  const { walk, incident } = here;
  const chosen = await firebreaksCredential(context, here);
  await refuseSecondPlan(context, walk);
  const coverage = await coverageOf(context);
  const { ref, name } = chosen.credential;
  const query = `${walk.run.name} “${currentOf(walk).step.heading}”: credential ${ref} “${name}”`;
  const { plan, change, users } = await planRevocation(context, incident, chosen, query);
  return {
    change,
    text: `planned to revoke ${ref} at its provider`,
    plan,
    ends: false,
    blocks: [...revocationBlocks(context, plan, users), ...coverage.blocks],
  };
}

/** Makes the plan to lock it on its platform. */
export async function planToLock(
  context: CommandContext,
  here: Here,
  lever: 'block' | 'overwrite',
): Promise<Carried> {
  const { walk, incident } = here;
  const chosen = await firebreaksCredential(context, here);
  await refuseSecondPlan(context, walk);
  const coverage = await coverageOf(context);
  const { ref, name } = chosen.credential;
  const query = `${walk.run.name} “${currentOf(walk).step.heading}”: credential ${ref} “${name}”`;
  const { plan, change, blocks } = await proposeLockOf(context, incident, chosen, { lever, query });
  return {
    change,
    text: `planned to ${lever} ${ref} on its platform`,
    plan,
    ends: false,
    blocks: [
      { kind: 'fields', fields: planFields(context, plan, []) },
      ...targetTable(plan, 1),
      ...blocks,
      ...coverage.blocks,
    ],
  };
}
