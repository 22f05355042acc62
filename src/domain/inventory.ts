import type { ConnectionId, Coverage } from './connection.ts';
import type { Provider } from './provider.ts';
import type { Structure } from './structure.ts';

/** Everything is keyed by the connection and the platform's own id. */
export type ItemKey = { readonly connection: ConnectionId; readonly id: string };

/** The key as one text, for maps. Connection ids hold no `/`. */
export function keyText(key: ItemKey): string {
  return `${key.connection}/${key.id}`;
}

export const itemKinds = ['workflow', 'credential', 'user'] as const;
export type ItemKind = (typeof itemKinds)[number];

/**
 * What static analysis can say about a workflow. `draft` is what the editor shows, `live` is what
 * runs; an attacker may have cleaned one and not the other, so both are analysed.
 */
export const factKinds = [
  'credential', // value: credential id, label: its name in the workflow
  'host', // value: host name in lower case, with port when one is given
  'runtime_host', // value: node name; the host is only known when the workflow runs
  'webhook', // value: path; detail says method and auth
  'form',
  'chat',
  'mcp',
  'schedule', // value: the rule in words
  'trigger', // value: node type, for triggers that are none of the above
  'calls', // value: id of the workflow it calls
  'calls_unknown', // value: node name; the called workflow is only known at run time
  'error_workflow', // value: id of the workflow that is started when this one fails or is stopped
  'node', // value: node type without its package prefix, in lower case
  'package', // value: npm name of a community package
  'code', // value: node name
  'host_access', // value: node name; runs commands or touches files on the platform's host
  'platform_api', // value: node name; can call the platform's own API, hence undo containment
  'env', // value: node name; reads environment variables
  'secret', // value: keyed fingerprint of a hard-coded secret, never the secret
] as const;
export type FactKind = (typeof factKinds)[number];

export type Fact = {
  readonly kind: FactKind;
  readonly value: string;
  /** `was_live`: only in the version that was live before an open incident's containment. */
  readonly in: 'draft' | 'live' | 'both' | 'was_live';
  /** In the draft, and live as well before an open incident's containment. */
  readonly wasLive?: true;
  /** The node that shows it, as the platform names it. */
  readonly node?: string;
  readonly label?: string;
  /** For entry points: `none` when anyone who knows the address may call it. */
  readonly auth?: string;
  /** For webhooks: the HTTP method. */
  readonly method?: string;
  /** The node is switched off in the editor; it does not run. */
  readonly disabled?: boolean;
};

export type WorkflowRecord = {
  readonly id: string;
  readonly name: string;
  readonly active: boolean;
  readonly archived: boolean;
  readonly owner?: string;
  readonly project?: string;
  readonly tags: readonly string[];
  readonly changedAt?: Date;
  readonly changedBy?: string;
  /** Hash of what makes it what it is: draft, live version, activation. Drift is a change of it. */
  readonly hash: string;
  /** Hash of the draft alone, which stays the same when it is only switched on or off. */
  readonly contentHash?: string;
  /** Hash of what runs, where that is another thing than the draft; absent while nothing does. */
  readonly liveHash?: string;
  readonly draftDiffers: boolean;
  /** False when the platform keeps no record of its executions: their absence proves nothing. */
  readonly savesExecutions: boolean;
  readonly facts: readonly Fact[];
  /** What draft and live version are made of, so that a copy is known by another name. */
  readonly structures?: readonly Structure[];
  /** Its nodes, where the platform switches off single ones. */
  readonly nodes?: readonly WorkflowNode[];
  readonly lastRanAt?: Date;
};

/** A node that can be switched off while the rest of its workflow goes on. */
export type WorkflowNode = {
  readonly id: string;
  readonly name: string;
  readonly isOn: boolean;
};

export type CredentialRecord = {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly owner?: string;
  readonly changedAt?: Date;
};

export type UserRecord = {
  readonly id: string;
  readonly name: string;
  readonly email?: string;
  readonly role?: string;
  /** Whether it signs in with a second factor; absent where the platform does not tell. */
  readonly hasMfa?: boolean;
  /** It was invited and has never signed in. */
  readonly isInvited?: boolean;
  readonly lastActiveAt?: Date;
  /** Why its platform would not delete it: a sentence. */
  readonly stays?: string;
};

/** A stored user of a platform (`u3`). */
export type PlatformUser = UserRecord &
  ItemKey & { readonly ref: string; readonly connectionName: string };

/** How much somebody owns on a connection, as the platform names the owner. */
export type Holding = {
  readonly connection: ConnectionId;
  readonly owner: string;
  readonly workflows: number;
  readonly active: number;
};

/** True when what a platform calls the owner of something is this user. */
export function isOwner(owner: string | undefined, { email }: Pick<UserRecord, 'email'>): boolean {
  if (owner === undefined || email === undefined) return false;
  return owner === email || owner.endsWith(`<${email}>`);
}

/** One whole look at a connection. It replaces the last one in a single transaction. */
export type Inventory = {
  readonly takenAt: Date;
  readonly workflows: readonly WorkflowRecord[];
  readonly credentials: readonly CredentialRecord[];
  readonly users: readonly UserRecord[];
  readonly coverage: Coverage;
};

/** A stored workflow with its short reference. */
export type Workflow = Omit<WorkflowRecord, 'facts' | 'structures' | 'nodes'> &
  ItemKey & {
    /** `w12`; lasts as long as the workflow is known, over syncs. */
    readonly ref: string;
    readonly connectionName: string;
    readonly seenAt: Date;
    /** A look of that time saw it as it is here, and so did each one since. */
    readonly sameSince: Date;
    /** Set when the last sync no longer found it. */
    readonly goneAt?: Date;
    /** When our last check found it on, although its platform lists it as off. */
    readonly foundOnAt?: Date;
  };

/** True for what is to be taken for on: it is listed so, or our last check found it so. */
export function isOn({ active, foundOnAt }: Pick<Workflow, 'active' | 'foundOnAt'>): boolean {
  return active || foundOnAt !== undefined;
}

/** A stored credential (`c3`), with the number of workflows that use it. */
export type Credential = CredentialRecord &
  ItemKey & {
    readonly ref: string;
    readonly connectionName: string;
    readonly usedBy: number;
    /** Known only from workflows: the platform does not list it (deleted, or hidden from us). */
    readonly onlyReferenced: boolean;
    /** Firebreak's own way to who issued it, once somebody gave one. */
    readonly provider?: Provider;
  };

/** A workflow that a query found, and why. */
export type Hit = { readonly workflow: Workflow; readonly reasons: readonly string[] };
