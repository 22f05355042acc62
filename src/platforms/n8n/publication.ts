import { z } from 'zod';

import type { Proof, Reading } from '../../domain/verification.ts';
import { PlatformError } from '../../errors.ts';
import type { GuardedAnswer } from '../guarded-fetch.ts';
import type { N8nApi } from './api.ts';
import { checkedId } from './ids.ts';
import type { N8nSession } from './session.ts';

/** Questions under way at once: as many as the guard has sockets. */
const atOnce = 4;

/** n8n's own account of a workflow: what listens, and what waits to be published or unpublished. */
const publicationAnswer = z.object({
  data: z.object({
    status: z.string(),
    liveVersionId: z.string().nullable(),
    pendingVersionId: z.string().nullable(),
  }),
});

/**
 * Adds what n8n says of the publication of those of which no other look says otherwise. It is the
 * only place where n8n tells a publish or unpublish that is done from one that it has yet to make
 * true, and where it says that a trigger could not be registered.
 *
 * A look that fails says nothing, and spoils none of the other looks.
 *
 * @param liveOf the version that is to be live, null for none
 */
export async function withPublication(
  api: N8nApi,
  session: N8nSession,
  readings: readonly Reading[],
  signal: AbortSignal,
  liveOf: (workflow: string) => string | null = () => null,
): Promise<readonly Reading[]> {
  const ids = readings.filter(looksRight).map(({ workflow }) => workflow);
  const found = new Map<string, Proof>();
  for (let start = 0; start < ids.length; start += atOnce) {
    const some = ids.slice(start, start + atOnce);
    const proofs = await Promise.all(
      some.map((id) => publicationProof({ api, session, live: liveOf(id) }, id, signal)),
    );
    for (const [index, proof] of proofs.entries()) found.set(some[index] ?? '', proof);
  }
  return readings.map((reading) => {
    const proof = found.get(reading.workflow);
    return proof ? { ...reading, proofs: [...reading.proofs, proof] } : reading;
  });
}

/** True for n8n's own account that nothing of it is published, nor waits to be unpublished. */
export function saysUnpublished({ method, finding }: Proof): boolean {
  return method === 'publication-status' && finding === 'agrees';
}

function looksRight({ proofs }: Reading): boolean {
  return (
    proofs.some(({ method, finding }) => method === 'list' && finding === 'agrees') &&
    proofs.every(({ finding }) => finding !== 'contradicts')
  );
}

async function publicationProof(
  {
    api,
    session,
    live,
  }: { readonly api: N8nApi; readonly session: N8nSession; readonly live: string | null },
  workflow: string,
  signal: AbortSignal,
): Promise<Proof> {
  const path = `/workflows/${checkedId('workflow', workflow)}/publication-status`;
  const [finding, text] = await session.get(api, path, signal).then(
    (answer) => findingOf(answer, live),
    (error: unknown): Said => {
      if (!(error instanceof PlatformError) || signal.aborted) throw error;
      return ['silent', `Its publication status could not be read: ${error.message}`];
    },
  );
  return { method: 'publication-status', finding, text, at: api.now() };
}

type Said = readonly [Proof['finding'], string];

function findingOf({ status, body }: GuardedAnswer, live: string | null): Said {
  if (status === 404) {
    const text =
      'n8n tells no publication status of it: it keeps none, or hides it from this user.';
    return ['silent', text];
  }
  const parsed = publicationAnswer.safeParse(body);
  if (status >= 300 || !parsed.success) {
    return ['silent', 'n8n did not say in a known form what of it is published.'];
  }
  const { data } = parsed.data;
  return live === null ? offFinding(data) : onFinding(data, live);
}

type Publication = z.infer<typeof publicationAnswer>['data'];

function offFinding(data: Publication): Said {
  const isOff = data.status === 'not_published';
  if (isOff && data.liveVersionId === null && data.pendingVersionId === null) {
    return ['agrees', 'n8n says that nothing of it is published any more.'];
  }
  if (data.status === 'in_progress') {
    return ['contradicts', 'n8n has not finished unpublishing it.'];
  }
  return ['contradicts', 'n8n says that it is still published.'];
}

function onFinding({ status, liveVersionId, pendingVersionId }: Publication, live: string): Said {
  switch (status) {
    case 'published':
      return liveVersionId === live && pendingVersionId === null
        ? ['agrees', 'n8n says that all of it is published, its triggers with it.']
        : ['contradicts', 'n8n says that another version of it is published.'];
    case 'in_progress':
      return ['contradicts', 'n8n has not finished publishing it.'];
    case 'failed':
    case 'partial':
      return [
        'contradicts',
        'n8n could not register all of its triggers; the editor shows which, and why.',
      ];
    default:
      return ['contradicts', 'n8n says that it is not published.'];
  }
}
