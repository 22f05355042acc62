import { z } from 'zod';

import { readPolicy, shippedPolicy } from './approval-policy.ts';
import type { JsonObject } from './domain/json.ts';
import { looserThan } from './domain/policy-looser.ts';
import type { ActionClass, ApprovalPolicy, Way } from './domain/policy.ts';
import { actionClasses } from './domain/policy.ts';
import { UserError } from './errors.ts';

/** What a team changes of the policy that ships: the same shape, with only what is to be otherwise. */
export type PolicyChanges = JsonObject;

/**
 * The policy that ships with the changes of a team in it; lists are replaced whole.
 *
 * @throws UserError `bad_input` naming every fault at once
 */
export function changedPolicy(changes: PolicyChanges, version: number): ApprovalPolicy {
  const { version: _version, ...shipped } = shippedPolicy;
  const whole = { ...merged(shipped, changes), version };
  const { read, faults } = readOr(whole);
  const counted = 'version' in changes ? ['version: Firebreak counts it itself'] : [];
  const all = [...counted, ...faults];
  if (read === undefined || all.length > 0) {
    throw new UserError('bad_input', `The approval policy is not right: ${all.join('; ')}.`, {
      hint: 'docs/policy.md tells what may be in it.',
    });
  }
  const looser = looserThan(read, shippedPolicy);
  return looser.length === 0 ? read : { ...read, looser };
}

function readOr(whole: object): {
  readonly read?: ApprovalPolicy;
  readonly faults: readonly string[];
} {
  try {
    const read = readPolicy(whole);
    return { read, faults: unheard(read) };
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const faults = error.issues.map(
      ({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`,
    );
    return { faults };
  }
}

/** What nothing reads must not look as if it could be asked: where it differs from what ships. */
function unheard({ classes }: ApprovalPolicy): readonly string[] {
  return actionClasses.flatMap((name) => {
    const [is, was] = [classes[name], shippedPolicy.classes[name]];
    const at = `classes.${name}`;
    const reads = name === 'R0' || name === 'R0s';
    const fixed = reads || name === 'R5';
    const plain = reads ? is.ways.map(({ reason: _reason, ...way }) => way) : is.ways;
    const usual = reads ? was.ways.map(({ reason: _reason, ...way }) => way) : was.ways;
    return [
      ...(fixed && !isSame(plain, usual) ? [`${at}.ways: these cannot be otherwise`] : []),
      ...(name === 'R1' || isSame(is.targetsAtMost, was.targetsAtMost)
        ? []
        : [`${at}.targetsAtMost: only that of R1 can be otherwise`]),
      ...(isSame(is.evidence, was.evidence) ? [] : [`${at}.evidence: it cannot be otherwise`]),
      ...is.ways.flatMap((way) => unheardIn(way, name, at)),
    ];
  });
}

function unheardIn(
  { reason, takesAway, persons, others }: Way,
  name: ActionClass,
  at: string,
): readonly string[] {
  return [
    ...(reason && name !== 'R0s' ? [`${at}.ways: a reason is asked in R0s alone`] : []),
    ...(takesAway && name !== 'R5' ? [`${at}.ways: takesAway is of R5 alone`] : []),
    ...(persons > 1 && others.length === 0 ? [`${at}.ways: nobody may be one of others`] : []),
  ];
}

function isSame(is: unknown, was: unknown): boolean {
  return JSON.stringify(is) === JSON.stringify(was);
}

/** Objects are merged, everything else is replaced. */
function merged(shipped: object, changes: object): object {
  const known = new Map<string, unknown>(Object.entries(shipped));
  for (const [key, value] of Object.entries(changes)) {
    const before = known.get(key);
    known.set(key, isPlain(before) && isPlain(value) ? merged(before, value) : value);
  }
  return Object.fromEntries(known);
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
