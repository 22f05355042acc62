import { z } from 'zod';

import type { LastSwitch } from '../../domain/watch.ts';
import { shownName } from '../hard-coded-secrets.ts';
import type { N8nWorkflow } from './answers.ts';
import type { N8nApi } from './api.ts';

const publishing = z.object({
  event: z.literal('activated'),
  createdAt: z.iso.datetime({ offset: true }),
  userId: z.string().nullish().catch(null),
});

/**
 * Who last published a workflow, and when by our clock. n8n tells it only while the workflow is
 * published, and by the id of the user.
 */
export function lastPublish(
  { active, activeVersion }: N8nWorkflow,
  api: N8nApi,
): LastSwitch | undefined {
  const log = activeVersion?.workflowPublishHistory;
  if (!active || !Array.isArray(log)) return undefined;
  const [last] = log
    .flatMap((event: unknown) => publishing.safeParse(event).data ?? [])
    .map(({ createdAt, userId }) => ({ at: new Date(createdAt), userId }))
    .toSorted((a, b) => b.at.getTime() - a.at.getTime());
  if (last === undefined) return undefined;
  const aheadMs = api.onTheirClock(new Date(0)).getTime();
  return {
    at: new Date(last.at.getTime() - aheadMs),
    ...(last.userId ? { user: shownName(last.userId) } : {}),
  };
}
