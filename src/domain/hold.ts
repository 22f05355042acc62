import type { IncidentId } from './incident.ts';
import type { ItemKey } from './inventory.ts';

/** One workflow that one containment keeps off; for Firebreak itself, whoever asked. */
export type Hold = {
  readonly key: ItemKey;
  /** `P-3`. */
  readonly plan: string;
  readonly incident: IncidentId;
  /** Whether that incident is private, so that no other may name the plan. */
  readonly isPrivate: boolean;
};
