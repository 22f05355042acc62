import type { Inventory } from '../../domain/inventory.ts';
import type { Json } from '../../domain/json.ts';
import type { Reading } from '../../domain/verification.ts';
import type {
  Accepted,
  Captured,
  Check,
  CredentialCheck,
  CredentialKey,
  CredentialReading,
  LocksCredentials,
  MutesNodes,
  NodesCheck,
  Observation,
  Pace,
  ProbeResult,
  SeesUnended,
  Stopped,
} from '../platform.ts';
import { probeAccount } from './account.ts';
import type { ApiOptions } from './api.ts';
import { capture } from './capture.ts';
import { checkDisabled } from './check-disabled.ts';
import { checkEnabled } from './check-enabled.ts';
import { checkNodes } from './check-nodes.ts';
import { checkStopped } from './check-stopped.ts';
import { NodeRedClient } from './client.ts';
import { Deploys } from './deploys.ts';
import type { Deployed } from './deploys.ts';
import { checkedTabId } from './ids.ts';
import { takeInventory } from './inventory.ts';
import { disable, enable, stop } from './levers.ts';
import { mute, observeNodes, unmute } from './nodes.ts';
import { observe } from './observe.ts';
import { checkWiped, wipe } from './wipe.ts';

/** What was observed so long ago is read again for evidence, in ms. */
const justNowMs = 5_000;

/**
 * One account on one Node-RED, over its admin API. Its tabs are the workflows; what is deployed is
 * what runs, so there are neither drafts nor versions. Tried on 5.0.7, and by hand on 4.1.15.
 */
export class NodeRed implements LocksCredentials, MutesNodes, SeesUnended {
  readonly kind = 'node-red';
  readonly #client: NodeRedClient;
  readonly #fingerprint: (secret: string) => string;
  readonly #deploys: Deploys;
  /** As `observe` read it: `disable` builds on it, and its revision says if it is stale. */
  readonly #observed = new Map<string, Deployed>();

  /**
   * What is asked at once leaves in one deploy, whose answer comes when all is closed; a node may take
   * 15 s to close.
   */
  readonly pace: Pace = { burst: 500, atOnce: 500, settleMs: 30_000, inOneWrite: true };

  /** @param options.fingerprint keyed hash of a hard-coded secret */
  constructor(options: ApiOptions & { readonly fingerprint: (secret: string) => string }) {
    this.#client = new NodeRedClient(options);
    this.#deploys = new Deploys(this.#client);
    this.#fingerprint = options.fingerprint;
  }

  async probe(signal: AbortSignal): Promise<ProbeResult> {
    return probeAccount(this.#client, signal);
  }

  async takeInventory(signal: AbortSignal): Promise<Inventory> {
    return takeInventory(this.#client, this.#fingerprint, signal);
  }

  async observe(workflow: string, signal: AbortSignal): Promise<Observation> {
    checkedTabId(workflow);
    const deployed = await this.#deploys.read(signal);
    const observation = await observe(this.#client, deployed, workflow, signal);
    this.#observed.set(workflow, deployed);
    return observation;
  }

  async capture(workflow: string, signal: AbortSignal): Promise<readonly Captured[]> {
    checkedTabId(workflow);
    const deployed = this.#justObserved(workflow) ?? (await this.#deploys.read(signal));
    return capture(this.#client, deployed, workflow, signal);
  }

  /** What was looked at a moment ago is what is kept. */
  #justObserved(workflow: string): Deployed | undefined {
    const observed = this.#observed.get(workflow);
    const since = this.#client.api.now().getTime() - justNowMs;
    return observed && observed.readAt.getTime() >= since ? observed : undefined;
  }

  async disable(workflow: string, signal: AbortSignal): Promise<Accepted> {
    const observed = this.#observed.get(workflow);
    this.#observed.delete(workflow);
    return disable(this.#deploys, workflow, observed, signal);
  }

  async stop(workflow: string, signal: AbortSignal): Promise<Stopped> {
    return stop(this.#deploys, () => this.#client.api.now(), workflow, signal);
  }

  /** What is known to be off has nothing to stop; of the others `stop` says what is wrong. */
  async unended(workflows: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>> {
    const { file } = this.#deploys.latest ?? (await this.#deploys.read(signal));
    return new Set(workflows.filter((workflow) => file.tab(workflow)?.isDisabled !== true));
  }

  async enable(workflow: string, memo: Json, signal: AbortSignal): Promise<Accepted> {
    return enable(this.#deploys, workflow, memo, signal);
  }

  async checkDisabled(targets: readonly Check[], signal: AbortSignal): Promise<readonly Reading[]> {
    return checkDisabled(this.#client, targets, signal);
  }

  async checkStopped(targets: readonly Check[], signal: AbortSignal): Promise<readonly Reading[]> {
    return checkStopped(this.#client, targets, signal);
  }

  async checkEnabled(targets: readonly Check[], signal: AbortSignal): Promise<readonly Reading[]> {
    return checkEnabled(this.#client, targets, signal);
  }

  async observeNodes(
    workflow: string,
    nodes: readonly string[],
    signal: AbortSignal,
  ): Promise<Observation> {
    checkedTabId(workflow);
    const deployed = await this.#deploys.read(signal);
    const observation = await observeNodes(
      this.#client,
      deployed,
      { tab: workflow, nodes },
      signal,
    );
    this.#observed.set(workflow, deployed);
    return observation;
  }

  async muteNodes(workflow: string, memo: Json, signal: AbortSignal): Promise<Accepted> {
    return mute(this.#deploys, workflow, memo, signal);
  }

  async unmuteNodes(workflow: string, memo: Json, signal: AbortSignal): Promise<Accepted> {
    return unmute(this.#deploys, workflow, memo, signal);
  }

  async checkNodes(
    targets: readonly NodesCheck[],
    signal: AbortSignal,
  ): Promise<readonly Reading[]> {
    return checkNodes(this.#client, targets, signal);
  }

  async overwriteCredential(
    { id }: CredentialKey,
    _dud: string,
    signal: AbortSignal,
  ): Promise<Accepted> {
    return wipe(this.#client, id, signal);
  }

  async checkCredentials(
    targets: readonly CredentialCheck[],
    signal: AbortSignal,
  ): Promise<readonly CredentialReading[]> {
    return checkWiped(this.#client, targets, signal);
  }
}
