import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import type { AccessContext } from './access.ts';
import { localEntrance } from './access.ts';
import { backUp } from './back-up.ts';
import type { Surface } from './chat/chat.ts';
import type { Chats } from './chats.ts';
import { openChats } from './chats.ts';
import { shippedRunbooks } from './check-runbooks.ts';
import type { Entrance } from './cli/cli.ts';
import type { Asking } from './commands/ask-another.ts';
import { makeOrAsk } from './commands/ask-another.ts';
import type { Dispatch } from './commands/command.ts';
import type { Failure } from './commands/dispatch.ts';
import { makeDispatch } from './commands/dispatch.ts';
import { makeKnown } from './commands/known.ts';
import { registry } from './commands/registry.ts';
import { remindOverdue } from './commands/remind-overdue.ts';
import type { Config } from './config.ts';
import type { LocalConsole } from './console-host.ts';
import { localConsole } from './console-host.ts';
import { prepareDataDirectory } from './data-directory.ts';
import { examineInstance } from './doctor-instance.ts';
import type { ConnectionId } from './domain/connection.ts';
import type { ApprovalPolicy } from './domain/policy.ts';
import type { MakeOrAsk } from './domain/security-leave.ts';
import { scenariosIn, shippedScenarios } from './drills/load.ts';
import { UserError } from './errors.ts';
import { exportRecord } from './export-record.ts';
import { makeExporters } from './exports/formats.ts';
import type { CallEntrance } from './http/sandbox-routes.ts';
import { connectProvider } from './jobs/connect-provider.ts';
import { connectPlatform } from './jobs/connect.ts';
import type { JobContext } from './jobs/job.ts';
import { startJobs } from './jobs/start.ts';
import type { Log } from './log.ts';
import { operatorToken } from './operator-token.ts';
import { openPlatforms } from './platforms/open.ts';
import type { OpenPlatform, OpenStage } from './platforms/platform.ts';
import { callEntrance } from './platforms/sandbox/entrances.ts';
import { Issuer } from './platforms/sandbox/issuer.ts';
import { sandboxEstates } from './platforms/sandbox/open.ts';
import { openSandboxStage } from './platforms/sandbox/stage.ts';
import { adoptPolicy, policyAsked, policyInForce } from './policy-in-force.ts';
import { parseQuery } from './query/parse.ts';
import { loadOrCreateSigner } from './record/keys.ts';
import { makeRecorder } from './record/recorder.ts';
import type { OpenRevokersOptions } from './revokers/open.ts';
import { openProviders, openRevokers } from './revokers/open.ts';
import type { OpenProvider, Revokers } from './revokers/revoker.ts';
import { runbooksIn } from './runbooks/load.ts';
import type { StepUp } from './step-up.ts';
import { makeStepUp } from './step-up.ts';
import { openStore } from './store/open.ts';
import type { StoreOptions } from './store/open.ts';
import type { Store } from './store/store.ts';

/** An instance that lives in this process. */
export type LocalInstance = {
  readonly store: Store;
  readonly entrance: Entrance;
  readonly console: LocalConsole;
  readonly callEntrance: CallEntrance;
  /** Reminds of steps of runbooks that are over their time, each at most once. */
  readonly remindOverdue: () => Promise<void>;
  /** Lets people speak through these surfaces, too. */
  readonly openChats: (surfaces: readonly Surface[]) => Promise<Chats>;
};

const now = () => new Date();
const newNonce = () => randomBytes(32).toString('base64url');

/** What the store of this installation is restored with; to be opened, it needs its signer too. */
export async function storeHandsOf(
  config: Config,
  log: Log,
): Promise<Omit<StoreOptions, 'signer'>> {
  await prepareDataDirectory(config, (message) => log.warn(message));
  return {
    dataDir: config.dataDir,
    ...(config.databaseUrl ? { databaseUrl: config.databaseUrl.reveal() } : {}),
    timeZone: config.timeZone,
    recorder: makeRecorder(),
    ...(config.key ? { sealingKey: config.key.reveal() } : {}),
    now,
    newId: randomUUID,
    randomBytes,
    redact: log.redact,
    warn: (message, error) => log.warn(message, error),
    tell: (message, upgrade) => log.info(message, upgrade),
  };
}

async function storeOptionsOf(config: Config, log: Log): Promise<StoreOptions> {
  const hands = await storeHandsOf(config, log);
  return { ...hands, signer: await loadOrCreateSigner(config.dataDir) };
}

/**
 * Opens the store and puts commands, jobs, platforms and exports around it.
 *
 * @param around.isServer it takes up the policy of its file; others go by the one that holds
 */
export async function openLocal(
  config: Config,
  log: Log,
  around: { readonly isServer?: boolean } = {},
): Promise<LocalInstance> {
  const { store, recorder, policy } = await openRuled(config, log, around.isServer === true);
  if (config.key) log.keepSecret(config.key);
  log.fingerprintWith(store.fingerprint);
  const estateAt = estatesOf(config);
  const open = openPlatforms({ now, fingerprint: store.fingerprint, estateAt });
  const runbooks = runbooksIn(shippedRunbooks, (text) => recorder.sha256(text));
  const openProvider = openProviders();
  const sandboxIssuerAt = (baseUrl: string) => new Issuer(estateAt(baseUrl));
  const secretsOf = secretsKept(store, log);
  const revokers = openRevokers({ sandboxIssuerAt, openProvider, secretsOf });
  const { wayOf } = revokers;
  const stepUp = makeStepUp({ store, newId: randomUUID });
  const context = {
    store,
    recorder,
    parseQuery,
    runbooks,
    scenarios: scenariosIn(shippedScenarios),
    policy,
    wayOf,
    prove: stepUp.prove,
    now,
    newId: randomUUID,
    newNonce,
  };
  const dispatch = makeDispatch({
    commands: registry,
    context,
    log: failureLog(log),
    redact: log.redact,
  });
  const console = localConsole({ store, recorder, dispatch, runbooks, stepUp, now, newNonce });
  return {
    store,
    entrance: entranceOf({
      store,
      recorder,
      policy,
      dispatch,
      stepUp,
      console,
      open,
      revokers,
      openProvider,
      stageOf: (connection) => openSandboxStage(connection, estateAt),
      config,
      log,
    }),
    console,
    openChats: (surfaces) =>
      openChats(surfaces, chatsWith({ store, dispatch, console, config, log })),
    callEntrance: callerOf(store, estateAt),
    remindOverdue: () => remindOverdue(context),
  };
}

/** Calls what listens on a simulated platform, as anybody from outside would. */
function callerOf(store: Store, estateAt: ReturnType<typeof estatesOf>): CallEntrance {
  return async (name, call) => {
    const connection = await store.connections.byName(name);
    if (connection?.kind !== 'sandbox') return undefined;
    return callEntrance(estateAt(connection.baseUrl), call);
  };
}

/** The store, and the policy by which this process decides. */
async function openRuled(config: Config, log: Log, isServer: boolean) {
  const options = await storeOptionsOf(config, log);
  const { recorder } = options;
  const changes = isServer ? await policyAsked(config.policyFile) : undefined;
  const store = await openStore(options);
  try {
    const asking = { store, recorder, now, newId: randomUUID, newNonce };
    const policy = changes
      ? await adoptPolicy(asking, changes, (why) => log.warn(why))
      : await policyInForce(store);
    return { store, recorder, policy };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** What people speak through chats with. */
function chatsWith(parts: {
  readonly store: Store;
  readonly dispatch: Dispatch;
  readonly console: LocalConsole;
  readonly config: Config;
  readonly log: Log;
}): Parameters<typeof openChats>[1] {
  const { store, dispatch, console, config, log } = parts;
  const { complete } = console;
  const { publicUrl } = config;
  const page = publicUrl === undefined ? {} : { publicUrl };
  const known = makeKnown({ commands: registry, store });
  return { store, dispatch, complete, known, log, now, newNonce, ...page };
}

/** What happens on simulated platforms is kept in the data directory. */
function estatesOf(config: Config): ReturnType<typeof sandboxEstates> {
  return sandboxEstates({
    directory: join(config.dataDir, 'sandbox'),
    now,
    wait: (ms, signal) => pause(ms, undefined, { signal }),
  });
}

function entranceOf(parts: {
  store: Store;
  recorder: ReturnType<typeof makeRecorder>;
  policy: ApprovalPolicy;
  dispatch: Dispatch;
  stepUp: StepUp;
  console: LocalConsole;
  open: OpenPlatform;
  revokers: Revokers;
  openProvider: OpenProvider;
  stageOf: OpenStage;
  config: Config;
  log: Log;
}): Entrance {
  const { store, recorder, dispatch, stepUp, console, open, revokers, openProvider } = parts;
  const { policy, stageOf, config, log } = parts;
  const jobs: JobContext = {
    store,
    recorder,
    platformOf: platformOf(store, open, log),
    revokers,
    now,
    newId: randomUUID,
    wait: (ms, signal) => pause(ms, undefined, { signal }),
  };
  let working: Promise<void> | undefined;
  const close = () => store.close();
  return localEntrance({
    store,
    recorder,
    policy,
    now,
    newId: randomUUID,
    newNonce,
    dispatch,
    stepUp,
    newLink: (person) => console.newLink(person.id),
    connect: async (input, by) => {
      const { secret, ...given } = input;
      log.keepSecret(secret);
      return connectPlatform(
        { store, openPlatform: open, makeOrAsk: orAskIn(parts), now, newId: randomUUID },
        { given, secret, by, source: 'cli' },
      );
    },
    connectProvider: (input, by) => {
      const { credential, secret, clientSecret, ...given } = input;
      const secrets = { secret, ...(clientSecret ? { clientSecret } : {}) };
      for (const one of Object.values(secrets)) log.keepSecret(one);
      const request = { credential, given, secrets, by, source: 'cli' } as const;
      return connectProvider({ store, openProvider, makeOrAsk: orAskIn(parts), now }, request);
    },
    exportRecord: exporting(parts),
    backUp: (by) => backUp({ store, dataDir: config.dataDir, now, newId: randomUUID }, by),
    examine: () => examineInstance({ store, recorder, policy, platformOf: jobs.platformOf, now }),
    startWork: () => (working ??= startJobs(jobs, stageOf)),
    operatorToken: () => operatorToken(config.dataDir, { store, recorder, now, newNonce }),
    close,
  });
}

type Parts = Pick<Asking, 'store' | 'recorder' | 'policy'>;

/** Writes records of this installation. */
function exporting({ store, recorder, policy }: Parts): AccessContext['exportRecord'] {
  const source = { store, exporters: makeExporters(recorder), policy, now };
  return (...request) => exportRecord(source, ...request);
}

/** How admins of this installation ask each other. */
function orAskIn({ store, recorder, policy }: Parts): MakeOrAsk {
  const asking = { store, recorder, policy, newId: randomUUID, newNonce };
  return (by, wanted, make) => makeOrAsk(asking, by, wanted, make);
}

/** Opens the secrets of ways to providers; the log never shows one that was opened. */
function secretsKept(store: Store, log: Log): OpenRevokersOptions['secretsOf'] {
  return async (key) => {
    const secrets = await store.providers.secrets(key);
    for (const secret of Object.values(secrets ?? {})) log.keepSecret(secret);
    return secrets;
  };
}

function platformOf(store: Store, open: OpenPlatform, log: Log): JobContext['platformOf'] {
  return async (id: ConnectionId, giveWay) => {
    const connection = await store.connections.byId(id);
    if (!connection) throw new UserError('not_found', 'The connection is no longer there.');
    const secret = await store.connections.secret(id);
    if (!secret) {
      throw new UserError('not_ready', `The connection ${connection.name} has no secret.`, {
        hint: 'Enter it again: firebreak connect …',
      });
    }
    log.keepSecret(secret);
    return { connection, platform: open(connection, secret, giveWay) };
  };
}

function failureLog(log: Log): (failure: Failure) => void {
  return ({ reference, kind, command, person, error }) => {
    log.failure(error, { reference, kind, command, person });
  };
}
