import { UserError } from '../errors.ts';
import type { FactorKind, Person, PersonId } from './person.ts';
import type { Decider } from './plan-change.ts';
import { actorFor } from './plan-change.ts';
import type { NewTimelineEvent } from './timeline.ts';
import { instanceChain } from './timeline.ts';
import { counted, span } from './wording.ts';

/** So many wrong codes in a row lock a factor, for so long, in ms. */
export const refusalsAtMost = 5;
export const lockedMs = 15 * 60_000;

/** A factor of one person. Its secret is stored apart, sealed, and is never part of this. */
export type Factor = {
  readonly id: string;
  readonly person: PersonId;
  readonly kind: FactorKind;
  readonly enrolledAt: Date;
  /** When a first code showed that the app has it; it proves nothing before. */
  readonly confirmedAt?: Date;
  /** Of the last code that was taken: neither it nor an older one is taken again. */
  readonly lastCounter: number;
  /** Wrong codes since the last right one; a code that was right before is none of them. */
  readonly refusals: number;
  readonly lockedUntil?: Date;
  readonly removedAt?: Date;
  readonly revision: number;
};

/** What a decision about a factor leaves to be stored. */
export type FactorChange = {
  readonly factors: readonly Factor[];
  readonly events: readonly NewTimelineEvent[];
};

/** Who has shown what came of a code, and with which factor. */
export type CodeResult = FactorChange & { readonly refusal?: UserError };

/**
 * Begins with a factor; it counts once a code of it was typed.
 *
 * @param before the factors that the person has
 * @throws UserError `conflict` when one counts already: whoever took over a session must not add theirs
 */
export function enrolFactor(id: string, before: readonly Factor[], by: Decider): FactorChange {
  if (before.some(counts)) {
    throw new UserError('conflict', 'You have a factor already.', {
      hint: '`me factor remove` takes it away, with a code of it; when it is lost an admin does: `person factor @you`.',
    });
  }
  const abandoned = before.filter(({ removedAt }) => removedAt === undefined);
  return {
    factors: [
      ...abandoned.map((factor) => ({ ...factor, removedAt: by.now })),
      {
        id,
        person: by.person.id,
        kind: 'totp',
        enrolledAt: by.now,
        lastCounter: 0,
        refusals: 0,
        revision: 0,
      },
    ],
    events: [factorEvent(by, by.person, 'factor_begun', 'began to get a factor.')],
  };
}

/** True when it can prove something. */
export function counts(factor: Factor): boolean {
  return factor.confirmedAt !== undefined && factor.removedAt === undefined;
}

/** True while it waits for its first code. */
export function waits(factor: Factor): boolean {
  return factor.confirmedAt === undefined && factor.removedAt === undefined;
}

/**
 * Takes a code or refuses it. Either way what is answered must be stored, or the code could be
 * tried again.
 *
 * @param counter the time step to which the code belongs; absent for a code of none
 */
export function takeCode(factor: Factor, counter: number | undefined, by: Decider): CodeResult {
  const { now } = by;
  if (factor.lockedUntil !== undefined && now < factor.lockedUntil) {
    const left = span(factor.lockedUntil.getTime() - now.getTime());
    return { factors: [], events: [], refusal: locked(`Your factor is locked for ${left}.`, by) };
  }
  const { lockedUntil: _lockedUntil, ...open } = factor;
  if (counter !== undefined && counter > factor.lastCounter) {
    const first = factor.confirmedAt === undefined;
    return {
      factors: [
        { ...open, confirmedAt: factor.confirmedAt ?? now, lastCounter: counter, refusals: 0 },
      ],
      events: first
        ? [factorEvent(by, by.person, 'factor_enrolled', 'can prove it is them with a code.')]
        : [],
    };
  }
  // Whoever presses a button many times has not guessed, and must not be locked out for it.
  if (counter !== undefined) return { factors: [], events: [], refusal: usedAlready() };
  const refusals = factor.refusals + 1;
  if (refusals < refusalsAtMost) {
    const left = counted(refusalsAtMost - refusals, 'more wrong code');
    return {
      factors: [{ ...open, refusals }],
      events: [],
      refusal: new UserError('not_allowed', 'This code is wrong, or too old.', {
        hint: `${withTheNext} After ${left} your factor is locked.`,
        asks: 'code',
      }),
    };
  }
  return {
    factors: [{ ...open, refusals: 0, lockedUntil: new Date(now.getTime() + lockedMs) }],
    events: [
      factorEvent(
        by,
        by.person,
        'factor_locked',
        `typed ${counted(refusals, 'wrong code')} in a row; the factor is locked for ${span(lockedMs)}. If that was not them, somebody has their session: end it.`,
      ),
    ],
    refusal: locked(
      `That was ${counted(refusals, 'wrong code')}; your factor is locked for ${span(lockedMs)}.`,
      by,
    ),
  };
}

const withTheNext = 'Repeat the line with the next code: the app shows one within half a minute.';

function usedAlready(): UserError {
  return new UserError('not_allowed', 'This code was used already.', {
    hint: withTheNext,
    asks: 'code',
  });
}

/** Takes a person's factors away. @throws UserError `not_found` when there is none */
export function removeFactors(
  person: Person,
  factors: readonly Factor[],
  by: Decider,
): FactorChange {
  const left = factors.filter(({ removedAt }) => removedAt === undefined);
  if (left.length === 0) {
    throw new UserError('not_found', `@${person.handle} has no factor.`, {
      hint: 'One is made in the console, or in a shell: firebreak factor enrol',
    });
  }
  const whose =
    person.id === by.person.id
      ? 'took away their own factor.'
      : 'lost their factor by the word of an admin.';
  return {
    factors: left.map((factor) => ({ ...factor, removedAt: by.now })),
    events: [factorEvent(by, person, 'factor_removed', whose)],
  };
}

/** No code helps until then, so none is asked for. */
function locked(message: string, { person }: Decider): UserError {
  return new UserError('not_allowed', message, {
    hint:
      'Until then somebody else does it. Or an admin takes the factor away, and you get a new one: ' +
      `\`person factor @${person.handle}\`.`,
  });
}

function factorEvent(by: Decider, person: Person, kind: string, text: string): NewTimelineEvent {
  return {
    chain: instanceChain,
    actor: actorFor(by.person),
    source: by.source,
    occurredAt: by.now,
    kind,
    text: `@${person.handle} ${text}`,
    data: { person: person.id },
  };
}
