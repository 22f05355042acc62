import type { Approval, Action, JournalEntry, Plan } from '../domain/plan.ts';
import type { Db } from './database.ts';
import type { Sealer } from './seal.ts';
import type { Change, EvidenceStore, InventoryStore, Plans, Saved, ScopeStore } from './store.ts';

/** Parts of the store that are being written beside this; each throws until its file is there. */
function missing(): never {
  throw new Error('This part of the store is not there yet.');
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
function noun<T extends object>(): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return new Proxy({}, { get: () => missing }) as T;
}

type List<K extends keyof Change> = NonNullable<Change[K]>;

async function refuse(lists: readonly (readonly unknown[])[]): Promise<void> {
  if (lists.some((list) => list.length > 0)) missing();
}

export const inventoryStore = (_db: Db) => noun<InventoryStore>();
export const scopeStore = (_db: Db) => noun<ScopeStore>();
export const plansStore = (_db: Db) => noun<Plans>();
export const evidenceStore = (_db: Db, _sealer: Sealer, _instance: string) => noun<EvidenceStore>();
export const writeInventories = (_tx: Db, list: List<'inventories'>) => refuse([list]);
export const writeScope = (_tx: Db, adds: List<'scopeAdds'>, drops: List<'scopeDrops'>) =>
  refuse([adds, drops]);
export async function writePlans(_tx: Db, list: readonly Plan[]): Promise<readonly Plan[]> {
  await refuse([list]);
  return [];
}
export const writeApprovals = (_tx: Db, list: readonly Approval[]) => refuse([list]);
export const writeActions = (_tx: Db, list: readonly Action[]) => refuse([list]);
export const writeJournal = (_tx: Db, list: readonly JournalEntry[]) => refuse([list]);
export async function writeEvidence(
  _tx: Db,
  _sealer: Sealer,
  _instance: string,
  list: List<'evidence'>,
): Promise<Saved['evidence']> {
  await refuse([list]);
  return [];
}
