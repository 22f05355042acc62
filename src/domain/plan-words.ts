import { countedNodes, nodesInWords } from './muted-words.ts';
import type { Plan, PlanPurpose } from './plan.ts';
import { isAboutNodes } from './plan.ts';
import { counted, listed } from './wording.ts';

/** `12 workflows`, `1 credential`: what a plan is about, counted. */
export function countedTargets(plan: Pick<Plan, 'purpose' | 'targets'>): string {
  if (isAboutNodes(plan.purpose)) return countedNodes(plan.targets);
  return counted(plan.targets.length, targetNoun(plan));
}

/** What a containment does to its workflows: `disable 2 workflows and stop their executions`. */
export function containmentWords({ targets }: Pick<Plan, 'targets'>): string {
  const on = targets.filter(({ active }) => active).length;
  const off = targets.length - on;
  const their = targets.length === 1 ? 'its' : 'their';
  if (off === 0) return `disable ${counted(on, 'workflow')} and stop ${their} executions`;
  const are = off === 1 ? 'that is off already' : 'that are off already';
  const keep = `keep off ${on === 0 ? counted(off, 'workflow') : off} ${are}`;
  const first = on === 0 ? keep : `disable ${counted(on, 'workflow')}, ${keep}`;
  return `${first}, and stop ${their} executions`;
}

/** What a plan does to its workflows; a freeze names its connection. */
export function doneWords(plan: Pick<Plan, 'targets' | 'freezes' | 'connections'>): string {
  const frozen = plan.connections.find(({ id }) => id === plan.freezes);
  return `${frozen ? `freeze ${frozen.name}: ` : ''}${containmentWords(plan)}`;
}

/** What one target of a plan is. */
export function targetNoun({
  purpose,
}: Pick<Plan, 'purpose'>): 'workflow' | 'credential' | 'user' | 'part' {
  if (purpose === 'remove') return 'user';
  if (isAboutNodes(purpose)) return 'part';
  return purpose === 'contain' || purpose === 'undo' ? 'workflow' : 'credential';
}

/** A target by its name; of a part of one, which nodes it is about. */
export function nameOfTarget({ name, nodes }: Plan['targets'][number]): string {
  return nodes === undefined ? name : `only ${nodesInWords(nodes)} of “${name}”`;
}

/** What is going on, in a word or two; of nodes which ones, because the rest goes on. */
export function goingWords(plan: Pick<Plan, 'purpose' | 'targets'>): string {
  const { going } = purposeWords[plan.purpose];
  return isAboutNodes(plan.purpose)
    ? `${going} ${countedNodes(plan.targets)}, the rest stays on`
    : going;
}

/** A plan as people say what it does, is for, and has done once it holds. */
export const purposeWords: Readonly<
  Record<PlanPurpose, { readonly does: string; readonly going: string; readonly held: string }>
> = {
  contain: { does: 'disables', going: 'containing', held: 'contained' },
  undo: { does: 'switches on', going: 'undoing', held: 'switched back on' },
  revoke: { does: 'revokes', going: 'revoking', held: 'revoked' },
  block: { does: 'blocks', going: 'blocking', held: 'blocked' },
  unblock: { does: 'unblocks', going: 'unblocking', held: 'unblocked' },
  overwrite: { does: 'overwrites', going: 'overwriting', held: 'overwritten' },
  delete: { does: 'deletes', going: 'deleting', held: 'deleted' },
  remove: { does: 'deletes', going: 'deleting', held: 'deleted' },
  mute: { does: 'switches off', going: 'switching off only', held: 'without those nodes' },
  unmute: { does: 'switches on', going: 'switching on again', held: 'with those nodes again' },
};

/** The line that plans the same anew. */
export function planAgainLine({
  purpose,
  targets,
  freezes,
  connections,
}: Pick<Plan, 'purpose' | 'targets' | 'freezes' | 'connections'>): string {
  const frozen = connections.find(({ id }) => id === freezes);
  if (frozen) return `contain freeze ${frozen.name}`;
  if (purpose === 'contain' || purpose === 'undo') return 'contain plan <query>';
  if (purpose === 'mute') return muteAgainLine(targets);
  if (purpose === 'unmute') return 'contain undo <plan>';
  if (purpose === 'remove') {
    const [{ ref, to } = { ref: '<user>', to: undefined }] = targets;
    return `user delete ${ref}${to === undefined ? '' : ` to:${to.ref}`}`;
  }
  const again = `cred ${purpose} ${targets[0]?.ref ?? '<credential>'}`;
  return purpose === 'unblock' ? `${again} to:<hosts>` : again;
}

/** By id: an id is no other node's. */
function muteAgainLine([target]: Plan['targets']): string {
  const ids = (target?.nodes ?? []).map(({ id }) => id);
  return `contain plan ${target?.ref ?? '<workflow>'} nodes:"${ids.join(',')}"`;
}

/** What comes before it is carried out: somebody else’s yes, where one is still needed. */
export function untilRunWords({
  name,
  state,
  approvalsNeeded,
}: Pick<Plan, 'name' | 'state' | 'approvalsNeeded'>): string {
  return state === 'proposed' && approvalsNeeded > 0
    ? `Somebody else says yes with \`contain approve ${name}\`, then \`contain run ${name}\``
    : `\`contain run ${name}\``;
}

/** That these are not as the plan was to have them. */
export function notHeldWords({ purpose }: Pick<Plan, 'purpose'>, refs: readonly string[]): string {
  const is = refs.length === 1 ? 'is' : 'are';
  const { held } = purposeWords[purpose];
  return `${listed(refs, 20)} ${is} NOT ${held}: ${seenOtherwise(purpose)}.`;
}

/** What was seen of what does not hold: a provider is no platform. */
export function seenOtherwise(purpose: string): string {
  return purpose === 'revoke'
    ? 'its provider still accepts it'
    : 'the platform was seen to say otherwise';
}
