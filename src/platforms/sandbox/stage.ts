import { z } from 'zod';

import type { Connection } from '../../domain/connection.ts';
import type { JsonObject } from '../../domain/json.ts';
import { UserError } from '../../errors.ts';
import type { Stage } from '../platform.ts';
import { chanceOf, idOf } from './chance.ts';
import type { Estate } from './estate.ts';
import type { Look } from './look.ts';
import type { Definition, SandboxFault, SandboxWorkflow } from './model.ts';
import { fault, step, touch, unchanged } from './model.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;

/** A workflow that a scenario adds; what it refers to, it names as the estate does. */
const added = z.strictObject({
  name: z.string().min(1),
  /** As the estate shows people: `Milo Brandt <milo@acme.test>`. */
  owner: z.string().min(1),
  tags: z.array(z.string()).default([]),
  steps: z.array(step.extend({ credential: z.string().exactOptional() })).min(1),
  savedDaysAgo: z.number().nonnegative().default(1),
  /** Somebody calls its webhooks as often. */
  visitorEverySeconds: z.number().int().positive().exactOptional(),
  /** Somebody switches it on again so many minutes after it was switched off. */
  helpedAfterMinutes: z.number().int().positive().exactOptional(),
});

/** What a scenario lets happen on an estate. */
const script = z.strictObject({
  adds: z.array(added).default([]),
  /** Workflows that somebody switched off before it begins. */
  off: z.array(z.string()).default([]),
  faults: z.array(fault.extend({ workflow: z.string().exactOptional() }).strict()).default([]),
});

type Added = z.infer<typeof added>;

/**
 * The estate of a drill. Together with `Trouble`, the hand of tests, it is all that can let
 * something go wrong on an estate.
 */
export class SandboxStage implements Stage {
  readonly #estate: Estate;

  constructor(estate: Estate) {
    this.#estate = estate;
  }

  async set(given: JsonObject): Promise<void> {
    const { adds, off, faults } = script.parse(given);
    await this.#estate.change((look) => {
      const own = adds.map((one, index) =>
        workflowOf(one, `${look.base.workflows[0]?.id} ${index}`, look),
      );
      const known = [...look.base.workflows, ...own];
      const met = faults.map((one, index) => ({
        id: `drill ${index}`,
        fault: namedIn(known, one),
      }));
      const before = off.map((name) => calledIn(known, name));
      beginAnew(look);
      look.changes.added = own;
      for (const { id, owner = '' } of before) {
        const { now } = look;
        touch(look.changes, id).switches.push({ at: now, on: false, by: owner, effectAt: now });
      }
      look.changes.faults = met;
    });
  }

  async clear(): Promise<void> {
    await this.#estate.change(beginAnew);
  }
}

/** @throws UserError `conflict` for everything but a simulated platform that is there for drills */
export function openSandboxStage(
  connection: Connection,
  estateAt: (baseUrl: string) => Estate,
): Stage {
  if (connection.kind === 'sandbox' && connection.environment === 'drill') {
    return new SandboxStage(estateAt(connection.baseUrl));
  }
  throw new UserError('conflict', `${connection.name} is no simulated platform.`, {
    hint: 'A drill is played on a simulated platform alone.',
  });
}

function beginAnew({ changes, now }: Look): void {
  Object.assign(changes, unchanged(new Date(now)));
}

function workflowOf(one: Added, seed: string, look: Look): SandboxWorkflow {
  const { now, base } = look;
  const savedAt = now - one.savedDaysAgo * dayMs;
  const live: Definition = {
    version: idOf(seed, 'version', one.name),
    steps: one.steps.map(({ credential, ...rest }) => {
      if (credential === undefined) return rest;
      const found = base.credentials.find(({ name }) => name === credential);
      if (!found) throw notThere(`credential “${credential}”`);
      return { ...rest, credential: { id: found.id, name: found.name } };
    }),
    savedBy: one.owner,
    savedAt,
  };
  const everyMs = (one.visitorEverySeconds ?? 0) * 1_000;
  return {
    id: idOf(seed, 'workflow', one.name),
    name: one.name,
    owner: one.owner,
    tags: one.tags,
    ...(everyMs === 0
      ? {}
      : {
          visitors: { everyMs, phaseMs: Math.floor(chanceOf(seed) * everyMs), words: 'visitors' },
        }),
    ...(one.helpedAfterMinutes === undefined
      ? {}
      : { helpedAfterMs: one.helpedAfterMinutes * minuteMs }),
    draft: live,
    versions: [live],
    switches: [{ at: savedAt, on: true, version: live.version, by: one.owner, effectAt: savedAt }],
  };
}

/** A script names a workflow; the estate knows it by its id. */
function namedIn(
  known: readonly SandboxWorkflow[],
  { workflow, ...rest }: SandboxFault,
): SandboxFault {
  if (workflow === undefined) return rest;
  return { ...rest, workflow: calledIn(known, workflow).id };
}

function calledIn(known: readonly SandboxWorkflow[], name: string): SandboxWorkflow {
  const found = known.find((one) => one.name === name);
  if (!found) throw notThere(`workflow “${name}”`);
  return found;
}

function notThere(what: string): UserError {
  return new UserError('bad_input', `The estate of this scenario has no ${what}.`);
}
