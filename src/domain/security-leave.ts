import { UserError } from '../errors.ts';
import type { Connection } from './connection.ts';
import type { Json } from './json.ts';
import type { Notice } from './notice.ts';
import type { Permission, Person, PersonId } from './person.ts';
import { may } from './person.ts';
import type { Decider } from './plan-change.ts';
import type { ApprovalPolicy } from './policy.ts';
import { isDrill } from './policy.ts';
import type { Block, View } from './reply.ts';
import type { Secret } from './secret.ts';
import type { SecurityChange } from './security-request.ts';
import { listed, span } from './wording.ts';

/** Who decides with an admin about a change of Firebreak's own security that loosens it. */
export type AskedOf =
  | { readonly kind: 'nobody'; readonly because: 'drill' | 'only_admin' }
  | { readonly kind: 'another'; readonly admins: readonly Person[] }
  /** There was one until a moment ago: whoever removes the others is not alone by it at once. */
  | { readonly kind: 'later'; readonly from: Date; readonly gone: readonly Person[] };

/** What it depends on. */
export type SecurityStanding = {
  readonly people: readonly Person[];
  /** Who can get in. */
  readonly entering: readonly Person[];
  /** What the change is about; all connections, when it is about people. */
  readonly connections: readonly Pick<Connection, 'environment'>[];
  /** Whom it is about: giving one back who has just gone is no gain for who remains. */
  readonly about?: PersonId;
};

/** A change that loosens Firebreak's own security, as it is wanted. */
export type Loosening = {
  readonly change: SecurityChange;
  /** What it changes, as it is now: the yes of another is for that alone. */
  readonly seen: Json;
  /** `make @ana approver` */
  readonly text: string;
  /** A secret that goes with it. */
  readonly secret?: Secret;
  /** The connections that it is about; all of them unless told. */
  readonly on?: readonly Pick<Connection, 'environment'>[];
};

/** What is stored together with a change that nobody else agreed to, and what is said of it. */
export type Alone = {
  readonly notices: readonly Notice[];
  readonly blocks: readonly Block[];
};

/** Makes a change that loosens Firebreak's own security, or asks another admin for it. */
export type MakeOrAsk = (
  by: Decider,
  wanted: Loosening,
  make: (alone: Alone) => Promise<View>,
) => Promise<View>;

/** Whom an admin has to ask. */
export function askedOf(
  by: Decider,
  standing: SecurityStanding,
  { ownSecurity }: ApprovalPolicy,
): AskedOf {
  const { people, entering, connections, about } = standing;
  if (isDrill(connections)) return { kind: 'nobody', because: 'drill' };
  const admins = entering.filter((one) => one.id !== by.person.id && may(one, 'admin'));
  if (admins.length > 0) return { kind: 'another', admins };
  const since = by.now.getTime() - ownSecurity.afterLossMs;
  const gone = people.flatMap((person) => {
    const at = adminUntil(person);
    const isLate = at !== undefined && at.getTime() > since;
    return isLate && person.id !== by.person.id && person.id !== about ? [{ person, at }] : [];
  });
  if (gone.length === 0) return { kind: 'nobody', because: 'only_admin' };
  const last = Math.max(...gone.map(({ at }) => at.getTime()));
  return {
    kind: 'later',
    from: new Date(last + ownSecurity.afterLossMs),
    gone: gone.map(({ person }) => person),
  };
}

/**
 * When somebody last ceased to be an admin. Also of one who is an admin again and cannot get in yet:
 * whoever switches the other one off and on has not become alone by it.
 */
function adminUntil(person: Person): Date | undefined {
  const { disabledAt, adminUntil: until, permissions } = person;
  if (disabledAt && permissions.includes('admin')) return disabledAt;
  return until;
}

/** Those among these permissions that are given on the word of two admins. */
export function givenByTwo(
  permissions: readonly Permission[],
  { ownSecurity }: ApprovalPolicy,
): readonly Permission[] {
  return permissions.filter((one) => ownSecurity.given.includes(one));
}

/** @throws UserError `not_allowed` for who became the only admin a moment ago */
export function refuseSoLate(asked: AskedOf, now: Date): void {
  if (asked.kind !== 'later') return;
  const { gone, from } = asked;
  const who = listed(gone.map(({ handle }) => `@${handle}`));
  throw new UserError(
    'not_allowed',
    `${who} was an admin until a moment ago, and would have been asked: you may do it alone in ${span(from.getTime() - now.getTime())}.`,
    { hint: 'The local operator may at once, in a shell: there the same line says how.' },
  );
}

/** How to go on when the other admin cannot be asked. */
export function aloneHint(name: string): string {
  return `When nobody can be asked, the local operator who asked goes alone, in a shell, and says why: \`request alone ${name} <reason>\``;
}

/** What all admins but who decides are told at once. */
export function securityNotices(
  text: string,
  told: {
    readonly people: readonly Person[];
    readonly by: Decider;
    readonly newId: () => string;
  },
): readonly Notice[] {
  const { people, by, newId } = told;
  return people
    .filter((person) => person.id !== by.person.id && may(person, 'admin'))
    .map((person) => ({ id: newId(), person: person.id, at: by.now, urgent: true, text }));
}
