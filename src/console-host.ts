import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import type { Dispatch } from './commands/command.ts';
import { makeComplete } from './commands/complete.ts';
import { registry } from './commands/registry.ts';
import type { ConsoleHost } from './http/console-host.ts';
import type { Recorder } from './record/record.ts';
import type { LinkedGate } from './sign-in.ts';
import { makeGate } from './sign-in.ts';
import type { Store } from './store/store.ts';

/** The console of an instance, and the gate that makes its one-time link. */
export type LocalConsole = ConsoleHost & { readonly gate: LinkedGate };

/** What the console of the instance in this process is served from. */
export function localConsole(parts: {
  readonly store: Store;
  readonly recorder: Recorder;
  readonly dispatch: Dispatch;
  readonly now: () => Date;
  readonly newNonce: () => string;
}): LocalConsole {
  const { store, dispatch, now } = parts;
  const names = new Set(registry.map(({ name }) => name));
  return {
    gate: makeGate({ ...parts, newId: randomUUID }),
    dispatch,
    complete: makeComplete({ commands: registry, store, now }),
    knows: (command) => names.has(command),
    incident: (name, viewer) => store.incidents.byName(name, viewer),
    newestEvent: async (incident) => (await store.timeline.latest(incident, 1))[0]?.seq ?? 0,
    now,
    newId: randomUUID,
    wait: (ms, signal) => pause(ms, undefined, { signal }),
  };
}
