import type { Inventory } from '../../domain/inventory.ts';
import type { Json } from '../../domain/json.ts';
import type { Reading } from '../../domain/verification.ts';
import type {
  Accepted,
  Archives,
  Belonging,
  BlocksCredentials,
  Captured,
  Check,
  CredentialCheck,
  CredentialKey,
  CredentialReading,
  Handover,
  Observation,
  Pace,
  ProbeResult,
  RemovesUsers,
  SeesUnended,
  Stopped,
  UserCheck,
  UserReading,
} from '../platform.ts';
import type { N8nWorkflow } from './answers.ts';
import type { ApiOptions } from './api.ts';
import { capture, captureMs } from './capture.ts';
import type { Shared } from './capture.ts';
import { checkCredentials } from './check-credentials.ts';
import { checkDisabled } from './check-disabled.ts';
import { checkEnabled } from './check-enabled.ts';
import { checkStopped } from './check-stopped.ts';
import { checkUsers } from './check-users.ts';
import { N8nClient } from './client.ts';
import { ExecutionsOfAll } from './executions-of-all.ts';
import { takeInventory } from './inventory.ts';
import { KnownReadings } from './known.ts';
import { JustRead, Lately } from './lately.ts';
import { archive, disable, enable, unarchive } from './levers.ts';
import { block, overwrite, remove, unblock } from './lock.ts';
import { Swept, unendedExecutions } from './look.ts';
import { observe } from './observe.ts';
import { belongings, placesOf, removeUser, transfer } from './people.ts';
import { probeAccount } from './probe.ts';
import { settleMs } from './quiet.ts';
import type { N8nSession } from './session.ts';
import { stop } from './stop.ts';

/** How long a list of credentials serves the evidence of several workflows, in ms. */
const credentialsForMs = 60_000;
/** How long a list of what runs serves it, and a workflow that was read counts as just read; in ms. */
const justNowMs = 5_000;

/** One account on one n8n, over its public API, and its editor’s where there is a session. Tried on 2.40.7. */
export class N8n implements BlocksCredentials, Archives, RemovesUsers, SeesUnended {
  readonly kind = 'n8n';
  readonly #client: N8nClient;
  readonly #fingerprint: (secret: string) => string;
  readonly #known: KnownReadings;
  /** Read as active and not touched since: `disable` need not read it again. */
  readonly #seenActive = new Set<string>();
  readonly #justRead: JustRead<N8nWorkflow>;
  readonly #shared: Shared;
  readonly #swept = new Swept();
  readonly #session: N8nSession | undefined;

  /**
   * 2.40 answers before it unpublishes, and more calls at once make it slower: 500 took 25 s one by
   * one and 133 s eight at a time. Up to 20 in a row were off within a second of the last.
   */
  readonly pace: Pace = { burst: 20, atOnce: 1, settleMs };

  /**
   * @param options.fingerprint keyed hash of a hard-coded secret
   * @param options.known       what earlier looks at the same connection have read
   * @param options.session     of a user, for what n8n shows no key
   */
  constructor(
    options: ApiOptions & {
      readonly fingerprint: (secret: string) => string;
      readonly known?: KnownReadings;
      readonly session?: N8nSession | undefined;
    },
  ) {
    this.#client = new N8nClient(options);
    this.#fingerprint = options.fingerprint;
    this.#known = options.known ?? new KnownReadings();
    this.#session = options.session;
    this.#justRead = new JustRead({ forMs: justNowMs, now: options.now });
    this.#shared = sharedLists(this.#client);
  }

  async probe(signal: AbortSignal): Promise<ProbeResult> {
    return probeAccount(this.#client, signal, this.#session);
  }

  async takeInventory(signal: AbortSignal): Promise<Inventory> {
    return takeInventory(this.#client, this.#fingerprint, signal, this.#known);
  }

  async observe(workflow: string, signal: AbortSignal): Promise<Observation> {
    const read = await this.#client.workflow(workflow, signal);
    this.#justRead.keep(workflow, read);
    const observation = await observe(this.#client, read, signal);
    if (observation.active) this.#seenActive.add(workflow);
    else this.#seenActive.delete(workflow);
    return observation;
  }

  async capture(workflow: string, signal: AbortSignal): Promise<readonly Captured[]> {
    return capture(this.#client, workflow, this.#shared, signal, this.#justRead.take(workflow));
  }

  async disable(workflow: string, signal: AbortSignal): Promise<Accepted> {
    const wasSeenActive = this.#seenActive.delete(workflow);
    return disable(this.#client, workflow, wasSeenActive, signal);
  }

  async stop(workflow: string, signal: AbortSignal): Promise<Stopped> {
    return stop(this.#client, workflow, signal);
  }

  async unended(workflows: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>> {
    const found = await unendedExecutions(this.#client, workflows, signal);
    return new Set(workflows.filter((workflow) => found.has(workflow)));
  }

  async enable(workflow: string, memo: Json, signal: AbortSignal): Promise<Accepted> {
    return enable(this.#client, workflow, memo, signal);
  }

  async checkDisabled(targets: readonly Check[], signal: AbortSignal): Promise<readonly Reading[]> {
    return checkDisabled(this.#client, targets, signal, {
      swept: this.#swept,
      session: this.#session,
    });
  }

  async checkStopped(targets: readonly Check[], signal: AbortSignal): Promise<readonly Reading[]> {
    return checkStopped(this.#client, targets, signal, this.#swept);
  }

  async checkEnabled(targets: readonly Check[], signal: AbortSignal): Promise<readonly Reading[]> {
    return checkEnabled(this.#client, targets, signal, { session: this.#session });
  }

  async archive(workflow: string, signal: AbortSignal): Promise<Accepted> {
    return archive(this.#client, workflow, signal);
  }

  async unarchive(workflow: string, signal: AbortSignal): Promise<Accepted> {
    return unarchive(this.#client, workflow, signal);
  }

  async blockCredential(credential: CredentialKey, signal: AbortSignal): Promise<Accepted> {
    return block(this.#client, credential, signal);
  }

  async unblockCredential(
    credential: CredentialKey,
    hosts: readonly string[],
    signal: AbortSignal,
  ): Promise<Accepted> {
    return unblock(this.#client, credential, hosts, signal);
  }

  async overwriteCredential(
    credential: CredentialKey,
    dud: string,
    signal: AbortSignal,
  ): Promise<Accepted> {
    return overwrite(this.#client, credential, dud, signal);
  }

  async deleteCredential(credential: CredentialKey, signal: AbortSignal): Promise<Accepted> {
    return remove(this.#client, credential, signal);
  }

  async belongingsOf(user: string, signal: AbortSignal): Promise<readonly Belonging[]> {
    const own = belongings(await placesOf(this.#client, signal), user);
    return own.map(({ kind, id, isOn }) => ({ kind, id, isOn }));
  }

  async transfer(handover: Handover, signal: AbortSignal): Promise<Accepted> {
    return transfer(this.#client, handover, signal);
  }

  async removeUser(user: string, signal: AbortSignal): Promise<Accepted> {
    return removeUser(this.#client, user, signal);
  }

  async checkUsers(
    targets: readonly UserCheck[],
    signal: AbortSignal,
  ): Promise<readonly UserReading[]> {
    return checkUsers(this.#client, targets, signal);
  }

  async checkCredentials(
    targets: readonly CredentialCheck[],
    signal: AbortSignal,
  ): Promise<readonly CredentialReading[]> {
    return checkCredentials(this.#client, targets, signal);
  }
}

function within(): AbortSignal {
  return AbortSignal.timeout(captureMs);
}

/** Shared by the captures of a burst, hence not ended by the signal of one of them. */
function sharedLists(client: N8nClient): Shared {
  const now = () => client.api.now();
  const credentials = new Lately({
    ask: async () => (await client.credentials(within())).items,
    forMs: credentialsForMs,
    now,
  });
  const running = new Lately({
    ask: async () => (await client.executions({ status: 'running' }, within())).items,
    forMs: justNowMs,
    now,
  });
  const ended = new ExecutionsOfAll(
    (from) => {
      const onePage = { until: () => true, ...(from === undefined ? {} : { from }) };
      return client.executions({}, within(), onePage);
    },
    () => running.get(),
    { newestForMs: justNowMs, now },
  );
  return { credentials: () => credentials.get(), running: () => running.get(), ended };
}
