import type { Definition, Step, Switch, WorkflowNow } from './model.ts';

type Switched = Pick<WorkflowNow, 'switches'>;

/** Which version the platform lists as live at an instant; undefined when it lists it as off. */
export function listedAt({ switches }: Switched, at: number): string | undefined {
  return lastOf(happened(switches, at));
}

/**
 * Which version really runs at an instant. Other than what is listed for a while after a
 * switch-off, and for good when the platform lied.
 */
export function runningAt({ switches }: Switched, at: number): string | undefined {
  const inEffect = happened(switches, at).filter(
    ({ effectAt }) => effectAt !== null && effectAt <= at,
  );
  return lastOf(inEffect);
}

/** The definition of a version. A version that was ever live is kept. */
export function definitionOf(
  workflow: Pick<WorkflowNow, 'versions' | 'draft'>,
  version: string | undefined,
): Definition | undefined {
  if (version === undefined) return undefined;
  return [...workflow.versions, workflow.draft].find((one) => one.version === version);
}

/** Steps that are not switched off in the editor. */
export function enabledSteps(definition: Definition | undefined): readonly Step[] {
  return definition?.steps.filter((step) => !step.isDisabled) ?? [];
}

/** Who last switched it on or off, up to an instant. */
export function lastSwitchAt({ switches }: Switched, at: number): Switch | undefined {
  return happened(switches, at).at(-1);
}

/** Switches up to an instant in order of time, without those that found it on already. */
function happened(switches: readonly Switch[], at: number): readonly Switch[] {
  const past = switches.filter((one) => one.at <= at);
  if (past.length < 2) return past;
  const kept: Switch[] = [];
  for (const one of past.toSorted((a, b) => a.at - b.at)) {
    if (one.ifOff && kept.at(-1)?.on) continue;
    kept.push(one);
  }
  return kept;
}

function lastOf(switches: readonly Switch[]): string | undefined {
  const last = switches.at(-1);
  return last?.on ? last.version : undefined;
}
