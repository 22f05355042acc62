import { z } from 'zod';

import type { Runbook, StepDeed } from '../domain/runbook.ts';
import type { Complaint } from './condition.ts';
import { holeIn, unknownInput } from './condition.ts';
import { nameShape } from './name-shape.ts';

const action = 'runbook.start';
const handedOn = z.record(nameShape, z.unknown());

/**
 * Reads which other runbook a step starts, and what it hands on.
 *
 * Whether there is such a runbook, and whether it takes these inputs, is seen only with all of them.
 */
export function startDeed(
  given: Readonly<Record<string, unknown>>,
  inputs: Runbook['inputs'],
  complain: (complaint: Complaint) => void,
): StepDeed {
  const id = nameShape.safeParse(given['runbook']);
  if (!id.success) {
    const text = '“runbook” takes the id of a runbook, e.g. `account-takeover`.';
    complain({ path: ['with', 'runbook'], text });
  }
  const waits = given['wait'] ?? true;
  if (typeof waits !== 'boolean') {
    complain({ path: ['with', 'wait'], text: '“wait” takes `true` or `false`.' });
  }
  const handed = handedOn.safeParse(given['inputs'] ?? {});
  if (!handed.success) {
    const text = '“inputs” takes what is handed on: `{ theirs: $ours }`.';
    complain({ path: ['with', 'inputs'], text });
  }
  const pairs = Object.entries(handed.data ?? {}).flatMap(([theirs, value]) => {
    const ours = holeIn(value);
    if (ours !== undefined && inputs.some(({ name }) => name === ours)) return [[theirs, ours]];
    const text =
      ours === undefined
        ? `“${theirs}” takes an input of this runbook: \`$name\`.`
        : unknownInput(ours, inputs);
    complain({ path: ['with', 'inputs', theirs], text });
    return [];
  });
  if (!id.success) return { action };
  return {
    action,
    runbook: { id: id.data, inputs: Object.fromEntries(pairs), waits: waits === true },
  };
}
