import { notHadOf, notHadWords } from '../domain/evidence.ts';
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
  const notHad = notHadOf(captured);
  const titles = captured.map((document) => document.title);
  await context.store.save({
    evidence: captured.map((document) => ({
      ...document,
      id: context.newId(),
      incident: data.incident,
      collectedAt,
      collectedBy: data.by,
      from: {
        kind: 'workflow',
        connection: data.connection,
        workflow: data.workflow,
        workflowName: name,
      },
    })),
    events: [
      {
        chain: data.incident,
        kind: 'evidence_sealed',
        actor: { kind: 'firebreak' },
        source: 'job',
        occurredAt: collectedAt,
        text: `Sealed evidence of ${known?.ref ?? data.workflow} “${name}”: ${titles.join(
          ', ',
        )}. ${notHadWords(notHad)}`.trim(),
        attachments: attachmentsOf(context, captured),
        data: { workflow: data.workflow, documents: titles, notHad },
      },
    ],
  });
}
