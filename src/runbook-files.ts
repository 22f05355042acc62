import { createHash } from 'node:crypto';

import { checkRunbooks, shippedRunbooks } from './check-runbooks.ts';
import type { RunbookFiles } from './cli/runbooks.ts';
import type { Runbook } from './domain/runbook.ts';
import { UserError } from './errors.ts';
import { cacaoOf } from './runbooks/cacao/export.ts';
import { runbooksIn } from './runbooks/load.ts';

/** @param now of what is written */
export function runbookFiles(now: () => Date): RunbookFiles {
  return {
    check: checkRunbooks,
    export: async (id, folder) => {
      const runbook = await runbookCalled(id, folder);
      return `${JSON.stringify(cacaoOf(runbook, sha256, now()), undefined, 2)}\n`;
    },
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** @throws UserError `not_found` without one, `bad_input` when its file has mistakes */
async function runbookCalled(id: string, folder = shippedRunbooks): Promise<Runbook> {
  const files = await runbooksIn(folder, sha256).list();
  const good = files.flatMap(({ read }) => (read.kind === 'good' ? [read.runbook] : []));
  const found = good.find((one) => one.id === id);
  if (found) return found;
  if (files.some(({ file, read }) => read.kind === 'bad' && file === `${id}.md`)) {
    throw new UserError('bad_input', `The runbook ${id} has mistakes.`, {
      hint: 'firebreak runbooks check names each',
    });
  }
  throw new UserError('not_found', `There is no runbook ${id} there.`, {
    hint: 'firebreak runbooks check --json lists the files',
    candidates: good.map((one) => one.id),
  });
}
