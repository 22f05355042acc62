import type { NewTimelineEvent } from '../domain/timeline.ts';
import { instanceChain } from '../domain/timeline.ts';
import { exportedKind } from '../record/record.ts';
import { appendEvents } from './append-events.ts';
import type { Appender } from './appender.ts';
import { blankCards } from './blank-cards.ts';
import { releaseButtons } from './buttons.ts';
import { signHead } from './checkpoints.ts';
import {
  writeConnectionSecrets,
  writeConnections,
  writeWatches,
  writeWatchRests,
} from './connections.ts';
import type { Db } from './database.ts';
import { writeDrills } from './drills.ts';
import { writeEvidence } from './evidence.ts';
import { writeFactors } from './factors.ts';
import { writeFollows, writeHeardMarks } from './heard.ts';
import { dropIdentities, writeIdentities } from './identities.ts';
import { dropRooms, writeIncidents, writeRooms } from './incidents.ts';
import { writeInventories } from './inventory.ts';
import type { OwnJobs } from './jobs.ts';
import { writeLockouts } from './lockouts.ts';
import { writeNotices } from './notices.ts';
import { silence, writeOutgoing } from './outgoing.ts';
import { writePeople, writeTokens } from './people.ts';
import { writeActions, writeApprovals, writeJournal, writePlans, withPlanNames } from './plans.ts';
import { dropProviders, writeProviders } from './providers.ts';
import { writeRevocations } from './revocations.ts';
import { writeRunbooks } from './runbooks.ts';
import { writeScope, writeVerdicts } from './scope.ts';
import type { Scribe } from './scribe.ts';
import type { Sealer } from './seal.ts';
import { withRequestNames, writeSecurityRequests } from './security-requests.ts';
import { writeSessions } from './sessions.ts';
import type { Change, Saved } from './store.ts';
import { tellPeople, tellRooms } from './told.ts';
import { untilThrough } from './until-through.ts';

/** What a `save` needs. */
export type Saving = {
  readonly db: Db;
  readonly scribe: Scribe;
  readonly sealer: Sealer;
  readonly jobs: OwnJobs;
  readonly append: Appender['append'];
};

/** Writes all of a change or nothing; see `Store.save`. */
export async function save(saving: Saving, change: Change): Promise<Saved> {
  const jobs = change.jobs ?? [];
  if (jobs.length > 0) await saving.jobs.ready();
  const event = onlyEvent(change);
  if (event !== undefined) return { ...nothing, events: [await saving.append(event)] };
  return untilThrough(() => saving.db.transaction((tx) => write(tx, saving, change)));
}

const nothing: Omit<Saved, 'events'> = {
  incidents: [],
  plans: [],
  evidence: [],
  runbookRuns: [],
  securityRequests: [],
};

/** The event of a change that is one event and nothing else, and is not signed with it. */
function onlyEvent({ events, ...rest }: Change): NewTimelineEvent | undefined {
  const isPure = Object.values(rest).every((list) => list.length === 0);
  const [event, ...more] = events ?? [];
  return isPure && more.length === 0 && event?.kind !== exportedKind ? event : undefined;
}

async function write(tx: Db, { scribe, sealer, jobs }: Saving, change: Change): Promise<Saved> {
  const { instanceId } = scribe;
  // First: whoever lost an event to somebody else does nothing more for it.
  await writeHeardMarks(tx, change.heardMarks ?? []);
  // Before what it changes: of two who agree at once the slower one changes nothing.
  const securityRequests = await writeSecurityRequests(tx, change.securityRequests ?? [], {
    sealer,
    instanceId,
    secrets: change.securityRequestSecrets ?? [],
  });
  await writePeople(tx, change.people ?? []);
  await writeTokens(tx, change.tokens ?? []);
  await writeSessions(tx, change.sessions ?? []);
  await writeFactors(tx, change.factors ?? [], {
    sealer,
    instanceId,
    secrets: change.factorSecrets ?? [],
  });
  const { incidents, closed } = await writeIncidents(tx, scribe, change.incidents ?? []);
  await silence(tx, incidents);
  await blankCards(tx, scribe, incidents);
  await writePlaces(tx, change);
  await writeConnections(tx, change.connections ?? []);
  await writeConnectionSecrets(tx, sealer, instanceId, change.connectionSecrets ?? []);
  await writeProviders(tx, sealer, instanceId, change.providers ?? []);
  await dropProviders(tx, change.providerDrops ?? []);
  await writeInventories(tx, change.inventories ?? []);
  await writeWatches(tx, change.watches ?? []);
  await writeWatchRests(tx, change.watchRests ?? []);
  await writeScope(tx, change.scopeAdds ?? [], change.scopeDrops ?? []);
  await writeVerdicts(tx, change.scopeVerdicts ?? []);
  const plans = await writePlans(tx, change.plans ?? []);
  await writeApprovals(tx, change.approvals ?? []);
  await writeActions(tx, change.actions ?? []);
  await writeJournal(tx, change.journal ?? []);
  await writeRevocations(tx, change.revocations ?? []);
  await writeLockouts(tx, change.lockouts ?? []);
  const runbookRuns = await writeRunbooks(tx, change);
  await writeDrills(tx, change.drills ?? []);
  const evidence = await writeEvidence(tx, sealer, instanceId, change.evidence ?? []);
  await writeNotices(tx, change.notices ?? []);
  await tellPeople(tx, scribe, change.notices ?? []);
  const events = await appendEvents(
    tx,
    scribe,
    withRequestNames(
      withPlanNames(change.events ?? [], change.plans ?? [], plans),
      securityRequests,
    ),
  );
  await tellRooms(tx, scribe, events);
  for (const incident of closed) await signHead(tx, scribe, incident.id);
  // Before anybody can append behind it: an export ends here.
  for (const { chain, kind } of events) {
    if (kind === exportedKind && chain !== instanceChain) await signHead(tx, scribe, chain);
  }
  await writeAnswers(tx, sealer, instanceId, change);
  await jobs.enqueue(tx, change.jobs ?? []);
  return { incidents, plans, runbookRuns, evidence, securityRequests, events };
}

/** Rooms of incidents, and accounts of people. */
async function writePlaces(tx: Db, change: Change): Promise<void> {
  await dropRooms(tx, change.roomDrops ?? []);
  await writeRooms(tx, change.rooms ?? []);
  await dropIdentities(tx, change.identityDrops ?? []);
  await writeIdentities(tx, change.identities ?? []);
}

/** What is said back in chats. */
async function writeAnswers(
  tx: Db,
  sealer: Sealer,
  instanceId: string,
  change: Change,
): Promise<void> {
  await writeFollows(tx, change.follows ?? [], { sealer, instanceId });
  await releaseButtons(tx, change.buttonReleases ?? []);
  await writeOutgoing(tx, change.outgoing ?? []);
}
