import type { Capabilities, Connection, PlatformKind } from '../domain/connection.ts';
import type { DraftPart } from '../domain/draft-parts.ts';
import type { NotHad } from '../domain/evidence.ts';
import type { Holder } from '../domain/holders.ts';
import type { Inventory } from '../domain/inventory.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { LockLever, NodeLever, UserLever } from '../domain/plan.ts';
import type { Secret } from '../domain/secret.ts';
import type { Structure } from '../domain/structure.ts';
import type { Reading } from '../domain/verification.ts';
import type { LastSwitch } from '../domain/watch.ts';

/**
 * One account on one automation platform.
 *
 * Every call takes a signal and ends within a bound of its own. Writes answer what the platform
 * *said*, never what is true: only `check…` says that, by another path than the write.
 *
 * All methods throw PlatformError; `timed_out` and `cut` mean that a write may have happened.
 */
export interface Platform {
  readonly kind: PlatformKind;

  /** Who we are there, what we may do, and what is missing, found by asking. */
  probe(signal: AbortSignal): Promise<ProbeResult>;

  /** The whole estate, draft and live definitions analysed; to the last page or an error. */
  takeInventory(signal: AbortSignal): Promise<Inventory>;

  /** One workflow as it is now. @throws PlatformError `not_found` */
  observe(workflow: string, signal: AbortSignal): Promise<Observation>;

  /** Copies of what containment will destroy: definition, live version, history, executions. */
  capture(workflow: string, signal: AbortSignal): Promise<readonly Captured[]>;

  /** Switches the workflow's triggers off. Idempotent. */
  disable(workflow: string, signal: AbortSignal): Promise<Accepted>;

  /** Stops its running, queued and waiting executions. An empty id is refused, never "all". */
  stop(workflow: string, signal: AbortSignal): Promise<Stopped>;

  /** Puts it back as `memo` (from `observe`, before `disable`) says, by version. Idempotent. */
  enable(workflow: string, memo: Json, signal: AbortSignal): Promise<Accepted>;

  /** Is it really off? For many at once, because one listing serves all. In the order asked. */
  checkDisabled(targets: readonly Check[], signal: AbortSignal): Promise<readonly Reading[]>;

  /** Is nothing of it running, queued or waiting? */
  checkStopped(targets: readonly Check[], signal: AbortSignal): Promise<readonly Reading[]>;

  /** Is it on again, in the very version that `memo` names? */
  checkEnabled(targets: readonly Check[], signal: AbortSignal): Promise<readonly Reading[]>;

  /** How fast it may be driven so that what is accepted also takes effect. */
  readonly pace: Pace;
}

export type ProbeResult = {
  readonly identity: string;
  readonly version?: string;
  readonly capabilities: Capabilities;
  /** Permissions we lack, in the platform's words, each with what it costs us. */
  readonly missing: readonly { readonly permission: string; readonly consequence: string }[];
  /** Permissions we have and do not need. */
  readonly excess: readonly string[];
  /** Its clock minus ours in ms, 0 for the same; absent when it does not tell the time. */
  readonly clockAheadMs?: number;
};

export type Observation = {
  /** The same hash as in the inventory when nothing changed. */
  readonly hash: string;
  /** Hash of the draft alone, without activation: what must not have moved for an exact undo. */
  readonly contentHash: string;
  /** Hash of what runs, where that is another thing than the draft; absent while nothing does. */
  readonly liveHash?: string;
  readonly name: string;
  readonly active: boolean;
  /** What `check…` and `enable` need of the state before we acted. Holds no secret. */
  readonly memo: Json;
  /** What a person could still do by hand in the editor once it is off: sentences. */
  readonly byHand: readonly string[];
  /** The draft in parts, so that what moved in it can be told. */
  readonly parts?: readonly DraftPart[];
  /** What draft and live version are made of. */
  readonly structures?: readonly Structure[];
  /** Who last switched it on or off, where the platform tells. */
  readonly lastSwitch?: LastSwitch;
};

/**
 * A document to be sealed. Where a part could not be had, the others are given all the same, and one
 * document with `notHad` says which and why.
 */
export type Captured = {
  readonly title: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly notHad?: readonly NotHad[];
};

export type Accepted = {
  readonly at: Date;
  /** `already`: it was so before we asked. */
  readonly answer: 'accepted' | 'already';
};

export type Stopped = {
  readonly at: Date;
  /** How many executions were stopped: read back where the platform's own count was seen wrong. */
  readonly stopped: number;
  /** Ids of those that were running, or began while others were stopped: these may go on. */
  readonly wereRunning: readonly string[];
  /** Ids of those that were waiting or queued: inside no node, so nothing of them goes on. */
  readonly wereIdle: readonly string[];
  /** Ids of those that were queued, whatever became of them; absent where nothing queues. */
  readonly wereQueued?: readonly string[];
  /** How many of those stopped never began; absent where nothing queues. */
  readonly neverBegan?: number;
};

export type Check = {
  readonly workflow: string;
  /** From `observe`, before the write. */
  readonly memo: Json;
  /** When the platform accepted the write. */
  readonly acceptedAt: Date;
  /** When it was first asked for, which may have been before a crash. */
  readonly requestedAt?: Date;
  /**
   * For `checkDisabled`: somebody switched it off just before we asked. `memo` shows it off, and it
   * may be alive all the same, as after a switch-off of our own.
   */
  readonly wentOff?: true;
  /**
   * For `checkDisabled`: `memo` shows it off, and this look was the first that did. The platform is
   * given the time from then that it takes to let go of what it lists as off.
   */
  readonly offSince?: Date;
  /** For `checkDisabled`: who was seen at its address by earlier looks. */
  readonly holders?: readonly Holder[];
  /** For `checkStopped`: what the stop met. */
  readonly stopped?: Stopped;
  /** For `checkStopped`: what stops of earlier plans met. */
  readonly earlierStops?: readonly EarlierStop[];
};

/** A stop that was asked for before, and what it met inside no node: nothing of that goes on. */
export type EarlierStop = Pick<Stopped, 'wereIdle'> & { readonly askedAt: Date };

/** A platform that puts a workflow away so that it cannot be switched on until it is brought back. */
export interface Archives extends Platform {
  /** Switches it off and puts it away. Idempotent. */
  archive(workflow: string, signal: AbortSignal): Promise<Accepted>;

  /** Brings it back, off. Idempotent. */
  unarchive(workflow: string, signal: AbortSignal): Promise<Accepted>;
}

/** True for a platform that archives workflows; whether this account may is a capability. */
export function archives(platform: Platform): platform is Archives {
  return 'archive' in platform;
}

/**
 * A platform that takes a credential away from its workflows although it shows its value to nobody.
 * Each write may be made again after a crash: what it leaves is the same.
 */
export interface LocksCredentials extends Platform {
  /**
   * Puts a dud in place of all that it holds, or nothing where the platform can show that only so,
   * for good; a block that it had stays.
   *
   * @param dud that nobody can guess, and the name of a host that cannot exist
   */
  overwriteCredential(
    credential: CredentialKey,
    dud: string,
    signal: AbortSignal,
  ): Promise<Accepted>;

  /** Is it so? By what is shown apart from the answers to writes, in the order asked. */
  checkCredentials(
    targets: readonly CredentialCheck[],
    signal: AbortSignal,
  ): Promise<readonly CredentialReading[]>;
}

/** True for a platform on which credentials can at least be overwritten. */
export function locksCredentials(platform: Platform): platform is LocksCredentials {
  return 'overwriteCredential' in platform;
}

/** A platform that keeps credentials as things of their own, which can be blocked and deleted. */
export interface BlocksCredentials extends LocksCredentials {
  /** Keeps the steps that `capabilities.blockCredentials` names from using it. */
  blockCredential(credential: CredentialKey, signal: AbortSignal): Promise<Accepted>;

  /** Lets them use it again. @param hosts to which alone they may send it; none named for any */
  unblockCredential(
    credential: CredentialKey,
    hosts: readonly string[],
    signal: AbortSignal,
  ): Promise<Accepted>;

  /** Deletes it, for good. Idempotent: one that is gone already is `already`. */
  deleteCredential(credential: CredentialKey, signal: AbortSignal): Promise<Accepted>;
}

/** True for a platform on which credentials can be blocked and deleted, too. */
export function blocksCredentials(platform: Platform): platform is BlocksCredentials {
  return 'blockCredential' in platform;
}

/** A credential by the platform's own id, and what kind of credential it is there. */
export type CredentialKey = { readonly id: string; readonly type: string };

export type CredentialCheck = CredentialKey & {
  readonly lever: LockLever;
  /** For `unblock`: to which hosts it may be sent; empty for any. */
  readonly hosts: readonly string[];
  /** When it was first asked for, and when the platform accepted it. */
  readonly requestedAt: Date;
  readonly acceptedAt: Date;
};

/** What the platform shows of a credential, for one lock on it. */
export type CredentialReading = Omit<Reading, 'workflow' | 'notBefore'>;

/**
 * A platform whose users can be deleted, and which deletes with them what they own: so that goes to
 * somebody else before. Each write may be made again after a crash.
 */
export interface RemovesUsers extends Platform {
  /** All that a user owns now. */
  belongingsOf(user: string, signal: AbortSignal): Promise<readonly Belonging[]>;

  /**
   * Gives what a user owns to another. Idempotent: what is the other's already stays there.
   *
   * @throws PlatformError `conflict` when they own more than what is named
   */
  transfer(handover: Handover, signal: AbortSignal): Promise<Accepted>;

  /**
   * Deletes a user. Idempotent: one who is gone already is `already`.
   *
   * @throws PlatformError `conflict` while they own anything
   */
  removeUser(user: string, signal: AbortSignal): Promise<Accepted>;

  /** Is it so? By what is listed apart from the answers to writes, in the order asked. */
  checkUsers(targets: readonly UserCheck[], signal: AbortSignal): Promise<readonly UserReading[]>;
}

/** True for a platform whose users can be deleted; whether this account may is a capability. */
export function removesUsers(platform: Platform): platform is RemovesUsers {
  return 'removeUser' in platform;
}

export type Belonging = {
  readonly kind: 'workflow' | 'credential';
  readonly id: string;
  readonly isOn: boolean;
};

export type Handover = {
  readonly user: string;
  /** The user who gets it. */
  readonly to: string;
  readonly items: readonly Pick<Belonging, 'kind' | 'id'>[];
};

/** `transfer`: they own nothing any more; `remove`: they are gone. Either way nothing was lost. */
export type UserCheck = Omit<Handover, 'to'> & {
  readonly lever: UserLever;
  /** Who got it; absent where there was nothing. */
  readonly to?: string;
};

/** What the platform shows of a user. */
export type UserReading = Omit<Reading, 'workflow' | 'notBefore'>;

/**
 * A platform that switches off single nodes of a workflow, while the rest of it goes on. Each write
 * may be made again after a crash.
 */
export interface MutesNodes extends Platform {
  /**
   * A workflow as it is now, with a memo about these nodes of it.
   *
   * @throws PlatformError `not_found`, `conflict` when one of them is not on it
   */
  observeNodes(
    workflow: string,
    nodes: readonly string[],
    signal: AbortSignal,
  ): Promise<Observation>;

  /** Switches off the nodes of `memo`, from `observeNodes`, unless the workflow changed since. */
  muteNodes(workflow: string, memo: Json, signal: AbortSignal): Promise<Accepted>;

  /** Writes of these nodes what was written before, unless the workflow changed since. */
  unmuteNodes(workflow: string, memo: Json, signal: AbortSignal): Promise<Accepted>;

  /** Are they off, or on again as they were? By another path than the writes, in the order asked. */
  checkNodes(targets: readonly NodesCheck[], signal: AbortSignal): Promise<readonly Reading[]>;
}

/** True for a platform on which single nodes can be switched off; whether this account may is a capability. */
export function mutesNodes(platform: Platform): platform is MutesNodes {
  return 'muteNodes' in platform;
}

export type NodesCheck = {
  readonly workflow: string;
  readonly lever: NodeLever;
  /** From `observeNodes`, before the write. */
  readonly memo: Json;
};

/** A platform that shows in one look which of many workflows have anything to stop. */
export interface SeesUnended extends Platform {
  /** Those of these that have running, queued or waiting executions just now. */
  unended(workflows: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>>;
}

export function seesUnended(platform: Platform): platform is SeesUnended {
  return 'unended' in platform;
}

export type Pace = {
  /** Writes sent before verification is awaited. */
  readonly burst: number;
  /** Writes under way at once. */
  readonly atOnce: number;
  /** How long a write may take to show effect before a contradiction counts, in ms. */
  readonly settleMs: number;
  /**
   * Workflows that are switched off in one turn leave in one write, and the platform refuses it where
   * one of them has moved since it was observed.
   */
  readonly inOneWrite?: true;
  /** How long others wait for one call before they go on beside it, in ms; a few seconds where absent. */
  readonly holdsUpMs?: number;
};

/** A simulated platform as a drill needs it: what happens there before responders come. */
export interface Stage {
  /**
   * Lets everything begin anew, with what a scenario adds and lets go wrong.
   *
   * @throws UserError `bad_input` when the script names what is not there
   */
  set(script: JsonObject): Promise<void>;
  /** Lets everything begin anew, as it always does. */
  clear(): Promise<void>;
}

/** @throws UserError for everything but a simulated platform that is there for drills */
export type OpenStage = (connection: Connection) => Stage;

/** Awaited before each call of a look that others come before; throws when it is to end there. */
export type GiveWay = () => Promise<void>;

/**
 * Makes the connector of a connection. `main.ts` gives one that knows every kind.
 *
 * @param giveWay of a connector that others come before: it has no share in their sockets either
 */
export type OpenPlatform = (connection: Connection, secret: Secret, giveWay?: GiveWay) => Platform;
