import type { RunbookPreview } from './domain/runbook.ts';
import type { Runbooks } from './runbooks/runbook.ts';

/** Every runbook as it is now, by its file. */
export async function previewsOf(runbooks: Runbooks): Promise<readonly RunbookPreview[]> {
  const files = await runbooks.list();
  return files.map(({ file, read }) =>
    read.kind === 'good'
      ? { id: read.runbook.id, file, runbook: read.runbook, findings: [] }
      : { id: file.replace(/\.md$/, ''), file, findings: read.findings },
  );
}
