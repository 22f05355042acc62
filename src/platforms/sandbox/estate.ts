import { PlatformError } from '../../errors.ts';
import { usualLimits } from '../guarded-fetch.ts';
import type { Limits } from '../guarded-fetch.ts';
import type { SandboxPermission } from './account.ts';
import { listedAt, runningAt } from './activation.ts';
import { idOf } from './chance.ts';
import { failAfter, failBefore, meetFaults } from './faults.ts';
import type { Misdeed } from './faults.ts';
import { Look } from './look.ts';
import type { Base, Call, Changes, Definition, SandboxWorkflow } from './model.ts';
import { touch } from './model.ts';
import { nothing } from './steps.ts';
import type { Storage } from './storage.ts';

/** Who edits and switches on again when a fault or a habit says so. */
const colleague = 'Dana Holt <dana@acme.test>';

export type EstateOptions = {
  readonly name: string;
  /** What it is made of, given when it was made. */
  readonly base: (bornAt: Date) => Base;
  readonly storage: Storage;
  readonly now: () => Date;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Accounts by their key. */
  readonly accounts: ReadonlyMap<string, ReadonlySet<SandboxPermission>>;
  /** Bounds on one call, as the guard of a real platform has them. */
  readonly limits?: Partial<Limits>;
};

/** One call of an account, with what it needs to be allowed. */
export type Asked = {
  readonly key: string;
  readonly call: Call;
  /** Ids of the workflows that it is about; none for a look at all of them. */
  readonly about: readonly string[];
  readonly needs?: SandboxPermission;
};

/**
 * One simulated platform. Accounts `ask` it; tests and drills reach in by the other methods, as
 * the people and outsiders do who share a real platform with us.
 */
export class Estate {
  readonly name: string;
  readonly accounts: Map<string, ReadonlySet<SandboxPermission>>;
  readonly #options: EstateOptions;
  #base: { bornAt: number; base: Base; known: ReadonlyMap<string, SandboxWorkflow> } | undefined;
  #calls = 0;

  constructor(options: EstateOptions) {
    this.name = options.name;
    this.accounts = new Map(options.accounts);
    this.#options = options;
  }

  /** How often an account called. */
  get calls(): number {
    return this.#calls;
  }

  now(): Date {
    return this.#options.now();
  }

  /**
   * Serves one call of an account.
   *
   * @param serve gets what may be changed, and the faults that the call meets
   * @throws PlatformError as the faults say, `unauthorized`, `refused`
   */
  async ask<Answer>(
    asked: Asked,
    signal: AbortSignal,
    serve: (look: Look, met: readonly Misdeed[]) => Answer,
  ): Promise<Answer> {
    signal.throwIfAborted();
    this.#calls += 1;
    const allowed = this.accounts.get(asked.key);
    if (!allowed) {
      throw new PlatformError('sandbox', 'unauthorized', 'The sandbox does not know this key.');
    }
    if (asked.needs && !allowed.has(asked.needs)) {
      const says = `The sandbox does not allow this account to do that: it lacks ${asked.needs}.`;
      throw new PlatformError('sandbox', 'refused', says);
    }
    const met = await this.meet(asked.call, asked.about);
    const reads = !changing.has(asked.call);
    failBefore(met, { reads });
    const answer = changing.has(asked.call)
      ? await this.change((look) => serve(look, met))
      : serve(await this.look(), met);
    await this.answer(met, signal, { reads });
    return answer;
  }

  /** What an account may do, for `probe`. */
  allowed(key: string): ReadonlySet<SandboxPermission> {
    return this.accounts.get(key) ?? new Set();
  }

  async look(): Promise<Look> {
    return this.#lookAt(await this.#options.storage.read());
  }

  /** Changes the estate; what is changed is stored before this resolves. */
  async change<Result>(act: (look: Look) => Result): Promise<Result> {
    return this.#options.storage.update((changes) => act(this.#lookAt(changes)));
  }

  /** Calls a webhook from outside. @returns whether something ran */
  async callWebhook(path: string, method: 'GET' | 'POST' = 'POST'): Promise<boolean> {
    return this.change((look) => {
      const [workflow] = look.answering(path, method);
      if (!workflow) return false;
      const { calls } = touch(look.changes, workflow.id);
      calls.push({ at: look.now, mode: 'webhook' });
      calls.splice(0, calls.length - callsKept);
      return true;
    });
  }

  /** Each workflow with the version that really runs, and whether it is listed as on. */
  async activations(): Promise<readonly string[]> {
    const look = await this.look();
    return look.workflows().map((workflow) => {
      const listed = listedAt(workflow, look.now) === undefined ? 'off' : 'on';
      return `${workflow.name} ${runningAt(workflow, look.now) ?? 'nothing'} ${listed}`;
    });
  }

  /** Somebody else adds a workflow. */
  async add(workflow: SandboxWorkflow): Promise<void> {
    return this.change(({ changes }) => void changes.added.push(workflow));
  }

  /** Somebody else makes a copy under another name and address, and switches it on. */
  async copy(id: string, name: string): Promise<void> {
    return this.change((look) => copyAs(look, id, name));
  }

  /** Somebody else edits the draft. */
  async edit(id: string): Promise<void> {
    return this.change((look) => editDraft(look, id));
  }

  /** Somebody else switches it on, as the draft stands. */
  async switchOn(id: string): Promise<void> {
    return this.change((look) => switchOnAt(look, id, look.now, {}));
  }

  /** The faults that one call meets, counted down. */
  async meet(call: Call, about: readonly string[]): Promise<readonly Misdeed[]> {
    const { faults } = await this.#options.storage.read();
    if (faults.length === 0) return [];
    return this.change((look) => {
      const met = meetFaults(look.changes, call, about);
      if (met.some(({ kind }) => kind === 'drifts')) for (const id of about) drift(look, id);
      return met;
    });
  }

  /** Lets an answer through, late or not at all as the faults say. @throws PlatformError */
  async answer(
    met: readonly Misdeed[],
    signal: AbortSignal,
    { reads }: { readonly reads: boolean },
  ): Promise<void> {
    const { limits, wait } = this.#options;
    await failAfter(met, { ...usualLimits, ...limits }, wait, signal, { reads });
  }

  #lookAt(changes: Changes): Look {
    if (this.#base?.bornAt !== changes.bornAt) {
      const base = this.#options.base(new Date(changes.bornAt));
      const known = new Map(base.workflows.map((workflow) => [workflow.id, workflow]));
      this.#base = { bornAt: changes.bornAt, base, known };
    }
    const { base, known } = this.#base;
    return new Look({ now: this.now().getTime(), base, known, changes });
  }
}

const changing = new Set<Call>(['disable', 'stop', 'enable', 'lock', 'people', 'archive']);

/** Calls from outside that are remembered for each workflow. */
const callsKept = 500;

function editDraft(look: Look, id: string): void {
  const workflow = look.workflow(id);
  const draft: Definition = {
    ...workflow.draft,
    version: `${workflow.draft.version.slice(0, 12)}${look.now.toString(36)}`,
    steps: [...workflow.draft.steps, nothing(`Added ${workflow.draft.steps.length}`)],
    savedBy: colleague,
    savedAt: look.now,
  };
  const changed = touch(look.changes, id);
  keepLive(look, id);
  changed.draft = draft;
}

/** Edited, and what was on is live as it was edited. */
function drift(look: Look, id: string): void {
  const isOn = listedAt(look.workflow(id), look.now) !== undefined;
  editDraft(look, id);
  if (isOn) switchOnAt(look, id, look.now, {});
}

function copyAs(look: Look, id: string, name: string): void {
  const { draft, tags, project } = look.workflow(id);
  const { now, changes } = look;
  const seed = `${id} ${name} ${now}`;
  const definition: Definition = {
    ...draft,
    version: idOf(seed, 'version'),
    steps: draft.steps.map((step) =>
      step.webhook ? { ...step, webhook: { ...step.webhook, path: idOf(seed, step.name) } } : step,
    ),
    savedBy: colleague,
    savedAt: now,
  };
  changes.added.push({
    id: idOf(seed, 'workflow'),
    name,
    owner: colleague,
    ...(project === undefined ? {} : { project }),
    tags: [...tags],
    draft: definition,
    versions: [definition],
    switches: [{ at: now, on: true, version: definition.version, by: colleague, effectAt: now }],
  });
}

/** Versions that were live are kept, whatever becomes of the draft. */
function keepLive(look: Look, id: string): void {
  const { draft, versions } = look.workflow(id);
  const known = versions.some(({ version }) => version === draft.version);
  if (!known) touch(look.changes, id).versions.push(draft);
}

/** Switches it on as the draft stands, at once or at a later time. */
export function switchOnAt(look: Look, id: string, at: number, how: { ifOff?: true }): void {
  const workflow = look.workflow(id);
  const isOn = listedAt(workflow, at) === workflow.draft.version;
  if (isOn && runningAt(workflow, at) === workflow.draft.version && !how.ifOff) return;
  keepLive(look, id);
  touch(look.changes, id).switches.push({
    at,
    on: true,
    version: workflow.draft.version,
    by: colleague,
    effectAt: at,
    ...how,
  });
}
