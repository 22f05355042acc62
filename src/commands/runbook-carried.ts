import type { Incident } from '../domain/incident.ts';
import type { Plan } from '../domain/plan.ts';
import type { Block } from '../domain/reply.ts';
import type { Walk } from '../domain/runbook-run.ts';
import type { StepDeed } from '../domain/runbook.ts';
import type { Change } from '../store/store.ts';

/** What came of carrying a step out, before it is stored. */
export type Carried = {
  readonly change: Change;
  /** What was done, in a sentence. */
  readonly text: string;
  readonly plan?: Plan;
  /** True when that was all of the step. */
  readonly ends: boolean;
  readonly blocks: readonly Block[];
  readonly follow?: string;
};

/** The step that is carried out, and where. */
export type Here = { readonly walk: Walk; readonly incident: Incident; readonly deed: StepDeed };
