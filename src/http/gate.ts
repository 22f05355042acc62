import type { Person } from '../domain/person.ts';
import type { Secret } from '../domain/secret.ts';
import type { Session } from '../domain/session.ts';

/** A browser that is signed in, and whose. */
export type Visitor = { readonly person: Person; readonly session: Session };

/** What somebody shows to be let in. */
export type Pass = { readonly kind: 'link' | 'token'; readonly secret: Secret };

/** Who may see the console. */
export interface Gate {
  /**
   * Signs a browser in and answers what its cookie shall hold.
   *
   * @param browser.before the cookie it had, whose session ends now
   * @throws UserError `not_allowed` when the pass is not good, or no longer
   */
  enter(
    pass: Pass,
    browser: { readonly userAgent: string; readonly before: Secret | undefined },
  ): Promise<Secret>;
  /** Who it is, or undefined when nobody is signed in. `act` keeps the session from idling. */
  visitor(cookie: Secret, use: 'act' | 'watch'): Promise<Visitor | undefined>;
  sessionsOf(visitor: Visitor): Promise<readonly Session[]>;
  /**
   * Ends the session of this id, the `others` than the visitor's, or without one all of this person.
   *
   * @throws UserError `not_found`
   */
  end(visitor: Visitor, id?: string): Promise<void>;
}
