import type { Connection } from '../domain/connection.ts';
import type { Workflow } from '../domain/inventory.ts';
import { isOn, keyText } from '../domain/inventory.ts';
import type { Proposal } from '../domain/planning.ts';
import { lineToKeepOff } from '../domain/planning.ts';
import type { Block } from '../domain/reply.ts';
import type { Surroundings } from '../domain/simulation.ts';
import { liveFacts } from '../domain/simulation.ts';
import { inline } from '../domain/spans.ts';
import { counted, listed } from '../domain/wording.ts';
import type { Neighbourhood } from './find-workflows.ts';
import { warned } from './incident-view.ts';

/** Names are told of so many; references, which are short, of more. */
const namedAtMost = 10;
const refsAtMost = 100;

/** What the reader of a plan must not take for granted: what it leaves open, and what was left out. */
export function planCautions(
  proposal: Proposal,
  around: Neighbourhood,
  connections: readonly Connection[],
): readonly Block[] {
  const { plan, inactive } = proposal;
  return [
    ...leftOut(inactive.map((workflow) => workflow.ref)),
    ...silenced(proposal, around),
    ...stillCalled(proposal, around),
    ...canSwitchOn(proposal, around.surroundings),
    ...connections
      .filter(
        ({ id, capabilities }) =>
          plan.connections.some((one) => one.id === id) && !capabilities.stop,
      )
      .map(({ name }) =>
        warned(
          `${name}: executions cannot be stopped from here; what runs or waits there goes on.`,
        ),
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
        `${allOf(refs)}. To keep ${refs.length === 1 ? 'it' : 'them'} off as well, and stop what ` +
        `may still run or wait there: ${lineToKeepOff(refs)}`,
    ),
  ];
}

/** Those that report failures go off first, so nobody hears of what fails meanwhile. */
function silenced({ impacts }: Proposal, { errorWorkflows }: Neighbourhood): readonly Block[] {
  const planned = new Set(impacts.map(({ workflow }) => keyText(workflow)));
  return errorWorkflows
    .filter(({ workflow }) => isOn(workflow) && planned.has(keyText(workflow)))
    .map(({ workflow, of }) =>
      warned(
        inline`${nameOf(workflow)} is the error workflow of ${allOf(of)} and goes off first: while it is off, it reports no failure.`,
      ),
    );
}

/** Sub-workflows of the targets that stay on: switching a parent off does not touch its children. */
function stillCalled({ impacts }: Proposal, around: Neighbourhood): readonly Block[] {
  const planned = new Set(impacts.map(({ workflow }) => keyText(workflow)));
  const calls = impacts.flatMap(({ workflow }) =>
    liveFacts(workflow, around.surroundings.facts)
      .filter(({ kind }) => kind === 'calls' || kind === 'calls_unknown')
      .map(({ kind, value }) => ({
        by: workflow.ref,
        called: kind === 'calls' ? keyText({ connection: workflow.connection, id: value }) : '',
      })),
  );
  const open = calls.filter(({ called }) => called !== '' && !planned.has(called));
  const names = [...new Set(open.map(({ called }) => called))].map((key, index) => {
    const workflow = around.called.get(key);
    if (!workflow) return 'one that the inventory does not hold';
    const what = index < namedAtMost ? nameOf(workflow) : workflow.ref;
    return `${what} (${isOn(workflow) ? 'on' : 'off'})`;
  });
  const stay = names.length === 1 ? 'that one is not in this plan and stays as it is' : stayWords;
  return [
    ...callWords(open, `${allOf(names)}: ${stay}.`),
    ...callWords(
      calls.filter(({ called }) => called === ''),
      'workflows that are known only when it runs: those that are not in this plan stay as they are.',
    ),
  ];
}

function callWords(calls: readonly { readonly by: string }[], whom: string): readonly Block[] {
  const refs = [...new Set(calls.map(({ by }) => by))];
  if (refs.length === 0) return [];
  return [warned(`${allOf(refs)} ${refs.length === 1 ? 'calls' : 'call'} ${whom}`)];
}

/** All of them as far as a message holds them, and how to read of the rest. */
function allOf(refs: readonly string[]): string {
  const more = refs.length > refsAtMost ? ' (plans by narrower queries name them all)' : '';
  return `${listed(refs, refsAtMost)}${more}`;
}

const stayWords = 'those are not in this plan and stay as they are';

function nameOf({ ref, name }: Workflow): string {
  return `${ref} “${name}”`;
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
      `${allOf(refs)} can call the platform’s own API, hence switch workflows on again while they still run.`,
    ),
  ];
}
