import { signHead } from './checkpoints.ts';
import { writeConnectionSecrets, writeConnections } from './connections.ts';
import type { Db } from './database.ts';
import { databaseFailure, sqlStates } from './database.ts';
import { writeEvidence } from './evidence.ts';
import { writeIncidents, writeRooms } from './incidents.ts';
import { writeInventories } from './inventory.ts';
import type { OwnJobs } from './jobs.ts';
import { writePeople, writeTokens } from './people.ts';
import { writeActions, writeApprovals, writeJournal, writePlans } from './plans.ts';
import { writeRunbookRuns } from './runbooks.ts';
import { writeScope } from './scope.ts';
import type { Scribe } from './scribe.ts';
import type { Sealer } from './seal.ts';
import { writeSessions } from './sessions.ts';
import type { Change, Saved } from './store.ts';
import { appendEvents } from './timeline-append.ts';

/** How often a change is tried that the database gave up to let another one through. */
const tries = 4;

/** What a `save` needs. */
export type Saving = {
  readonly db: Db;
  readonly scribe: Scribe;
  readonly sealer: Sealer;
  readonly jobs: OwnJobs;
};

/** Writes all of a change or nothing; see `Store.save`. */
export async function save(saving: Saving, change: Change): Promise<Saved> {
  const jobs = change.jobs ?? [];
  if (jobs.length > 0) await saving.jobs.ready();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await saving.db.transaction((tx) => write(tx, saving, change));
    } catch (error) {
      if (!isDeadlock(error) || attempt === tries) throw error;
    }
  }
}

async function write(tx: Db, { scribe, sealer, jobs }: Saving, change: Change): Promise<Saved> {
  const { instanceId } = scribe;
  await writePeople(tx, change.people ?? []);
  await writeTokens(tx, change.tokens ?? []);
  await writeSessions(tx, change.sessions ?? []);
  const { incidents, closed } = await writeIncidents(tx, scribe, change.incidents ?? []);
  await writeRooms(tx, change.rooms ?? []);
  await writeConnections(tx, change.connections ?? []);
  await writeConnectionSecrets(tx, sealer, instanceId, change.connectionSecrets ?? []);
  await writeInventories(tx, change.inventories ?? []);
  await writeScope(tx, change.scopeAdds ?? [], change.scopeDrops ?? []);
  const plans = await writePlans(tx, change.plans ?? []);
  await writeApprovals(tx, change.approvals ?? []);
  await writeActions(tx, change.actions ?? []);
  await writeJournal(tx, change.journal ?? []);
  const runbookRuns = await writeRunbookRuns(
    tx,
    change.runbookRuns ?? [],
    change.runbookSteps ?? [],
  );
  const evidence = await writeEvidence(tx, sealer, instanceId, change.evidence ?? []);
  const events = await appendEvents(tx, scribe, change.events ?? []);
  for (const incident of closed) await signHead(tx, scribe, incident.id);
  await jobs.enqueue(tx, change.jobs ?? []);
  return { incidents, plans, runbookRuns, evidence, events };
}

/** Two changes that each waited for the other; one was rolled back whole and may simply go again. */
function isDeadlock(error: unknown): boolean {
  const code = databaseFailure(error)?.code;
  return code === sqlStates.deadlock || code === sqlStates.serialization;
}
