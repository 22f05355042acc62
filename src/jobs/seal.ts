import { notHadOf, notHadWords } from '../domain/evidence.ts';
import type { Action } from '../domain/plan.ts';
import type { NewTimelineEvent } from '../domain/timeline.ts';
import { PlatformError } from '../errors.ts';
import type { NewEvidence } from '../store/store.ts';
import { SetAside } from './aside.ts';
import { askAgain } from './ask.ts';
import { attachmentsOf } from './attachments.ts';
import type { Drive } from './drive.ts';
import type { Step } from './together.ts';

/** Evidence with the event that tells of it. */
export type Sealed = { readonly evidence: readonly NewEvidence[]; readonly note: NewTimelineEvent };

/** Copies of what acting will destroy, or why there are none. */
export async function collect(drive: Drive, action: Action): Promise<Sealed> {
  const what = `${action.ref} “${action.workflowName}”`;
  const note = (kind: string, text: string, rest: Partial<NewTimelineEvent>): NewTimelineEvent => ({
    ...rest,
    chain: drive.plan.incident,
    kind,
    actor: { kind: 'firebreak' },
    source: 'job',
    occurredAt: drive.context.now(),
    text: `${drive.plan.name}: ${text}`,
    data: { plan: drive.plan.name, ref: action.ref, workflow: action.workflow, ...rest.data },
  });
  const boxMs = drive.captureBox.ms;
  const began = drive.context.now().getTime();
  try {
    const box = AbortSignal.any([drive.signal, AbortSignal.timeout(boxMs)]);
    const captured = await askAgain(drive, () => drive.platform.capture(action.workflow, box), {
      boxMs,
      about: { action, call: 'evidence' },
    });
    const evidence = captured.map((document): NewEvidence => ({
      ...document,
      id: drive.context.newId(),
      incident: drive.plan.incident,
      collectedAt: drive.context.now(),
      from: {
        kind: 'workflow',
        connection: action.connection,
        workflow: action.workflow,
        workflowName: action.workflowName,
      },
      plan: drive.plan.id,
    }));
    const titles = captured.map((document) => document.title);
    const notHad = notHadOf(captured);
    const text =
      `sealed evidence of ${what} before acting: ${titles.join(', ')}. ${notHadWords(notHad)}`.trim();
    const attachments = attachmentsOf(drive.context, captured);
    return {
      evidence,
      note: note('evidence_sealed', text, { attachments, data: { documents: titles, notHad } }),
    };
  } catch (error) {
    drive.signal.throwIfAborted();
    if (error instanceof SetAside) throw error;
    const why =
      error instanceof PlatformError ? error.message : 'The time-box for evidence ran out.';
    if (!(error instanceof PlatformError) && !isAbort(error)) throw error;
    const tookMs = drive.context.now().getTime() - began;
    const next = drive.captureBox.failed(boxMs, tookMs);
    const text = `no evidence of ${what} could be sealed before acting. ${why} ${next}`.trim();
    return { evidence: [], note: note('evidence_skipped', text, { data: { reason: why } }) };
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && ['AbortError', 'TimeoutError'].includes(error.name);
}

/** Evidence with the event that tells of it, to be stored. */
export function sealedStep(sealed: Sealed | undefined): Pick<Step, 'evidence' | 'events'> {
  return sealed ? { evidence: sealed.evidence, events: [sealed.note] } : {};
}
