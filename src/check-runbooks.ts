import { createHash } from 'node:crypto';
import { join } from 'node:path';

import type { Reply } from './domain/reply.ts';
import { counted } from './domain/wording.ts';
import { lintOthers } from './runbooks/lint-others.ts';
import { runbooksIn } from './runbooks/load.ts';

/** The runbooks that ship with this version. */
export const shippedRunbooks = join(import.meta.dirname, '../runbooks');

/**
 * Reads every runbook of a folder and tells what is wrong with any.
 *
 * @throws UserError `bad_input` when the folder cannot be read
 */
export async function checkRunbooks(folder = shippedRunbooks): Promise<Reply> {
  const runbooks = runbooksIn(folder, (text) => createHash('sha256').update(text).digest('hex'));
  const files = await runbooks.list();
  const findings = [
    ...files.flatMap(({ read }) => (read.kind === 'bad' ? read.findings : [])),
    ...lintOthers(files),
  ];
  const twice = files.filter(({ read }, index) => {
    const id = read.kind === 'good' ? read.runbook.id : undefined;
    const before = files.slice(0, index).map((one) => one.read);
    return before.some((one) => one.kind === 'good' && one.runbook.id === id);
  });
  const said = [
    ...findings.map(({ file, line, column, text }) => `${file}:${line}:${column} ${text}`),
    ...twice.map(({ file }) => `${file}:2:1 Another file has the same id: give it its own.`),
  ];
  const read = counted(files.length, 'runbook');
  return {
    kind: 'view',
    title:
      said.length === 0
        ? `${read} read, nothing to mend.`
        : `${read} read, ${counted(said.length, 'finding')}:`,
    blocks: said.map((text) => ({ kind: 'text', text })),
    next: [],
    audience: 'person',
    outcome: said.length === 0 ? 'done' : 'failed',
    data: { runbooks: files.map(({ file }) => file), findings: said },
  };
}
