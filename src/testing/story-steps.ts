import fc from 'fast-check';

/** Who says things. `bo` sees nothing of a private story. */
const speakers = ['ana', 'cy', 'bo'] as const;
export const verbs = ['run', 'approve', 'undo', 'deny', 'pause', 'cancel'] as const;

const someone = fc.constantFrom('ana', ...speakers);
const aPlan = fc.nat(2);

const proposing = fc.record({ plan: fc.constantFrom('few', 'many'), by: someone });

/** One thing that happens; plans and workflows by position. */
const aStep = fc.oneof(
  { weight: 2, arbitrary: proposing },
  {
    weight: 5,
    arbitrary: fc.record({
      say: fc.constantFrom('run', 'run', 'approve', 'undo', ...verbs),
      about: aPlan,
      by: someone,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      work: aPlan,
      /** Behind so many effects, or in a wait, the process dies, or somebody says something. */
      point: fc.oneof({ weight: 5, arbitrary: fc.nat(25) }, fc.constant('wait' as const)),
      event: fc.constantFrom('die', 'pause', 'cancel', 'nothing'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ wait: fc.constantFrom(4, 16, 31) }) },
  {
    weight: 1,
    arbitrary: fc.record({ move: fc.nat(6), how: fc.constantFrom('edit', 'switch on') }),
  },
  { weight: 2, arbitrary: fc.constant({ look: 'watch' } as const) },
  {
    weight: 1,
    arbitrary: fc.record({
      refuses: fc.constantFrom('disable', 'stop', 'capture'),
      /** So many calls; what it refuses outright is not asked for again. */
      times: fc.integer({ min: 1, max: 4 }),
      how: fc.constantFrom('refused', 'unavailable'),
    }),
  },
);
export type StoryStep = typeof aStep extends fc.Arbitrary<infer Step> ? Step : never;

const stepsAtMost = 14;

/** A beginning by which something is under way: left to chance, most stories never act. */
const underWay: readonly StoryStep[] = [
  { plan: 'few', by: 'ana' },
  { say: 'run', about: 0, by: 'ana' },
];

/** What happens in one story, which begins with a plan; in every second one it is started. */
export const someSteps: fc.Arbitrary<readonly StoryStep[]> = fc
  .tuple(
    fc.oneof(
      proposing.map((first) => [first]),
      fc.constant(underWay),
    ),
    fc.array(aStep, { minLength: 6, maxLength: stepsAtMost, size: 'max' }),
  )
  .map(([first, others]) => [...first, ...others]);

/** A story in which all goes on to its end, though a process dies. */
export const wholeStory: readonly StoryStep[] = [
  { plan: 'many', by: 'ana' },
  { say: 'approve', about: 0, by: 'cy' },
  { say: 'run', about: 0, by: 'ana' },
  { work: 0, point: 9, event: 'die' },
  { work: 0, point: 0, event: 'nothing' },
  { look: 'watch' },
  { move: 2, how: 'switch on' },
  { look: 'watch' },
  { say: 'undo', about: 0, by: 'ana' },
  { work: 1, point: 7, event: 'die' },
  { look: 'watch' },
];

/** A story in which a plan is paused while a call is to be made again. */
export const pausedStory: readonly StoryStep[] = [
  { plan: 'few', by: 'ana' },
  { refuses: 'disable', times: 4, how: 'unavailable' },
  { say: 'run', about: 0, by: 'ana' },
  { work: 0, point: 'wait', event: 'pause' },
  { wait: 4 },
  { say: 'run', about: 0, by: 'ana' },
  { work: 0, point: 0, event: 'nothing' },
];

/** A story in which leave is asked of the wrong person, and then used too late. */
export const lateStory: readonly StoryStep[] = [
  { plan: 'many', by: 'ana' },
  { say: 'approve', about: 0, by: 'ana' },
  { say: 'run', about: 0, by: 'ana' },
  { work: 0, point: 0, event: 'nothing' },
  { say: 'approve', about: 0, by: 'cy' },
  { plan: 'few', by: 'ana' },
  { wait: 31 },
  { say: 'run', about: 0, by: 'ana' },
  { say: 'run', about: 1, by: 'ana' },
  { work: 0, point: 0, event: 'nothing' },
  { work: 1, point: 0, event: 'nothing' },
];
