import type { Proof, Reading } from '../../domain/verification.ts';
import type { Check } from '../platform.ts';
import type { N8nClient } from './client.ts';
import { liveVersionOf } from './definition.ts';
import { lookAtWorkflows } from './look.ts';
import type { Look } from './look.ts';
import { findMemo } from './memo.ts';
import type { Memo } from './memo.ts';
import { withPublication } from './publication.ts';
import type { N8nSession } from './session.ts';
import { probe } from './webhook-probe.ts';

/**
 * Is each of these on again, in the version it had, and do its entry points answer as before? Where
 * there is a session, n8n also says whether its schedule and its other triggers are registered.
 */
export async function checkEnabled(
  client: N8nClient,
  targets: readonly Check[],
  signal: AbortSignal,
  { session }: { readonly session?: N8nSession | undefined } = {},
): Promise<readonly Reading[]> {
  if (targets.length === 0) return [];
  const look = await lookAtWorkflows(client, signal);
  const readings: Reading[] = [];
  for (const target of targets) {
    const memo = findMemo(target.memo);
    const proofs = memo
      ? [listProof(look, target.workflow, memo), ...(await probeProofs(client, memo, signal))]
      : [];
    const doubts = memo
      ? []
      : ['Nothing is recorded of its state before, so it cannot be compared.'];
    readings.push({ workflow: target.workflow, proofs, doubts });
  }
  if (!session) return readings.map(withUnshown(targets));
  const before = new Map(targets.map((target) => [target.workflow, findMemo(target.memo)]));
  const liveOf = (id: string) => {
    const memo = before.get(id);
    return memo?.active === true ? memo.liveVersionId : null;
  };
  const told = await withPublication(client.api, session, readings, signal, liveOf);
  return told.map(withUnshown(targets));
}

/** Says what neither a probe nor n8n's own account shows. */
function withUnshown(targets: readonly Check[]): (reading: Reading, index: number) => Reading {
  return (reading, index) => {
    const memo = findMemo(targets[index]?.memo ?? null);
    const isTold = reading.proofs.some(
      ({ method, finding }) => method === 'publication-status' && finding !== 'silent',
    );
    const others = memo?.active === true && (memo.schedule !== undefined || memo.unseen.length > 0);
    if (!others || isTold) return reading;
    const text = 'n8n’s API does not show whether its other triggers were registered again.';
    const at = reading.proofs.at(-1)?.at ?? targets[index]?.acceptedAt ?? new Date(0);
    const proof: Proof = { method: 'list', finding: 'silent', text, at };
    return { ...reading, proofs: [...reading.proofs, proof] };
  };
}

function listProof({ at, workflows }: Look, id: string, memo: Memo): Proof {
  const workflow = workflows.get(id);
  const proof = (finding: Proof['finding'], text: string): Proof => ({
    method: 'list',
    finding,
    text,
    at,
  });
  if (!workflow) return proof('contradicts', 'n8n no longer lists it.');
  if (workflow.active !== memo.active) {
    return proof(
      'contradicts',
      workflow.active
        ? 'n8n lists it as published, which it was not.'
        : 'n8n lists it as not published.',
    );
  }
  if (!memo.active) return proof('agrees', 'n8n lists it as not published, as before.');
  const version = liveVersionOf(workflow)?.versionId ?? null;
  return version === memo.liveVersionId
    ? proof('agrees', 'n8n lists it as published, in the version that was live before.')
    : proof('contradicts', 'n8n lists it as published, but in another version than before.');
}

async function probeProofs(
  { api }: N8nClient,
  memo: Memo,
  signal: AbortSignal,
): Promise<readonly Proof[]> {
  const before = memo.entries.filter((entry) => entry.answered);
  const found = await Promise.all(before.map((entry) => probe(api, entry, signal)));
  const proofs: Proof[] = [];
  const say = (finding: Proof['finding'], text: string): void => {
    proofs.push({ method: 'webhook-probe', finding, text, at: api.now() });
  };
  const dead = found.filter((liveness) => liveness === 'dead').length;
  const live = found.filter((liveness) => liveness === 'live').length;
  const of = `of ${before.length} addresses that answered before`;
  if (dead > 0) say('contradicts', `Still silent: ${dead} ${of}.`);
  else if (live > 0) say('agrees', `Answering again: ${live} ${of}.`);
  return proofs;
}
