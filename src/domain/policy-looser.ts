import type { ActionClass, ApprovalPolicy, ClassRule, Way } from './policy.ts';
import { actionClasses, wayInWords } from './policy.ts';
import { listed, span } from './wording.ts';

/**
 * In what a policy asks less than another one, each in a sentence that names the setting; none when
 * it asks as much everywhere, or more.
 */
export function looserThan(policy: ApprovalPolicy, other: ApprovalPolicy): readonly string[] {
  return [
    ...boundsLooser(policy, other),
    ...listsLooser(policy, other),
    ...actionClasses.flatMap((name) =>
      classLooser(name, policy.classes[name], other.classes[name]),
    ),
  ];
}

/** @param words how an amount is read */
function more(name: string, is: number, was: number, words: (amount: number) => string = String) {
  return is > was ? [`${name} is ${words(is)}, not ${words(was)}.`] : [];
}

function less(name: string, is: number, was: number) {
  return is < was ? [`${name} is ${span(is)}, not ${span(was)}.`] : [];
}

function boundsLooser(is: ApprovalPolicy, was: ApprovalPolicy): readonly string[] {
  return [
    ...less('roleAgeMs', is.roleAgeMs, was.roleAgeMs),
    ...more('firstDayMs', is.firstDayMs, was.firstDayMs, span),
    ...more('aloneEachHour', is.aloneEachHour, was.aloneEachHour),
    ...more('aloneShare.percent', is.aloneShare.percent, was.aloneShare.percent),
    ...more('aloneShare.atLeast', is.aloneShare.atLeast, was.aloneShare.atLeast),
    ...less('ownSecurity.afterLossMs', is.ownSecurity.afterLossMs, was.ownSecurity.afterLossMs),
    ...more('pendingAtMost', is.pendingAtMost, was.pendingAtMost),
  ];
}

function listsLooser(is: ApprovalPolicy, was: ApprovalPolicy): readonly string[] {
  const lifted = is.aloneLiftedIn.filter((one) => !was.aloneLiftedIn.includes(one));
  const alone = was.ownSecurity.given.filter((one) => !is.ownSecurity.given.includes(one));
  const asksFewer =
    is.ownSecurity.codeOf === 'who_has_a_factor' && was.ownSecurity.codeOf === 'everyone';
  return [
    ...(lifted.length > 0
      ? [`aloneLiftedIn: the commander’s code lifts the bounds in a ${listed(lifted)}, too.`]
      : []),
    ...(alone.length > 0
      ? [`ownSecurity.given: one admin makes somebody ${listed(alone)}, asking nobody.`]
      : []),
    ...(asksFewer ? ['ownSecurity.codeOf: an admin without a factor agrees without a code.'] : []),
  ];
}

function classLooser(name: ActionClass, is: ClassRule, was: ClassRule): readonly string[] {
  const at = `classes.${name}`;
  const ways = is.ways.filter((way) => !was.ways.some((old) => asksAsMuch(way, old)));
  return [
    ...ways.map((way) => `${at}.ways: ${wayInWords(way)} will do.`),
    ...more(`${at}.lifeMs`, is.lifeMs, was.lifeMs, span),
    ...more(
      `${at}.targetsAtMost`,
      is.targetsAtMost ?? Number.POSITIVE_INFINITY,
      was.targetsAtMost ?? Number.POSITIVE_INFINITY,
      (most) => (Number.isFinite(most) ? String(most) : 'none'),
    ),
  ];
}

/** True when whoever goes the one way could have gone the other one. */
function asksAsMuch(way: Way, other: Way): boolean {
  return (
    way.persons >= other.persons &&
    (other.persons === 1 || isNarrower(way.others, other.others)) &&
    (way.stepUp || !other.stepUp) &&
    isNarrower(way.severities, other.severities) &&
    (way.credentialsFinal === true || other.credentialsFinal !== true) &&
    (way.override === true || other.override !== true) &&
    (way.reason === true || other.reason !== true) &&
    (way.takesAway === true || other.takesAway !== true)
  );
}

/** True when these are among those; not to be told is to be bound by nothing. */
function isNarrower<T>(these: readonly T[] | undefined, those: readonly T[] | undefined): boolean {
  if (those === undefined) return true;
  return these !== undefined && these.every((one) => those.includes(one));
}
