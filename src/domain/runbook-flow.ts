import type { Runbook } from './runbook.ts';
import { endOfRunbook } from './runbook.ts';

/** One way from a step to another, by the places of both in the file; the end comes after the last. */
export type FlowWay = {
  readonly from: number;
  readonly to: number;
  /** The answers that lead there. */
  readonly answers: readonly string[];
};

/** The ways from step to step. Those of one step that lead to one place are one. */
export function flowOf({ steps }: Runbook): readonly FlowWay[] {
  const placeOf = (id: string) =>
    id === endOfRunbook ? steps.length : steps.findIndex((step) => step.id === id);
  return steps.flatMap((step, from): readonly FlowWay[] => {
    if (step.answers.length === 0) {
      return [{ from, to: step.next === undefined ? from + 1 : placeOf(step.next), answers: [] }];
    }
    const byPlace = Map.groupBy(step.answers, ({ to }) => placeOf(to));
    return [...byPlace].map(([to, answers]) => ({
      from,
      to,
      answers: answers.map(({ name }) => name),
    }));
  });
}

/** What one lane beside the steps carries: all the ways to one place. */
export type Lane = {
  readonly to: number;
  readonly ways: readonly FlowWay[];
  /** From the steps outwards, from 0. */
  readonly lane: number;
};

/** The ways as lanes, the short ones inside, such that no two in one lane meet. */
export function lanesOf(ways: readonly FlowWay[]): readonly Lane[] {
  const bundles = [...Map.groupBy(ways, ({ to }) => to)].map(([to, bundle]) => {
    const places = [to, ...bundle.map(({ from }) => from)];
    return { to, ways: bundle, first: Math.min(...places), last: Math.max(...places) };
  });
  const lanes: { first: number; last: number }[][] = [];
  return bundles
    .toSorted((a, b) => a.last - a.first - (b.last - b.first) || a.first - b.first)
    .map(({ to, ways: bundle, first, last }) => {
      const free = lanes.findIndex((taken) =>
        taken.every((one) => last < one.first || first > one.last),
      );
      const lane = free === -1 ? lanes.length : free;
      (lanes[lane] ??= []).push({ first, last });
      return { to, ways: bundle, lane };
    });
}
