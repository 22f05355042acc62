import { examineTimelines } from './doctor-timelines.ts';
import type { Connection, ConnectionId } from './domain/connection.ts';
import type { Finding } from './domain/doctor.ts';
import {
  accountFindings,
  adminsFinding,
  clockFinding,
  policyFinding,
  signersFinding,
  syncFinding,
} from './domain/doctor.ts';
import { may } from './domain/person.ts';
import type { ApprovalPolicy } from './domain/policy.ts';
import { PlatformError, UserError } from './errors.ts';
import type { Platform } from './platforms/platform.ts';
import type { Recorder } from './record/record.ts';
import type { Store } from './store/store.ts';

/** How long a platform may take to say who we are, in ms. */
const probeMs = 20_000;

const byBothClocks =
  'When work is due goes by its clock, and when approvals and deadlines end by ours: both come early or late by as much.';
const onTheTimeline = 'On the timeline, what happened there and here is off by as much.';

/** What the checks of an open instance need. */
export type InstanceChecks = {
  readonly store: Store;
  readonly recorder: Recorder;
  readonly policy: ApprovalPolicy;
  readonly platformOf: (
    id: ConnectionId,
  ) => Promise<{ readonly connection: Connection; readonly platform: Platform }>;
  readonly now: () => Date;
};

/** What only an open instance can tell: its timelines, its people, its connections. */
export async function examineInstance(checks: InstanceChecks): Promise<readonly Finding[]> {
  const { store } = checks;
  const connections = await store.connections.list();
  const found = await Promise.all([
    examineTimelines(checks),
    signers(checks),
    actors(checks),
    admins(checks),
    clock(checks),
    ...connections.map((connection) => examine(checks, connection)),
  ]);
  const none: Finding = {
    about: 'connections',
    state: 'note',
    text: 'There are none yet, so nothing can be found.',
    next: 'firebreak connect n8n --url https://n8n.example --name prod',
  };
  return [
    ...found.flat(),
    policyFinding(checks.policy),
    ...(connections.length === 0 ? [none] : []),
  ];
}

async function signers({ store }: InstanceChecks): Promise<readonly Finding[]> {
  return signersFinding((await store.timeline.keys()).map(({ keyId }) => keyId));
}

async function clock({ store }: InstanceChecks): Promise<readonly Finding[]> {
  return [clockFinding('clock', 'the database', await store.clockAheadMs(), byBothClocks)];
}

async function actors({ store }: InstanceChecks): Promise<readonly Finding[]> {
  const people = await store.people.list();
  const able = people.filter(({ disabledAt }) => !disabledAt);
  const others = able.filter(
    ({ id, permissions }) =>
      id !== store.instance.operator &&
      permissions.some((one) => one === 'responder' || one === 'approver'),
  );
  if (others.length > 0) {
    return [{ about: 'people', state: 'works', text: `${able.length} people may use it.` }];
  }
  return [
    {
      about: 'people',
      state: 'note',
      text: 'Nobody but the local operator may act or approve, so no larger plan can start.',
      next: 'firebreak ir \'person add @ana "Ana Ruiz" may:responder,approver\'',
    },
  ];
}

async function admins({ store, now }: InstanceChecks): Promise<readonly Finding[]> {
  const entering = await store.people.entering(now());
  return [adminsFinding(entering.filter((one) => may(one, 'admin')).map(({ handle }) => handle))];
}

async function examine(
  { platformOf, now }: InstanceChecks,
  connection: Connection,
): Promise<readonly Finding[]> {
  const about = `connection ${connection.name}`;
  try {
    const { platform } = await platformOf(connection.id);
    const probed = await platform.probe(AbortSignal.timeout(probeMs));
    return [
      ...accountFindings(connection, probed),
      ...(probed.clockAheadMs === undefined
        ? []
        : [clockFinding(about, connection.name, probed.clockAheadMs, onTheTimeline)]),
      syncFinding(connection, now()),
    ];
  } catch (error) {
    if (!(error instanceof UserError) && !(error instanceof PlatformError)) throw error;
    const hint = error instanceof UserError ? error.hint : undefined;
    const next = hint ?? `Look at ${connection.name}, its address, its key and the way there`;
    return [{ about, state: 'fix', text: error.message, next }, syncFinding(connection, now())];
  }
}
