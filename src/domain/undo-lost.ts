import { stopOf } from './action.ts';
import type { Fact } from './inventory.ts';
import { keyText } from './inventory.ts';
import type { Action, Plan, PlanTarget } from './plan.ts';
import type { RevocationRecord } from './revocation.ts';
import { wasSeenOff } from './seen-off.ts';
import { entryKinds, listens } from './simulation.ts';
import { counted, listed } from './wording.ts';

/** A containment that is taken back, and what is known around it. */
type Taken = {
  readonly plan: Plan;
  readonly actions: readonly Action[];
  readonly facts: ReadonlyMap<string, readonly Fact[]>;
  readonly revoked: readonly RevocationRecord[];
};

/** Those of which no look ever said that they were off. */
export function neverSeenOff(
  actions: readonly Action[],
  targets: readonly PlanTarget[],
): readonly PlanTarget[] {
  const seen = new Set(
    actions
      .filter((action) => action.lever === 'disable' && wasSeenOff(action))
      .map(({ connection, workflow }) => keyText({ connection, id: workflow })),
  );
  return targets.filter((target) => !seen.has(keyText(target)));
}

/** Says of them that nothing was perhaps ever interrupted. */
export function neverOffWords(never: readonly PlanTarget[]): readonly string[] {
  if (never.length === 0) return [];
  const [was, it] = never.length === 1 ? ['was', 'it'] : ['were', 'they'];
  const refs = listed(never.map(({ ref }) => ref));
  return [`${refs} ${was} never seen off, so ${it} may have run on all the time.`];
}

/** References of those that use a credential. */
function usersOf(
  { facts }: Taken,
  targets: readonly PlanTarget[],
  { connection, credential }: RevocationRecord,
): readonly string[] {
  return targets
    .filter(
      (target) =>
        target.connection === connection &&
        (facts.get(keyText(target)) ?? []).some(
          ({ kind, value }) => kind === 'credential' && value === credential,
        ),
    )
    .map(({ ref }) => ref);
}

/**
 * What does not come back, in sentences.
 *
 * @param targets that are switched on again, and were seen off
 */
export function whatIsLost(input: Taken, targets: readonly PlanTarget[]): readonly string[] {
  const keys = new Set(targets.map(keyText));
  const stopped = input.actions.flatMap((action) => {
    const met = keys.has(keyText({ connection: action.connection, id: action.workflow }))
      ? stopOf(action)?.stopped
      : undefined;
    return met === undefined || met === 0 ? [] : [{ ref: action.ref, met }];
  });
  const runs = stopped.reduce((sum, { met }) => sum + met, 0);
  const withFact = (is: (fact: Fact) => boolean) =>
    targets
      .filter((target) => (input.facts.get(keyText(target)) ?? []).some(is))
      .map((target) => target.ref);
  const since = input.plan.startedAt ?? input.plan.createdAt;
  const from = `${since.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const entered = withFact(({ kind }) => entryKinds.some((entry) => entry === kind));
  const scheduled = withFact(({ kind }) => kind === 'schedule');
  const listening = withFact(listens);
  return [
    ...input.revoked.flatMap((record) => {
      const users = usersOf(input, targets, record);
      if (users.length === 0) return [];
      return [
        `${record.ref} “${record.name}” was revoked and does not come back: ${listed(users)} ${users.length === 1 ? 'fails' : 'fail'} until another credential is put in.`,
      ];
    }),
    ...(stopped.length === 0
      ? []
      : [
          `${counted(runs, 'execution')} of ${listed(stopped.map(({ ref }) => ref))} ${runs === 1 ? 'was' : 'were'} stopped while running or waiting; ${runs === 1 ? 'it does' : 'they do'} not come back.`,
        ]),
    ...(entered.length === 0
      ? []
      : [
          `Calls to the webhooks, forms and chats of ${listed(entered)} since ${from} were refused and are lost unless the sender repeats them.`,
        ]),
    ...(scheduled.length === 0
      ? []
      : [
          `Schedules of ${listed(scheduled)} did not fire since ${from}; missed fires are not made up for.`,
        ]),
    ...(listening.length === 0
      ? []
      : [
          `Triggers of ${listed(listening)} did not listen since ${from}; what they missed depends on their source.`,
        ]),
  ];
}
