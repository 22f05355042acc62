import { makeRedactor } from '../domain/redaction.ts';
import type { Decisions, Finding, Runbook, RunbookStep } from '../domain/runbook.ts';
import { stepAfter } from '../domain/runbook.ts';
import { stepActionOf } from '../domain/step-actions.ts';

/** More ways through a runbook than this nobody can keep apart. */
const maxPlaces = 5000;

/** Lines that hold what looks like a secret. What it is is not told. */
export function secretsIn(content: string, file: string): readonly Finding[] {
  const redactor = makeRedactor();
  return content.split('\n').flatMap((text, index) =>
    redactor.redact(text) === text
      ? []
      : [
          {
            file,
            line: index + 1,
            column: 1,
            text: 'This line holds what looks like a secret: take it out, and revoke it if it is one.',
          },
        ],
  );
}

/** The decision that comes before anything is revoked, where revoking may set off what destroys. */
const tripwire = 'tripwire';

/** One place on one way through a runbook, with what was done on that way. */
type Place = {
  readonly step: RunbookStep;
  readonly decisions: Decisions;
  /** What was done and not yet verified: the ids of the steps. */
  readonly acted?: RunbookStep;
  readonly revokedUnproved?: RunbookStep;
  readonly captured: boolean;
  readonly revoked: boolean;
};

/**
 * Walks every way through a runbook and finds what must not be: an act that nothing verifies, a
 * revocation before the evidence, a deletion before the revocation, a step that nobody reaches, a
 * way without an end.
 */
export function lintRunbook(runbook: Runbook, file: string): readonly Finding[] {
  const found = new Map<string, Finding>();
  const blame = ({ line }: RunbookStep, text: string) => {
    found.set(`${line} ${text}`, { file, line, column: 1, text });
  };
  const seen = new Map<string, Place>();
  const before = new Map<string, string[]>();
  const ends: string[] = [];
  const first = runbook.steps.find((step) => Object.keys(step.when).length === 0);
  const open: { readonly place: Place; readonly from?: string }[] = first
    ? [{ place: { step: first, decisions: {}, captured: false, revoked: false } }]
    : [];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const key = keyOf(one.place);
    if (one.from !== undefined) before.set(key, [...(before.get(key) ?? []), one.from]);
    if (seen.has(key)) continue;
    seen.set(key, one.place);
    if (seen.size > maxPlaces) {
      blame(one.place.step, 'There are too many ways through this runbook: part it.');
      return [...found.values()];
    }
    checkOrder(one.place, blame);
    if (runbook.tripwire) checkTripwire(one.place, blame);
    for (const place of waysOn(runbook, one.place)) {
      if (place.step) open.push({ place: { ...place, step: place.step }, from: key });
      else {
        ends.push(key);
        checkProved(place, blame);
      }
    }
  }
  blameEndless(seen, before, ends, blame);
  for (const step of runbook.steps) {
    if ([...seen.values()].some((place) => place.step === step)) continue;
    blame(step, `Nothing leads to “${step.heading}”: point an answer or \`next\` at it.`);
  }
  return [...found.values()].toSorted((a, b) => a.line - b.line);
}

type Blame = (step: RunbookStep, text: string) => void;
type Way = Omit<Place, 'step'> & { readonly step?: RunbookStep };

/** Where this place leads, once for each answer. */
function waysOn(runbook: Runbook, place: Place): readonly Way[] {
  const { step } = place;
  const marks = marksAfter(place);
  const decisions =
    step.kind === 'decide'
      ? step.answers.map(({ name }) => ({ ...place.decisions, [step.id]: name }))
      : [place.decisions];
  return decisions.map((made) => {
    const next = stepAfter(runbook, step, made);
    return { ...marks, decisions: made, ...(next ? { step: next } : {}) };
  });
}

function marksAfter({ step, ...place }: Place): Omit<Place, 'step' | 'decisions'> {
  const { acted, revokedUnproved } = place;
  const looksAtPlatform = step.deed?.action === 'contain.verify';
  // What shows that a credential is dead: its provider, or somebody who has tried.
  const looksAtProvider = step.kind === 'verify' && !looksAtPlatform;
  const contains = step.kind === 'act' && !revokes(step);
  const left = looksAtPlatform ? undefined : contains ? step : acted;
  const unproved = looksAtProvider ? undefined : revokes(step) ? step : revokedUnproved;
  return {
    captured: place.captured || step.kind === 'capture',
    revoked: place.revoked || revokes(step),
    ...(left === undefined ? {} : { acted: left }),
    ...(unproved === undefined ? {} : { revokedUnproved: unproved }),
  };
}

function revokes({ deed }: RunbookStep): boolean {
  return deed?.action === 'hand.revoke' || deed?.action === 'cred.revoke';
}

function isForGood({ deed }: RunbookStep): boolean {
  return deed !== undefined && stepActionOf(deed.action).isForGood === true;
}

function checkOrder(place: Place, blame: Blame): void {
  const { step, captured, revoked } = place;
  const action = step.deed?.action;
  if (step.kind === 'act' && place.acted !== undefined) {
    blame(place.acted, unverified(place.acted));
  }
  if (isForGood(step) && action !== 'hand.delete' && !captured) {
    const text = 'comes before anything was captured: put a step of kind capture before it.';
    blame(step, `“${step.heading}” ${text}`);
  }
  if (action === 'hand.delete' && !revoked) {
    const text = 'deletes before anything was revoked: put a `cred.revoke` before it.';
    blame(step, `“${step.heading}” ${text}`);
  }
}

function checkTripwire({ step, decisions }: Place, blame: Blame): void {
  if (!revokes(step) || decisions[tripwire] !== undefined) return;
  const text =
    'revokes on a way on which nobody has answered the decision `tripwire`: lead it there first.';
  blame(step, `“${step.heading}” ${text}`);
}

function checkProved(place: Pick<Place, 'acted' | 'revokedUnproved'>, blame: Blame): void {
  if (place.acted) blame(place.acted, unverified(place.acted));
  if (place.revokedUnproved) {
    const text = 'is not followed by a step of kind verify in which somebody proves it.';
    blame(place.revokedUnproved, `“${place.revokedUnproved.heading}” ${text}`);
  }
}

function unverified({ heading }: RunbookStep): string {
  return `“${heading}” acts, and on one way nothing verifies it: add a step with \`do: contain.verify\` after it.`;
}

/** Blames the places from which no end can be reached. */
function blameEndless(
  seen: ReadonlyMap<string, Place>,
  before: ReadonlyMap<string, readonly string[]>,
  ends: readonly string[],
  blame: Blame,
): void {
  const ending = new Set<string>();
  const open = [...ends];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (ending.has(key)) continue;
    ending.add(key);
    open.push(...(before.get(key) ?? []));
  }
  for (const [key, { step }] of seen) {
    if (ending.has(key)) continue;
    blame(step, `From “${step.heading}” there is no way to the end: lead one out of the loop.`);
  }
}

function keyOf({ step, decisions, acted, revokedUnproved, captured, revoked }: Place): string {
  return JSON.stringify([
    step.id,
    Object.entries(decisions).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    acted?.id,
    revokedUnproved?.id,
    captured,
    revoked,
  ]);
}
