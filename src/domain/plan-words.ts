import type { Plan } from './plan.ts';
import { counted } from './wording.ts';

/** `12 workflows`, `1 credential`: what a plan is about, counted. */
export function countedTargets(plan: Pick<Plan, 'purpose' | 'targets'>): string {
  return counted(plan.targets.length, targetNoun(plan));
}

/** What one target of a plan is. */
export function targetNoun({ purpose }: Pick<Plan, 'purpose'>): 'workflow' | 'credential' {
  return purpose === 'revoke' ? 'credential' : 'workflow';
}

/** The line that plans the same anew. */
export function planAgainLine({ purpose, targets }: Pick<Plan, 'purpose' | 'targets'>): string {
  if (purpose !== 'revoke') return 'contain plan <query>';
  return `cred revoke ${targets[0]?.ref ?? '<credential>'}`;
}
