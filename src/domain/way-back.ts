import { UserError } from '../errors.ts';
import type { Action, Plan } from './plan.ts';
import { listed } from './wording.ts';

/**
 * Refuses to take back what was not done: nobody is to believe that a secret is worthless, or that
 * somebody is deleted, by a plan that only waits or has failed.
 *
 * @throws UserError `conflict` for a plan that was never run, or none of whose actions took place
 */
export function assertWasDone(plan: Plan, actions: readonly Action[]): void {
  const { name, state, purpose } = plan;
  const status = `\`contain status ${name}\``;
  if (state === 'proposed' || state === 'approved') {
    throw new UserError('conflict', `${name} was never run, so there is nothing to undo.`, {
      hint: `See ${status}; \`contain cancel ${name}\` ends it, and nothing is done.`,
    });
  }
  if (state === 'denied' || state === 'expired') {
    throw new UserError('conflict', `${name} was never run, so there is nothing to undo.`, {
      hint: `See ${status}.`,
    });
  }
  if (purpose === 'contain' || purpose === 'mute' || actions.some(mayBeDone)) return;
  if (state === 'running' || state === 'paused') {
    throw new UserError('conflict', `${name} is ${state}, and has done nothing so far.`, {
      hint: `\`contain cancel ${name}\` ends it.`,
    });
  }
  throw new UserError('conflict', `${name} did nothing, so there is nothing to undo.`, {
    hint: `${status} says why.`,
  });
}

/** @throws UserError `conflict` for what was done and has no way back by an undo, saying what to do */
export function assertCanBeTakenBack(plan: Plan, actions: readonly Action[]): void {
  const refusal = refusalOf(plan, actions);
  if (refusal) throw new UserError('conflict', refusal.message, { hint: refusal.hint });
}

type Refusal = { readonly message: string; readonly hint: string };

function refusalOf(plan: Plan, actions: readonly Action[]): Refusal | undefined {
  const { name, purpose, targets } = plan;
  const ref = targets[0]?.ref ?? '<credential>';
  switch (purpose) {
    case 'contain':
    case 'mute':
    case 'undo':
    case 'unmute':
      return undefined;
    case 'revoke':
      return {
        message: `${name} is about ${listed(targets.map((one) => `${one.ref} “${one.name}”`))}: a revocation cannot be taken back.`,
        hint: 'Make a new secret, put it into the platform’s credential store, and use that.',
      };
    case 'block':
      return {
        message: `${name} blocked ${ref}, and what it allowed before nobody can read.`,
        hint: `Say what it may be used for: \`cred unblock ${ref} to:any\`, or \`to:<hosts>\`.`,
      };
    case 'unblock':
      return {
        message: `${name} cannot be taken back.`,
        hint: `To block it again: \`cred block ${ref}\`.`,
      };
    case 'overwrite':
    case 'delete':
      return {
        message: `${name} cannot be taken back.`,
        hint: 'Put a new secret into the platform’s credential store, and use that.',
      };
    case 'remove':
      return refusedRemoval(plan, actions);
  }
}

function refusedRemoval({ name, targets }: Plan, actions: readonly Action[]): Refusal {
  if (actions.some((action) => action.lever === 'remove' && mayBeDone(action))) {
    return {
      message: `${name} deleted a user, which cannot be taken back.`,
      hint: 'Invited again, they are a new user. What was theirs is where it was transferred.',
    };
  }
  const heirs = targets.flatMap(({ to }) => (to ? [`${to.ref} “${to.name}”`] : []));
  return {
    message: `${name} deleted nobody; what they own was given to ${listed(heirs)}, which cannot be taken back from here.`,
    hint: 'On the platform, whoever has it now may give it back.',
  };
}

/** A call that failed for good had no effect; one without an answer may have had it. */
function mayBeDone({ state, acceptedAt }: Action): boolean {
  return acceptedAt !== undefined || !['planned', 'skipped', 'failed'].includes(state);
}
