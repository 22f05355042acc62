import type { RunbookPreview } from './domain/runbook.ts';
import { lintOthers } from './runbooks/lint-others.ts';
import type { Runbooks } from './runbooks/runbook.ts';

/** Every runbook as it is now, by its file. */
export async function previewsOf(runbooks: Runbooks): Promise<readonly RunbookPreview[]> {
  const files = await runbooks.list();
  const between = lintOthers(files);
  return files.map(({ file, read }) =>
    read.kind === 'good'
      ? {
          id: read.runbook.id,
          file,
          runbook: read.runbook,
          findings: between.filter((one) => one.file === file),
        }
      : { id: file.replace(/\.md$/, ''), file, findings: read.findings },
  );
}
