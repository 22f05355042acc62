import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import type { Dispatch } from './commands/command.ts';
import { makeComplete } from './commands/complete.ts';
import { registry } from './commands/registry.ts';
import { counts } from './domain/factor.ts';
import type { IncidentId } from './domain/incident.ts';
import { keyText } from './domain/inventory.ts';
import type { PersonId } from './domain/person.ts';
import { Secret } from './domain/secret.ts';
import { UserError } from './errors.ts';
import type { ConsoleHost } from './http/console-host.ts';
import type { Recorder } from './record/record.ts';
import { previewsOf } from './runbook-previews.ts';
import type { Runbooks } from './runbooks/runbook.ts';
import type { LinkedGate } from './sign-in.ts';
import { makeGate } from './sign-in.ts';
import type { StepUp } from './step-up.ts';
import type { Store } from './store/store.ts';

/** The console of an instance, and who makes its one-time links. */
export type LocalConsole = ConsoleHost & {
  readonly gate: LinkedGate;
  /** From now on browsers reach it there. */
  opensAt(origin: string): void;
  /**
   * A link that signs this person in, or the local operator; good once, for a quarter of an hour.
   *
   * The code stands behind `#`, which a browser keeps to itself: no log and no Referer has it.
   *
   * @throws UserError `not_ready` when no server runs in this process
   */
  newLink(person?: PersonId): Secret;
};

/** What the picture of an incident's scope is drawn from, but for how far plans have come. */
export async function seenOf(store: Store, incident: IncidentId): Promise<string> {
  const items = await store.scope.of(incident);
  const connections = await store.connections.list();
  return JSON.stringify([
    items.map(({ kind, key }) => [kind, keyText(key)]),
    connections.map(({ id, syncedAt }) => [id, syncedAt?.getTime() ?? 0]),
  ]);
}

/** What the console of the instance in this process is served from. */
export function localConsole(parts: {
  readonly store: Store;
  readonly recorder: Recorder;
  readonly dispatch: Dispatch;
  readonly runbooks: Runbooks;
  readonly stepUp: StepUp;
  readonly now: () => Date;
  readonly newNonce: () => string;
}): LocalConsole {
  const { store, dispatch, now } = parts;
  const names = new Set(registry.map(({ name }) => name));
  const gate = makeGate({ ...parts, newId: randomUUID });
  let origin: string | undefined;
  return {
    gate,
    opensAt: (at) => {
      origin = at;
    },
    newLink: (person) => {
      if (origin !== undefined)
        return new Secret(`${origin}/enter#${gate.newCode(person).reveal()}`);
      throw new UserError('not_ready', 'No server runs on this data, so there is no console.', {
        hint: 'Start it: npm start. It prints a link, too.',
      });
    },
    dispatch,
    factor: {
      hasOne: async (person) => (await store.factors.of(person.id)).some(counts),
      enrol: async (person) =>
        (await parts.stepUp.enrol({ person, source: 'console', now: now() })).secret,
      confirm: (person, code) =>
        parts.stepUp.confirm({ person, source: 'console', now: now() }, code),
    },
    complete: makeComplete({ commands: registry, store, now }),
    knows: (command) => names.has(command),
    runbooks: () => previewsOf(parts.runbooks),
    incident: (name, viewer) => store.incidents.byName(name, viewer),
    newestEvent: async (incident) => (await store.timeline.latest(incident, 1))[0]?.seq ?? 0,
    seenOf: (incident) => seenOf(store, incident),
    now,
    newId: randomUUID,
    wait: (ms, signal) => pause(ms, undefined, { signal }),
  };
}
