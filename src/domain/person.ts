/** What a person may do. *Commander* is an incident role, not a permission. */
export const permissions = ['viewer', 'responder', 'approver', 'auditor', 'admin'] as const;
export type Permission = (typeof permissions)[number];

export type PersonId = string;

/** One human, by id. Approvals count persons, never accounts. */
export type Person = {
  readonly id: PersonId;
  /** What others type after `@`: lower-case letters, digits, `.`, `_`, `-`; unique in the instance. */
  readonly handle: string;
  readonly name: string;
  readonly permissions: readonly Permission[];
  /** IANA zone in which `at:14:05` is read; absent means the instance's. */
  readonly timeZone?: string;
  readonly addedAt: Date;
  readonly disabledAt?: Date;
  readonly revision: number;
};

/** A CLI token or a one-time invitation, of which only the SHA-256 is kept. */
export type PersonToken = {
  readonly id: string;
  readonly person: PersonId;
  readonly kind: 'cli' | 'invitation';
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
  if (person.disabledAt) return false;
  if (permission === 'viewer') return person.permissions.length > 0;
  return person.permissions.includes(permission);
}
