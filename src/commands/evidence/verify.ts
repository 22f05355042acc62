import { z } from 'zod';

import type { Evidence } from '../../domain/evidence.ts';
import { actorFor } from '../../domain/plan-change.ts';
import { counted, listed } from '../../domain/wording.ts';
import { UserError } from '../../errors.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { said, warned } from '../incident-view.ts';
import { audienceOf } from '../plan-view.ts';

export const evidenceVerify = defineCommand({
  name: 'evidence verify',
  summary: 'Decrypt and hash every piece of evidence again: is it still what was collected?',
  examples: ['evidence verify'],
  words: [],
  options: incidentOption,
  permission: 'responder',
  alsoFor: ['auditor'],
  input: z.object(incidentInput),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in);
    const all = await context.store.evidence.ofIncident(incident.id);
    if (all.length === 0) {
      throw new UserError('not_found', `${incident.name} has no evidence yet.`, {
        hint: '`evidence snapshot w12`',
      });
    }
    const bad: string[] = [];
    // One after the other: the pieces together may be larger than memory.
    for (const one of all) if (!(await isIntact(context, one))) bad.push(one.name);
    const by = deciderOf(context);
    const text =
      bad.length === 0
        ? `Evidence verified: all ${counted(all.length, 'piece')} match their hash.`
        : `Evidence verified: ${bad.length} of ${counted(all.length, 'piece')} do NOT match their hash: ${listed(bad, 20)}.`;
    await context.store.save({
      events: [
        {
          chain: incident.id,
          kind: 'evidence_verified',
          actor: actorFor(by.person),
          source: by.source,
          occurredAt: by.now,
          text,
          data: { pieces: all.length, bad },
        },
      ],
    });
    return {
      kind: 'view',
      title: bad.length === 0 ? 'All evidence is intact' : 'Evidence was changed',
      blocks: [...note, bad.length === 0 ? said(text) : warned(text)],
      next: ['evidence list'],
      audience: audienceOf(incident),
      outcome: bad.length === 0 ? 'done' : 'failed',
      data: { incident: incident.name, pieces: all.length, bad },
    };
  },
});

async function isIntact({ store, recorder }: CommandContext, one: Evidence): Promise<boolean> {
  try {
    const bytes = await store.evidence.bytes(one.id);
    return bytes.byteLength === one.sizeBytes && recorder.sha256(bytes) === one.sha256;
  } catch (error) {
    if (error instanceof UserError && error.code === 'conflict') return false;
    throw error;
  }
}
