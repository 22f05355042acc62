import { attachmentsOf } from './attachments.ts';
import type { JobContext } from './job.ts';

/** Seals evidence of one workflow because a person asked for it. */
export async function snapshot(
  context: JobContext,
  data: {
    readonly incident: string;
    readonly connection: string;
    readonly workflow: string;
    readonly by: string;
  },
  signal: AbortSignal,
): Promise<void> {
  const { platform } = await context.platformOf(data.connection);
  const key = { connection: data.connection, id: data.workflow };
  const known = await context.store.inventory.workflow(key);
  const captured = await platform.capture(data.workflow, signal);
  const collectedAt = context.now();
  const name = known?.name ?? data.workflow;
  await context.store.save({
    evidence: captured.map((document) => ({
      ...document,
      id: context.newId(),
      incident: data.incident,
      collectedAt,
      collectedBy: data.by,
      from: { connection: data.connection, workflow: data.workflow, workflowName: name },
    })),
    events: [
      {
        chain: data.incident,
        kind: 'evidence_sealed',
        actor: { kind: 'firebreak' },
        source: 'job',
        occurredAt: collectedAt,
        text: `Sealed evidence of ${known?.ref ?? data.workflow} “${name}”: ${captured
          .map((document) => document.title)
          .join(', ')}.`,
        attachments: attachmentsOf(context, captured),
        data: { workflow: data.workflow, documents: captured.map((document) => document.title) },
      },
    ],
  });
}
