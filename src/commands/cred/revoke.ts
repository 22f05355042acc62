import { z } from 'zod';

import type { Incident } from '../../domain/incident.ts';
import { assertOpen } from '../../domain/planning.ts';
import type { Block, View } from '../../domain/reply.ts';
import type { RevocationWay } from '../../domain/revocation.ts';
import { requireByHand } from '../../domain/revoking-by-hand.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { coverageOf } from '../coverage.ts';
import { byHandSteps } from '../cred-view.ts';
import type { ChosenCredential } from '../credential-of.ts';
import { credentialInput, credentialOf, recordFor } from '../credential-of.ts';
import { deciderOf } from '../deciding.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { stepOfOthers } from '../others-decide.ts';
import { audienceOf, planJson, planTitle } from '../plan-view.ts';
import { planRevocation, revocationBlocks } from '../propose-revocation.ts';

export const credRevoke = defineCommand({
  name: 'cred revoke',
  summary: 'Plan to revoke a credential at its provider, for good; or say how it is done by hand',
  examples: ['cred revoke c3', 'cred revoke Stripe live in:INC-7'],
  words: ['credential…'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({ credential: credentialInput, ...incidentInput }),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in);
    assertOpen(incident);
    const coverage = await coverageOf(context);
    const chosen = await credentialOf(context, input.credential);
    const { credential, way } = chosen;
    if (way.kind === 'by_hand') return await byHandView(context, { incident, note }, chosen, way);
    const query = `credential ${credential.ref} “${credential.name}”`;
    const { change, users, ...proposed } = await planRevocation(context, incident, chosen, query);
    const saved = await context.store.save(change);
    const plan = saved.plans[0] ?? proposed.plan;
    return {
      kind: 'view',
      title: planTitle(plan),
      blocks: [
        ...note,
        ...revocationBlocks(context, plan, users),
        ...stepOfOthers(plan, context.caller.person),
        ...coverage.blocks,
      ],
      next: [`contain status ${plan.name}`, `contain cancel ${plan.name}`],
      audience: audienceOf(incident),
      outcome: 'done',
      data: { incident: incident.name, plan: planJson(plan), coverage: coverage.data },
    };
  },
});

/** Firebreak makes no plan for what it cannot do: it says exactly what people do. */
async function byHandView(
  context: CommandContext,
  { incident, note }: { readonly incident: Incident; readonly note: readonly Block[] },
  { credential, connection }: ChosenCredential,
  way: Extract<RevocationWay, { kind: 'by_hand' }>,
): Promise<View> {
  const { ref, name } = credential;
  const before = await recordFor(context, incident, credential);
  const what = { incident, connection, credential, before };
  const change = requireByHand(what, way.why, deciderOf(context));
  await context.store.save(change);
  return {
    kind: 'view',
    title: `${ref} “${name}” must be revoked by hand at its provider`,
    blocks: [...note, ...byHandSteps(ref, way, before)],
    next: [before?.doneByHand ? `cred confirm ${ref} …` : `cred done ${ref} …`, 'cred status'],
    audience: audienceOf(incident),
    outcome: 'unverified',
    data: {
      incident: incident.name,
      ref,
      state: before?.state ?? 'manual_required',
      steps: [...way.steps],
      verifiedByFirebreak: false,
    },
  };
}
