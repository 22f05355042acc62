import type { LockLever } from '../../domain/plan.ts';
import type { Proof } from '../../domain/verification.ts';
import type { CredentialCheck, CredentialReading } from '../platform.ts';
import type { N8nCredential } from './answers.ts';
import type { N8nClient } from './client.ts';

/** A change so much before it was asked for, or after it was accepted, is another; in ms. */
const sameChangeMs = 2_000;

/**
 * What n8n shows of credentials: when each was changed last, and nothing of what it holds or allows.
 * So a change that did not take is seen, and one that did can only be looked at in the editor.
 */
export async function checkCredentials(
  client: N8nClient,
  targets: readonly CredentialCheck[],
  signal: AbortSignal,
): Promise<readonly CredentialReading[]> {
  if (targets.length === 0) return [];
  const { items } = await client.credentials(signal);
  const listed = new Map(items.map((item) => [item.id, item]));
  return targets.map((target) => readingOf(client, target, listed.get(target.id)));
}

function readingOf(
  { api }: N8nClient,
  target: CredentialCheck,
  listed: N8nCredential | undefined,
): CredentialReading {
  const at = api.now();
  const prove = (finding: Proof['finding'], text: string): Proof => ({
    method: 'list',
    finding,
    text,
    at,
  });
  if (target.lever === 'delete') {
    return listed
      ? { proofs: [prove('contradicts', 'n8n still lists it.')], doubts: [] }
      : { proofs: [prove('agrees', 'n8n no longer lists it.')], doubts: [] };
  }
  if (!listed) {
    const gone = 'n8n no longer lists it: it was deleted, or is hidden from this API key.';
    return { proofs: [prove('silent', gone)], doubts: [gone] };
  }
  const changed = listed.updatedAt;
  if (!changed) {
    return { proofs: [prove('silent', 'n8n does not say when it was changed.')], doubts: [unseen] };
  }
  const asked = api.onTheirClock(target.requestedAt).getTime() - sameChangeMs;
  if (changed.getTime() < asked) {
    const text = `n8n lists it as not changed since ${shown(changed)}.`;
    return { proofs: [prove('contradicts', text)], doubts: [] };
  }
  const accepted = api.onTheirClock(target.acceptedAt).getTime() + sameChangeMs;
  const again = `n8n lists it as changed again at ${shown(changed)}, after Firebreak.`;
  if (changed.getTime() > accepted) return { proofs: [prove('silent', again)], doubts: [again] };
  const text = `n8n lists it as changed last at ${shown(changed)}, when Firebreak asked.`;
  return { proofs: [prove('agrees', text)], doubts: [unseen, inEditor[target.lever]] };
}

const unseen = 'n8n shows no API key what a credential holds or allows.';

const inEditor: Readonly<Record<Exclude<LockLever, 'delete'>, string>> = {
  block: 'Its editor does: “Allowed HTTP Request Domains” must be “None”.',
  unblock: 'Its editor does, under “Allowed HTTP Request Domains”.',
  overwrite: 'A run of a workflow that uses it must fail.',
};

function shown(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
