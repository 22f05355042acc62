export const platformKinds = ['n8n', 'node-red', 'sandbox'] as const;
export type PlatformKind = (typeof platformKinds)[number];

/** Who says something, at the beginning of a sentence. */
export const platformNames: Readonly<Record<PlatformKind, string>> = {
  n8n: 'n8n',
  'node-red': 'Node-RED',
  sandbox: 'The sandbox',
};

/** The key of every sandbox. It protects nothing; it only goes the way that keys go. */
export const sandboxKey = 'firebreak-sandbox-key-that-protects-nothing';

export const environments = ['production', 'drill'] as const;
export type Environment = (typeof environments)[number];

export type ConnectionId = string;

/** What a platform lets this account do, found by asking it, never assumed. */
export type Capabilities = {
  /** `async`: the platform answers before the workflow is really off, as n8n does from 2.40 on. */
  readonly disable: 'sync' | 'async' | 'none';
  /** Where it is `none`: the permissions that only this needs, in the platform's words. */
  readonly disableLacks?: readonly string[];
  readonly enable: boolean;
  /** `with_disable`: what runs ends when its workflow is switched off, and cannot be ended alone. */
  readonly stop: boolean | 'with_disable';
  readonly listExecutions: boolean;
  readonly listCredentials: boolean;
  readonly listUsers: boolean;
  /** Versions that were live before, readable by id. */
  readonly versions: boolean;
  /**
   * Steps that a block keeps from using a credential: `http_steps` those that call any host; absent
   * where there is no block.
   */
  readonly blockCredentials?: 'http_steps' | 'all_steps';
  /** A workflow that does not go off can be archived, and brought back from there. */
  readonly archive?: boolean;
  /** A credential's value can be replaced by a worthless one. */
  readonly overwriteCredentials?: boolean;
  /** A credential can be deleted. */
  readonly deleteCredentials?: boolean;
  /** Single nodes of a workflow can be switched off, and on again. */
  readonly muteNodes?: boolean;
  /** A user can be deleted, after what they own was given to another. */
  readonly removeUsers?: boolean;
  /**
   * A session shows what is really published, besides what the key shows; false where it is refused,
   * absent where there is none.
   */
  readonly publicationStatus?: boolean;
};

/** What is missing where the session besides its key is refused. */
export const aWorkingSession = 'a working session';

/** One account on one platform. Its secret is stored apart, encrypted, and is never part of this. */
export type Connection = {
  readonly id: ConnectionId;
  /** What people type after `connection:`; unique in the instance. */
  readonly name: string;
  readonly kind: PlatformKind;
  /** Origin and path of the platform, without a trailing slash, query or credentials. */
  readonly baseUrl: string;
  /** An admin said at connect time that this host is private and may be called. */
  readonly privateHostAllowed: boolean;
  readonly environment: Environment;
  /** Goes up whenever base URL, account or secret change; plans made before are void. */
  readonly epoch: number;
  /** The first epoch at this address; absent where that is not known, then it is this one. */
  readonly addressSince?: number;
  readonly capabilities: Capabilities;
  /** Permissions of the platform that the account lacks, in the platform's words. */
  readonly missing: readonly string[];
  readonly version?: string;
  /** False after the base URL changed: the secret is dropped and must be entered again. */
  readonly hasSecret: boolean;
  readonly connectedAt: Date;
  readonly syncedAt?: Date;
  /** When what was contained there was last looked at again. */
  readonly watchedAt?: Date;
  /** It asked the watch not to come back before. */
  readonly watchRestsUntil?: Date;
  /** What the last sync could and could not see. */
  readonly coverage?: Coverage;
  readonly revision: number;
};

/** What an answer rests on, and what it cannot see. */
export type Coverage = {
  readonly workflows: number;
  readonly credentials: number;
  readonly users: number;
  /** Hosts that are only known when the workflow runs, so that no search by host can find them. */
  readonly runtimeHosts: { readonly nodes: number; readonly workflows: number };
  /** Whole sentences: "Credentials are hidden: the key lacks credential:list." */
  readonly gaps: readonly string[];
};
