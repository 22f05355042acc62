/** What a person may do. *Commander* is an incident role, not a permission. */
export const permissions = ['viewer', 'responder', 'approver', 'auditor', 'admin'] as const;
export type Permission = (typeof permissions)[number];

export type PersonId = string;

/** What a person can prove with that it is them: a code of an authenticator app. Passkeys will join. */
export const factorKinds = ['totp'] as const;
export type FactorKind = (typeof factorKinds)[number];

/** When somebody was given a permission, by whom, and which second admin stood by it. */
export type Grant = {
  readonly at: Date;
  readonly by: PersonId;
  readonly secondedBy?: PersonId;
};

/** One human, by id. Approvals count persons, never accounts. */
export type Person = {
  readonly id: PersonId;
  /** What others type after `@`: lower-case letters, digits, `.`, `_`, `-`; unique in the instance. */
  readonly handle: string;
  readonly name: string;
  readonly permissions: readonly Permission[];
  /** Of each permission; one that is not here is as old as the person. */
  readonly grants?: Partial<Readonly<Record<Permission, Grant>>>;
  /** IANA zone in which `at:14:05` is read; absent means the instance's. */
  readonly timeZone?: string;
  readonly addedAt: Date;
  readonly disabledAt?: Date;
  /** When `admin` was last taken from them. */
  readonly adminUntil?: Date;
  /** The chat account that this *guest* is: somebody who has not shown who they are. */
  readonly guestOf?: string;
  readonly revision: number;
};

/** A CLI token, a one-time invitation or code to link a chat account; only the SHA-256 is kept. */
export type PersonToken = {
  readonly id: string;
  readonly person: PersonId;
  readonly kind: 'cli' | 'invitation' | 'link';
  readonly sha256: string;
  readonly issuedAt: Date;
  readonly expiresAt?: Date;
  readonly revokedAt?: Date;
};

/**
 * True when the person may use a verb that asks for this permission.
 *
 * Everyone with any permission may view; nothing else follows from anything else, so that an
 * admin who should also contain is granted `responder` in the open.
 */
export function may(person: Person, permission: Permission): boolean {
  if (person.disabledAt || person.guestOf !== undefined) return false;
  if (permission === 'viewer') return person.permissions.length > 0;
  return person.permissions.includes(permission);
}

/** Since when a person has had a permission that they have now. */
export function holdsSince(person: Person, permission: Permission): Date {
  return person.grants?.[permission]?.at ?? person.addedAt;
}

/** Permissions as they are given by one admin. */
export function grantsOf(
  given: readonly Permission[],
  by: PersonId,
  at: Date,
): NonNullable<Person['grants']> {
  return Object.fromEntries(given.map((permission) => [permission, { at, by }]));
}

/** Neither who gave a permission nor who has it can be the second admin who stands by it. */
export function maySecond(person: Person, permission: Permission, admin: PersonId): boolean {
  const given = person.grants?.[permission];
  return (
    given !== undefined &&
    given.secondedBy === undefined &&
    given.by !== admin &&
    person.id !== admin
  );
}
