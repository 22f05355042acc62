import { databaseFailure, sqlStates } from './database.ts';

/** How often a change is tried that the database gave up to let another one through. */
const tries = 4;

/**
 * Does it again when the database gave it up: two changes that each waited for the other, of which
 * one was rolled back whole.
 */
export async function untilThrough<T>(change: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await change();
    } catch (error) {
      const code = databaseFailure(error)?.code;
      const isGivenUp = code === sqlStates.deadlock || code === sqlStates.serialization;
      if (!isGivenUp || attempt === tries) throw error;
    }
  }
}
