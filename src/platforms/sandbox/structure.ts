import type { Structure } from '../../domain/structure.ts';
import type { StructureLink } from '../structure.ts';
import { distinctStructures, structureOf } from '../structure.ts';
import { definitionOf, listedAt } from './activation.ts';
import type { Definition, Step, WorkflowNow } from './model.ts';

/** What the draft and the live version are made of. */
export function structuresOf(workflow: WorkflowNow, now: number): readonly Structure[] {
  const live = definitionOf(workflow, listedAt(workflow, now));
  return distinctStructures([workflow.draft, ...(live ? [live] : [])].map(ofDefinition));
}

const known = new WeakMap<Definition, Structure>();

/** Definitions never change, so one reading serves as long as the definition is held. */
function ofDefinition(definition: Definition): Structure {
  const found = known.get(definition);
  if (found) return found;
  const { steps } = definition;
  const links = steps
    .slice(1)
    .map((step, index): StructureLink => [steps[index]?.type ?? '', step.type]);
  const structure = structureOf(
    steps.map((step) => ({
      kind: step.type,
      settings: settingsOf(step),
      isNoMark: Boolean(step.webhook ?? step.schedule ?? step.listens),
    })),
    links,
  );
  known.set(definition, structure);
  return structure;
}

/** Without what it is called, its own address, and which credential it uses. */
function settingsOf({ name: _name, type: _type, webhook, credential, ...rest }: Step) {
  return {
    ...rest,
    ...(webhook ? { webhook: { method: webhook.method, auth: webhook.auth } } : {}),
    ...(credential ? { credential: true } : {}),
  };
}
