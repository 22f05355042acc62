import { UserError } from '../errors.ts';
import type { JsonObject } from './json.ts';
import type { Person, PersonToken } from './person.ts';
import { may } from './person.ts';
import type { Decider } from './plan-change.ts';
import { actorFor } from './plan-change.ts';
import type { NewTimelineEvent } from './timeline.ts';
import { instanceChain } from './timeline.ts';

/** What a decision about people leaves to be stored, and its one event on the instance's timeline. */
export type PeopleChange = {
  readonly people?: readonly Person[];
  readonly tokens?: readonly PersonToken[];
  readonly events: readonly [NewTimelineEvent];
};

/** @throws UserError `not_allowed` for everyone but admins */
export function refuseOthers(person: Person): void {
  if (may(person, 'admin')) return;
  throw new UserError('not_allowed', 'Only an admin decides about other people.', {
    hint: '`person list` shows who is admin.',
  });
}

/** @throws UserError `conflict` */
export function refuseDisabled(person: Person): void {
  if (!person.disabledAt) return;
  throw new UserError('conflict', `@${person.handle} was switched off.`, {
    hint: `\`person enable @${person.handle}\` switches them on again.`,
  });
}

/** One event about a person, on the instance's own timeline. */
export function peopleEvent(
  by: Decider,
  about: Person,
  kind: string,
  text: string,
  data: JsonObject,
): NewTimelineEvent {
  return {
    chain: instanceChain,
    actor: actorFor(by.person),
    source: by.source,
    occurredAt: by.now,
    kind,
    text,
    data: { person: about.id, ...data },
  };
}

/** One admin who remains and can get in. @throws UserError `conflict` when there is none */
export function witnesses(leaving: Person, entering: readonly Person[]): readonly [Person] {
  const remaining = entering.find((one) => one.id !== leaving.id && may(one, 'admin'));
  if (remaining !== undefined) return [remaining];
  throw new UserError(
    'conflict',
    `Without @${leaving.handle} there is no admin who can get in, so they stay one.`,
    {
      hint:
        'Make somebody else admin first (`person grant @… admin`) and invite them ' +
        '(`person invite @…`): they count once they have taken the invitation up.',
    },
  );
}

/** Rows are locked in the order they are written; one order keeps two changes from a deadlock. */
export function inOneOrder(people: readonly Person[]): readonly Person[] {
  return people.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
