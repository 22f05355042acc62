import { PlatformError } from '../../errors.ts';
import { definitionOf, enabledSteps, runningAt } from './activation.ts';
import type {
  Base,
  Changes,
  SandboxCredential,
  SandboxUser,
  SandboxWorkflow,
  WorkflowNow,
} from './model.ts';
import { withTouches } from './model.ts';

/** An estate at one instant: what it was made of, and all that happened since. */
export class Look {
  readonly now: number;
  readonly base: Base;
  readonly changes: Changes;
  readonly #known: ReadonlyMap<string, SandboxWorkflow>;
  #answering: ReadonlyMap<string, readonly WorkflowNow[]> | undefined;

  constructor(options: {
    readonly now: number;
    readonly base: Base;
    /** `base.workflows` by id. */
    readonly known: ReadonlyMap<string, SandboxWorkflow>;
    readonly changes: Changes;
  }) {
    this.now = options.now;
    this.base = options.base;
    this.changes = options.changes;
    this.#known = options.known;
  }

  /** Every workflow, in the order in which they came. */
  workflows(): readonly WorkflowNow[] {
    return [...this.base.workflows, ...this.changes.added].map((made) => this.#now(made));
  }

  find(id: string): WorkflowNow | undefined {
    const made = this.#known.get(id) ?? this.changes.added.find((one) => one.id === id);
    return made && this.#now(made);
  }

  /** @throws PlatformError `not_found` */
  workflow(id: string): WorkflowNow {
    const found = this.find(id);
    if (found) return found;
    throw new PlatformError('sandbox', 'not_found', 'The sandbox does not know this workflow.');
  }

  /** Every credential that is there, with when it was changed last. */
  credentials(): readonly SandboxCredential[] {
    return this.base.credentials
      .filter(({ id }) => this.changes.deleted[id] === undefined)
      .map((made) => {
        const changedAt = this.changes.locked[made.id]?.changedAt;
        const owner = this.changes.given[made.id] ?? made.owner;
        return { ...made, owner, ...(changedAt === undefined ? {} : { changedAt }) };
      });
  }

  /** Everybody who is there. */
  users(): readonly SandboxUser[] {
    return this.base.users.filter(({ id }) => this.changes.removed[id] === undefined);
  }

  /** Workflows that answer calls to a webhook now, whatever they are listed as. */
  answering(path: string, method: string): readonly WorkflowNow[] {
    this.#answering ??= this.#listen();
    return this.#answering.get(`${method} ${path}`) ?? [];
  }

  /** Read once, because one look serves the checks of many workflows. */
  #listen(): ReadonlyMap<string, readonly WorkflowNow[]> {
    const found = new Map<string, WorkflowNow[]>();
    for (const workflow of this.workflows()) {
      const running = definitionOf(workflow, runningAt(workflow, this.now));
      for (const { webhook } of enabledSteps(running)) {
        if (!webhook) continue;
        const address = `${webhook.method} ${webhook.path}`;
        found.set(address, [...(found.get(address) ?? []), workflow]);
      }
    }
    return found;
  }

  #now(made: SandboxWorkflow): WorkflowNow {
    const owner = this.changes.given[made.id];
    const now = withTouches(made, this.changes.touched[made.id]);
    return owner === undefined ? now : { ...now, owner };
  }
}
