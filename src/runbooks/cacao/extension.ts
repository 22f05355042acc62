import { z } from 'zod';

import { incidentRoles, severities } from '../../domain/incident.ts';
import { inputTypes } from '../../domain/runbook.ts';
import { stepActions, stepKinds } from '../../domain/step-actions.ts';
import { nameShape } from '../name-shape.ts';

/** What CACAO has no word for, of a runbook. Names have three letters at least (CACAO 8). */
export const runbookExtension = z.strictObject({
  runbook_id: nameShape,
  version: z.int().min(1),
  for: z.array(nameShape),
  severity: z.enum(severities).exactOptional(),
  roles: z.array(z.enum(incidentRoles)),
  tripwire: z.boolean(),
  regimes: z.array(nameShape),
  attack: z.array(z.string().max(20)),
  csf: z.array(z.string().max(20)),
  inputs: z.array(
    z.strictObject({
      name: nameShape,
      type: z.enum(inputTypes),
      ask: z.string().trim().min(1).max(200),
      choices: z.array(nameShape),
    }),
  ),
});
export type RunbookExtension = z.infer<typeof runbookExtension>;

/** What CACAO has no word for, of a step. `does` is for the reader: an import never takes it up. */
export const stepExtension = z.strictObject({
  step_id: nameShape,
  position: z.int().min(1),
  kind: z.enum(stepKinds),
  owner: z.enum([...incidentRoles, 'responder', 'approver']).exactOptional(),
  answers: z.array(z.strictObject({ name: nameShape, leads_to: nameShape })).exactOptional(),
  next_step: nameShape.exactOptional(),
  only_when: z.record(nameShape, nameShape).exactOptional(),
  does: z.string().exactOptional(),
});
export type StepExtension = z.infer<typeof stepExtension>;

/** Where the extension is told, in words: there is no address that must be there for it. */
export const extensionInWords =
  'On a playbook: runbook_id, version, for, severity, roles, tripwire, regimes, attack, csf, inputs ' +
  '(name, type, ask, choices). On a step: step_id, position (from 1), kind ' +
  `(${stepKinds.join(', ')}), owner (a role), answers (name, leads_to: a step_id or end), next_step ` +
  '(a step_id or end), only_when (the answers by step_id without which it is passed over), does ' +
  `(what Firebreak would do: one of ${Object.keys(stepActions).join(', ')}).`;
