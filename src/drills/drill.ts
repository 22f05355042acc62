import type { Scenario } from '../domain/scenario.ts';

/** Where the scenarios of drills come from. */
export interface Scenarios {
  /** All of them as they are now, by their id. @throws UserError `bad_input` naming a broken file */
  list(this: void): Promise<readonly Scenario[]>;
}
