import type { Severity } from './incident.ts';
import type { JsonObject } from './json.ts';

/** What a drill is about: what goes wrong, what responders are told, and what they are to do. */
export type Scenario = {
  /** What people type: `leaked-secret`. */
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  /** On which simulated estate it is played. */
  readonly estate: string;
  /** What responders are told when it begins. */
  readonly briefing: string;
  /** The runbook that leads through it. Absent in one that is played without. */
  readonly runbook?: string;
  readonly answer: ScenarioAnswer;
  /** How soon after the start each is to be reached, in ms. */
  readonly goals: DrillTimes;
  /** What is added to the estate and goes wrong there, in the simulation’s own words. */
  readonly stage: JsonObject;
};

/** What is right to do, by the names that the estate uses. Nobody is shown it before the end. */
export type ScenarioAnswer = {
  /** Workflows that must be off, verified. */
  readonly contain: readonly string[];
  /** Credentials that must be dead at their provider. */
  readonly revoke: readonly string[];
  /** Workflows that may be switched off as well, on any connection. */
  readonly tolerate: readonly string[];
  /**
   * Of what must be off: what must not come on again either. The rest may, once it was verified
   * off; without this list nothing may.
   */
  readonly hostile?: readonly string[];
  /** What its runbook is started with, once for each run; absent where it needs nothing. */
  readonly runs?: readonly Readonly<Record<string, string>>[];
  /** What is answered in those runs, by the step; the first answer where nothing is said. */
  readonly decisions?: Readonly<Record<string, string>>;
};

/** From the start of a drill, in ms. */
export type DrillTimes = {
  /** Until the first plan that holds any of what must be contained. */
  readonly planMs: number;
  /** Until the first such plan had the leave that it needs. */
  readonly leaveMs: number;
  /** Until the last of what must be contained was verified. */
  readonly verifiedMs: number;
};
