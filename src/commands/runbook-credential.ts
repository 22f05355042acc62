import type { Connection } from '../domain/connection.ts';
import type { Incident } from '../domain/incident.ts';
import type { ItemKey } from '../domain/inventory.ts';
import { keyText } from '../domain/inventory.ts';
import { canLock } from '../domain/locking.ts';
import type { LockLever } from '../domain/plan.ts';
import type { Block } from '../domain/reply.ts';
import type { RevocationWay } from '../domain/revocation.ts';
import { isDead } from '../domain/revocation.ts';
import type { ByHandChange } from '../domain/revoking-by-hand.ts';
import { confirmRevoked, sayRevoked } from '../domain/revoking-by-hand.ts';
import type { Walk } from '../domain/runbook-run.ts';
import type { RunbookStep } from '../domain/runbook.ts';
import { stepActionOf } from '../domain/step-actions.ts';
import type { CommandContext } from './command.ts';
import { recordFor } from './credential-of.ts';
import { deciderOf } from './deciding.ts';
import { warned } from './incident-view.ts';

/** The credential that a step is about, and how it can be revoked now. */
export type StepCredential = ItemKey & {
  readonly ref: string;
  readonly name: string;
  readonly way: RevocationWay;
  /** Its connection; absent once that is gone. */
  readonly on: Connection | undefined;
};

/** By the key in the run's input, never by its name; the way is that of what the step does. Undefined for a step about something else. */
export async function stepCredential(
  { store, wayOf }: CommandContext,
  { run }: Walk,
  { deed }: RunbookStep,
): Promise<StepCredential | undefined> {
  const value = deed?.credential === undefined ? undefined : run.inputs[deed.credential];
  if (value?.type !== 'credential') return undefined;
  const { connection: on, id, ref, name } = value;
  const key = { connection: on, id };
  const connection = await store.connections.byId(on);
  const all = await store.inventory.credentials();
  const known = all.find((one) => keyText(one) === keyText(key));
  const gone = { type: 'unknown', onlyReferenced: true };
  const lock = deed && stepActionOf(deed.action).lock;
  const way: RevocationWay = !connection
    ? { kind: 'by_hand', why: 'its connection is no longer there', steps: [] }
    : lock === undefined
      ? wayOf(connection, known ?? gone)
      : lockWay(connection, lock, ref);
  return { ...key, ref, name, way, on: connection };
}

/** Where the platform cannot do it, what people do instead keeps the same workflows from it. */
function lockWay(connection: Connection, lever: LockLever, ref: string): RevocationWay {
  if (canLock(connection.capabilities, lever)) {
    return { kind: 'firebreak', provider: connection.name };
  }
  return {
    kind: 'by_hand',
    why: `${connection.name} gives Firebreak no way to ${lever} a credential`,
    steps: [
      `Disable the workflows that use it: \`contain plan credential:${ref}\`.`,
      `Or open it in the editor of ${connection.name} and put a value that is worth nothing in its place.`,
    ],
  };
}

/** True when people do this step by hand, because Firebreak has no way to the provider. */
export function isByHandHere(credential: StepCredential | undefined): boolean {
  return credential?.way.kind === 'by_hand';
}

/**
 * What a person's word at a step done by hand says of the credential: that it was revoked, or, of
 * another person, that it is dead.
 */
export async function byHandWord(
  context: CommandContext,
  incident: Incident,
  at: { readonly step: RunbookStep; readonly credential: StepCredential; readonly said: string },
): Promise<ByHandChange> {
  const { step, credential, said } = at;
  const by = deciderOf(context);
  const before = await recordFor(context, incident, credential);
  const what = { incident, connection: credential.on, credential, before };
  const nothing: ByHandChange = { revocations: [], events: [] };
  if (before && isDead(before)) return nothing;
  // What is done on the platform says nothing of what the provider still takes.
  if (step.deed !== undefined && stepActionOf(step.deed.action).lock !== undefined) return nothing;
  if (step.deed?.action === 'cred.revoke') {
    return before?.doneByHand ? nothing : sayRevoked(what, said, by);
  }
  const another = before?.doneByHand && before.doneByHand.by !== by.person.id;
  return another && !before.confirmedByHand ? confirmRevoked(what, said, by) : nothing;
}

/** Says that one's own word confirms nothing where one has revoked by hand oneself; else nothing. */
export async function ownWordNote(
  context: CommandContext,
  incident: Incident,
  { step, credential }: { readonly step: RunbookStep; readonly credential: StepCredential },
): Promise<readonly Block[]> {
  if (step.deed?.action !== 'cred.verify') return [];
  const before = await recordFor(context, incident, credential);
  const { person } = context.caller;
  if (before?.doneByHand?.by !== person.id || before.confirmedByHand) return [];
  return [
    warned(
      `You have revoked ${credential.ref} yourself, so your word confirms nothing: it still counts as confirmed by nobody. Somebody else tries it and types \`cred confirm ${credential.ref} <what you saw>\`.`,
    ),
  ];
}
