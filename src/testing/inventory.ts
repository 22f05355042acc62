import type {
  CredentialRecord,
  Fact,
  FactKind,
  Inventory,
  UserRecord,
  WorkflowRecord,
} from '../domain/inventory.ts';

/** A workflow of which only what is given matters; its hash follows from it. */
export function aWorkflow(
  given: Partial<WorkflowRecord> & Pick<WorkflowRecord, 'id'>,
): WorkflowRecord {
  const { id, name = id, facts = [], active = true } = given;
  return {
    name,
    active,
    archived: false,
    tags: [],
    hash: `hash of ${id} ${name} ${active} ${facts.length}`,
    draftDiffers: false,
    savesExecutions: true,
    facts,
    ...given,
  };
}

/** A fact that holds in draft and live version, unless said otherwise. */
export function aFact(kind: FactKind, value: string, given: Partial<Fact> = {}): Fact {
  return { kind, value, in: 'both', ...given };
}

/** A look at a connection that sees all there is. */
export function anInventory(given: {
  readonly takenAt?: Date;
  readonly workflows?: readonly WorkflowRecord[];
  readonly credentials?: readonly CredentialRecord[];
  readonly users?: readonly UserRecord[];
}): Inventory {
  const { workflows = [], credentials = [], users = [] } = given;
  const runtime = workflows.flatMap(({ id, facts }) =>
    facts.filter((fact) => fact.kind === 'runtime_host').map(() => id),
  );
  return {
    takenAt: given.takenAt ?? new Date('2026-11-22T09:00:00Z'),
    workflows,
    credentials,
    users,
    coverage: {
      workflows: workflows.length,
      credentials: credentials.length,
      users: users.length,
      runtimeHosts: { nodes: runtime.length, workflows: new Set(runtime).size },
      gaps: [],
    },
  };
}
