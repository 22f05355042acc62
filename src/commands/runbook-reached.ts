import type { Incident } from '../domain/incident.ts';
import { keyText } from '../domain/inventory.ts';
import { conditionWords, stepText } from '../domain/runbook-input.ts';
import type { Walk } from '../domain/runbook-run.ts';
import type { Condition, RunbookStep } from '../domain/runbook.ts';
import { listed } from '../domain/wording.ts';
import type { CommandContext } from './command.ts';
import { workflowsOf } from './runbook-workflows.ts';

/**
 * What is missing of the state that a step asks for, in half a sentence. Undefined when it is
 * reached, whoever reached it, and for steps that ask for none.
 */
export async function missingOf(
  context: CommandContext,
  walk: Walk,
  incident: Incident,
  { deed }: RunbookStep,
): Promise<string | undefined> {
  const value = deed?.value ? stepText(deed.value, walk.run.inputs) : '';
  const { name, severity, phase } = incident;
  switch (deed?.action) {
    case 'incident.sev':
      return severity === value ? undefined : `${name} is ${severity}, not ${value}`;
    case 'incident.phase':
      return phase === value ? undefined : `${name} is in ${phase}, not in ${value}`;
    case 'role.claim':
      return incident.roles.some(({ role }) => role === value) ? undefined : `nobody is ${value}`;
    case 'scope.add':
      return await outsideScope(context, walk, incident, deed.where);
    case undefined:
    case 'scope.find':
    case 'evidence.snapshot':
    case 'contain.disable':
    case 'contain.verify':
    case 'cred.revoke':
    case 'cred.verify':
    case 'incident.update':
    case 'hand.revoke':
    case 'hand.delete':
      return undefined;
  }
}

async function outsideScope(
  context: CommandContext,
  walk: Walk,
  incident: Incident,
  where: Condition | undefined,
): Promise<string | undefined> {
  if (where === undefined) return undefined;
  const { hits } = await workflowsOf(context, walk, where);
  if (hits.length === 0) return `no workflow was found: ${conditionWords(where, walk.run.inputs)}`;
  const items = await context.store.scope.of(incident.id);
  const inScope = new Set(
    items.filter(({ kind }) => kind === 'workflow').map(({ key }) => keyText(key)),
  );
  const outside = hits.filter(({ workflow }) => !inScope.has(keyText(workflow)));
  if (outside.length === 0) return undefined;
  const refs = outside.map(({ workflow }) => workflow.ref);
  return `not in scope: ${listed(refs, 10)}`;
}
