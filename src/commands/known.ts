import type { Filled } from '../domain/form.ts';
import { UserError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import type { Asker, Command, Known } from './command.ts';
import { mayUse } from './command.ts';
import { begunBy } from './form.ts';
import { incidentOf } from './incident-of.ts';
import type { Given } from './words.ts';

/**
 * What is known of a line that waits for something, for its form: the incident that it would be
 * about, and what the command itself knows, as the severity now. Undefined for whoever may not say it.
 */
export function makeKnown({
  commands,
  store,
}: {
  readonly commands: readonly Command[];
  readonly store: Store;
}): Known {
  return async (caller, line) => {
    const begun = begunBy(commands, line);
    if (begun === undefined) return {};
    if (!mayUse(caller.person, begun.command)) return undefined;
    const { command, given } = begun;
    const asker = { store, caller };
    const found = await Promise.all([
      asFound(() => incidentIn(asker, command, given)),
      asFound(async () => (await command.known?.(asker, given)) ?? {}),
    ]);
    return found.reduce((all, one) => ({ ...all, ...one }));
  };
}

async function incidentIn(asker: Asker, { options }: Command, given: Given): Promise<Filled> {
  if (options?.['in'] === undefined || given['in'] !== undefined) return {};
  const { incident } = await incidentOf(asker, undefined);
  return { in: incident.name };
}

/** Where the line itself would be refused, nothing is known: it says why once it is said. */
async function asFound(find: () => Promise<Filled>): Promise<Filled> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof UserError) return {};
    throw error;
  }
}
