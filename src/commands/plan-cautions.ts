import type { Connection } from '../domain/connection.ts';
import { keyText } from '../domain/inventory.ts';
import type { Proposal } from '../domain/planning.ts';
import { lineToKeepOff } from '../domain/planning.ts';
import type { Block } from '../domain/reply.ts';
import type { Surroundings } from '../domain/simulation.ts';
import { liveFacts } from '../domain/simulation.ts';
import { counted, listed } from '../domain/wording.ts';
import { warned } from './incident-view.ts';

/** What the reader of a plan must not take for granted: what it leaves open, and what was left out. */
export function planCautions(
  proposal: Proposal,
  surroundings: Surroundings,
  connections: readonly Connection[],
): readonly Block[] {
  const { plan, inactive } = proposal;
  return [
    ...leftOut(inactive.map((workflow) => workflow.ref)),
    ...stillCalled(proposal, surroundings),
    ...canSwitchOn(proposal, surroundings),
    ...connections
      .filter(
        ({ id, capabilities }) =>
          plan.connections.some((one) => one.id === id) && !capabilities.stop,
      )
      .map(({ name }) =>
        warned(`${name}: the key cannot stop executions; what runs or waits there goes on.`),
      ),
    ...connections
      .filter(
        ({ id, capabilities }) =>
          plan.connections.some((one) => one.id === id) && !capabilities.enable,
      )
      .map(({ name }) =>
        warned(`${name}: the key cannot switch workflows on again; an undo must be done by hand.`),
      ),
  ];
}

function leftOut(refs: readonly string[]): readonly Block[] {
  if (refs.length === 0) return [];
  return [
    warned(
      `${counted(refs.length, 'workflow')} found that ${refs.length === 1 ? 'is' : 'are'} off already and left out: ` +
        `${listed(refs, 10)}. To keep ${refs.length === 1 ? 'it' : 'them'} off as well, and stop what ` +
        `may still run or wait there: ${lineToKeepOff(refs)}`,
    ),
  ];
}

/** Sub-workflows of the targets that stay on: switching a parent off does not touch its children. */
function stillCalled({ impacts }: Proposal, { facts }: Surroundings): readonly Block[] {
  const planned = new Set(impacts.map(({ workflow }) => keyText(workflow)));
  const open = impacts.filter(({ workflow }) =>
    liveFacts(workflow, facts).some(
      (fact) =>
        fact.kind === 'calls_unknown' ||
        (fact.kind === 'calls' &&
          !planned.has(keyText({ connection: workflow.connection, id: fact.value }))),
    ),
  );
  if (open.length === 0) return [];
  const refs = open.map(({ workflow }) => workflow.ref);
  return [
    warned(
      `${listed(refs, 10)} ${refs.length === 1 ? 'calls' : 'call'} workflows that are not in this plan; those stay as they are.`,
    ),
  ];
}

function canSwitchOn({ impacts }: Proposal, { facts }: Surroundings): readonly Block[] {
  const refs = impacts
    .filter(({ workflow }) =>
      liveFacts(workflow, facts).some((fact) => fact.kind === 'platform_api'),
    )
    .map(({ workflow }) => workflow.ref);
  if (refs.length === 0) return [];
  return [
    warned(
      `${listed(refs, 10)} can call the platform’s own API, hence switch workflows on again while they still run.`,
    ),
  ];
}
