import { z } from 'zod';

import { severities } from './domain/incident.ts';
import { permissions } from './domain/person.ts';
import type { ApprovalPolicy } from './domain/policy.ts';
import { actionClasses, provers } from './domain/policy.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

const way = z.strictObject({
  persons: z.int().min(1).max(5),
  others: z.array(z.enum(permissions)),
  stepUp: z.boolean(),
  severities: z.array(z.enum(severities)).min(1).exactOptional(),
  credentialsFinal: z.literal(true).exactOptional(),
  override: z.literal(true).exactOptional(),
  takesAway: z.literal(true).exactOptional(),
  reason: z.literal(true).exactOptional(),
});

const classRule = z.strictObject({
  what: z.string().min(1),
  ways: z
    .array(way)
    .refine((ways) => ways.some(({ override }) => !override), 'A class needs a usual way.'),
  lifeMs: z.int().min(minuteMs).max(dayMs),
  evidence: z.enum(['none', 'snapshot', 'sealed']),
  targetsAtMost: z.int().min(1).exactOptional(),
});

const policy = z
  .strictObject({
    version: z.int().min(1),
    classes: z.record(z.enum(actionClasses), classRule),
    roleAgeMs: z.int().min(0),
    firstDayMs: z.int().min(0).max(dayMs),
    aloneLiftedIn: z.array(z.enum(severities)),
    aloneEachHour: z.int().min(1),
    aloneShare: z.strictObject({ percent: z.int().min(1).max(100), atLeast: z.int().min(1) }),
    ownSecurity: z.strictObject({
      given: z.array(z.enum(permissions)).min(1),
      afterLossMs: z.int().min(0).max(dayMs),
      codeOf: z.enum(provers),
    }),
    pendingAtMost: z.int().min(1),
  })
  .refine(
    ({ classes }) => classes.R3.ways.every(({ persons, override }) => override ?? persons > 1),
    'What cannot be taken back needs two persons, or an override.',
  )
  .refine(
    ({ classes }) =>
      classes.R4.ways.every(({ persons, credentialsFinal }) => persons > 1 && credentialsFinal),
    'What is deleted needs two persons, and credentials that are final.',
  )
  .refine(
    ({ classes }) =>
      classes.R5.ways.every(({ persons, takesAway }) => persons === (takesAway ? 1 : 2)),
    'What loosens Firebreak’s own security needs two admins; what takes away must not wait.',
  );

/** Checks a policy. @throws ZodError naming every fault at once */
export function readPolicy(given: unknown): ApprovalPolicy {
  return policy.parse(given);
}

const others = ['approver', 'responder'] as const;

/** The policy that ships. */
export const shippedPolicy: ApprovalPolicy = readPolicy({
  version: 3,
  classes: {
    R0: {
      what: 'reading: find, plan, simulate',
      ways: [{ persons: 1, others: [], stepUp: false }],
      lifeMs: 10 * minuteMs,
      evidence: 'none',
    },
    R0s: {
      what: 'reading what is sensitive: evidence, exports',
      ways: [{ persons: 1, others: [], stepUp: false, reason: true }],
      lifeMs: 10 * minuteMs,
      evidence: 'none',
    },
    R1: {
      what: 'reversible, few workflows',
      ways: [
        { persons: 1, others: [], stepUp: false },
        { persons: 2, others, stepUp: false },
      ],
      lifeMs: 10 * minuteMs,
      evidence: 'snapshot',
      targetsAtMost: 5,
    },
    R2: {
      what: 'reversible, many workflows or a person’s access',
      ways: [
        { persons: 2, others, stepUp: false },
        { persons: 1, others: [], stepUp: true, severities: ['sev1', 'sev2'] },
      ],
      // Longer than alone: at night somebody else has to be woken first.
      lifeMs: 30 * minuteMs,
      evidence: 'snapshot',
    },
    R3: {
      what: 'irreversible: it cannot be taken back',
      ways: [
        { persons: 2, others: ['approver'], stepUp: true },
        { persons: 1, others: [], stepUp: true, override: true },
      ],
      lifeMs: 30 * minuteMs,
      evidence: 'snapshot',
    },
    R4: {
      what: 'destructive: what is deleted is gone',
      ways: [{ persons: 2, others: ['approver'], stepUp: true, credentialsFinal: true }],
      lifeMs: 30 * minuteMs,
      evidence: 'sealed',
      targetsAtMost: 20,
    },
    R5: {
      what: 'Firebreak’s own security',
      ways: [
        { persons: 2, others: ['admin'], stepUp: false },
        { persons: 1, others: [], stepUp: false, takesAway: true },
      ],
      // Nothing burns meanwhile, and the other admin may be asleep.
      lifeMs: dayMs,
      evidence: 'none',
    },
    reverse: {
      what: 'taking back what was done',
      ways: [
        { persons: 1, others: [], stepUp: false, credentialsFinal: true },
        { persons: 2, others, stepUp: false },
      ],
      lifeMs: 30 * minuteMs,
      evidence: 'none',
    },
  },
  roleAgeMs: dayMs,
  firstDayMs: dayMs,
  aloneLiftedIn: ['sev1', 'sev2'],
  aloneEachHour: 20,
  aloneShare: { percent: 30, atLeast: 20 },
  ownSecurity: {
    given: ['responder', 'approver', 'admin'],
    afterLossMs: 60 * minuteMs,
    codeOf: 'who_has_a_factor',
  },
  pendingAtMost: 10,
});
