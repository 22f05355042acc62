import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

import { checkRunbooks, shippedRunbooks } from './check-runbooks.ts';
import type { RunbookFiles } from './cli/runbooks.ts';
import type { Reply } from './domain/reply.ts';
import { runbookSvg } from './domain/runbook-svg.ts';
import type { Finding, Runbook } from './domain/runbook.ts';
import { counted } from './domain/wording.ts';
import { UserError } from './errors.ts';
import { cacaoOf } from './runbooks/cacao/export.ts';
import { importPlaybook, maxPlaybookBytes } from './runbooks/cacao/import.ts';
import { freshRunbook } from './runbooks/fresh.ts';
import { runbooksIn } from './runbooks/load.ts';

/** @param now of what is written */
export function runbookFiles(now: () => Date): RunbookFiles {
  return {
    check: checkRunbooks,
    export: async (id, folder) => {
      const runbook = await runbookCalled(id, folder);
      return `${JSON.stringify(cacaoOf(runbook, sha256, now()), undefined, 2)}\n`;
    },
    import: async (file) => {
      const made = importPlaybook(await boundedText(file), file, sha256);
      if (made.kind === 'bad') return { kind: 'bad', reply: refused(made.findings) };
      const { runbook, text, warnings } = made;
      return { kind: 'good', id: runbook.id, text, warnings };
    },
    picture: async (id, folder) => runbookSvg(await runbookCalled(id, folder)),
    create: async (id, title) => {
      const text = freshRunbook(id, title);
      const files = await runbooksIn(shippedRunbooks, sha256).list();
      if (!files.some(({ file }) => file === `${id}.md`)) return text;
      throw new UserError('conflict', `A runbook ${id} ships with Firebreak already.`, {
        hint: 'Call yours otherwise, or start from a copy of that one.',
      });
    },
  };
}

function refused(findings: readonly Finding[]): Reply {
  const shown = findings.slice(0, shownFindings).map(said);
  const left = findings.length - shown.length;
  return {
    kind: 'view',
    title: `No runbook was made: ${counted(findings.length, 'finding')}.`,
    blocks: [...shown, ...(left > 0 ? [`And ${left} more.`] : [])].map((text) => ({
      kind: 'text',
      text,
    })),
    next: [],
    audience: 'person',
    outcome: 'failed',
    data: { findings: shown },
  };
}

/** Nobody reads more of them. */
const shownFindings = 50;

function said({ file, line, column, text }: Finding): string {
  return `${file}:${line}:${column} ${text}`;
}

/** @throws UserError `bad_input` when it cannot be read or is too large */
async function boundedText(path: string): Promise<string> {
  try {
    await using file = await open(path);
    // One more than allowed, so that what is too large is seen without reading the rest.
    const bytes = Buffer.alloc(maxPlaybookBytes + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length);
      length += bytesRead;
      if (bytesRead === 0 || length === bytes.length) break;
    }
    return bytes.toString('utf8', 0, length);
  } catch {
    throw new UserError('bad_input', `The file ${path} cannot be read.`, {
      hint: 'Check the path and its rights.',
    });
  }
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
