import type { Attachment } from '../domain/timeline.ts';
import type { Captured } from '../platforms/platform.ts';
import type { JobContext } from './job.ts';

/** Sealed documents as the timeline chains them: swapping one later would break the chain. */
export function attachmentsOf(
  context: JobContext,
  captured: readonly Captured[],
): readonly Attachment[] {
  return captured.map(({ bytes, mediaType }) => ({
    sha256: context.recorder.sha256(bytes),
    size: bytes.byteLength,
    type: mediaType,
  }));
}
