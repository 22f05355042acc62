import type { ChatSurface, CopiedFile, Surface } from '../chat/chat.ts';
import { copiesFiles } from '../chat/chat.ts';
import type { NewTimelineEvent } from '../domain/timeline.ts';
import { PlatformError } from '../errors.ts';
import type { CopyJob, Store } from '../store/store.ts';
import { isForGood } from './for-good.ts';

/** A larger file stays where it is. */
export const fileBytesAtMost = 10 * 1024 * 1024;
/** So long after it was asked for a file is still tried for, in ms. */
const triedForMs = 60 * 60_000;

export type CopyContext = {
  readonly store: Store;
  readonly surfaces: ReadonlyMap<ChatSurface, Surface>;
  /** Hex. */
  readonly sha256: (bytes: Uint8Array) => string;
  readonly now: () => Date;
  readonly newId: () => string;
};

/**
 * Copies a file of a message on the timeline and seals it as evidence; the timeline is told of it
 * with its hash, or why there is no copy.
 *
 * @throws PlatformError for what is worth another try
 */
export async function copyFile(
  context: CopyContext,
  data: CopyJob['data'],
  signal: AbortSignal,
): Promise<void> {
  const { store, now } = context;
  const { incident, message, file } = data;
  const surface = context.surfaces.get(data.surface);
  if (surface === undefined || !copiesFiles(surface)) return;
  const sealed = await store.evidence.ofIncident(incident);
  const isDone = sealed.some(
    ({ from }) => from.kind === 'message' && from.message === message && from.file === file.id,
  );
  if (isDone) return;
  try {
    const asked = { ...data, bytesAtMost: fileBytesAtMost };
    await seal(context, data, await surface.copyFile(asked, signal));
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    const isLate = now().getTime() - new Date(data.at).getTime() > triedForMs;
    if (!isLate && !isForGood(error)) throw error;
    const text = `“${file.name}” of a message of ${data.author} was not copied: ${error.message}`;
    await store.save({ events: [eventOf(context, data, { kind: 'file_not_copied', text })] });
  }
}

async function seal(
  context: CopyContext,
  data: CopyJob['data'],
  { bytes, mediaType }: CopiedFile,
): Promise<void> {
  const { incident, room, message, author, file, by } = data;
  const sha256 = context.sha256(bytes);
  const size = bytes.byteLength;
  const facts = `${size.toLocaleString('en')} bytes, ${mediaType}, sha256 ${sha256}`;
  const event = eventOf(context, data, {
    kind: 'evidence_sealed',
    text: `Copied and sealed “${file.name}” of a message of ${author}: ${facts}.`,
  });
  await context.store.save({
    evidence: [
      {
        id: context.newId(),
        incident,
        title: file.name,
        mediaType,
        bytes,
        collectedAt: event.occurredAt,
        collectedBy: by,
        from: { kind: 'message', room, message, file: file.id, author },
      },
    ],
    events: [{ ...event, attachments: [{ sha256, size, type: mediaType }] }],
  });
}

function eventOf(
  { now }: CopyContext,
  { incident, message, file }: CopyJob['data'],
  event: Pick<NewTimelineEvent, 'kind' | 'text'>,
): NewTimelineEvent {
  const actor = { kind: 'firebreak' } as const;
  const about = { message, file: file.id, name: file.name };
  return { chain: incident, actor, source: 'job', occurredAt: now(), data: about, ...event };
}
