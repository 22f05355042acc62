import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';

import type { Reply } from './domain/reply.ts';
import { UserError } from './errors.ts';
import { describeReport } from './record/describe.ts';
import { verifyBundle } from './record/verify.ts';

/**
 * Checks an exported record with nothing but the file, and the key when one is given.
 *
 * @throws UserError `bad_input` when a file cannot be read
 */
export async function verifyFile(file: string, keyFile: string | undefined): Promise<Reply> {
  const keyPem =
    keyFile === undefined
      ? undefined
      : await readFile(keyFile, 'utf8').catch(() => unreadable(keyFile));
  const isFile = await stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isFile) unreadable(file);
  const report = await verifyBundle(createReadStream(file), keyPem === undefined ? {} : { keyPem });
  const [verdict, ...rest] = describeReport(report).split('\n');
  return {
    kind: 'view',
    title: verdict ?? '',
    blocks: rest.map((text) => ({ kind: 'text', text })),
    next: [],
    audience: 'person',
    outcome: report.good ? 'done' : 'failed',
    data: {
      good: report.good,
      entries: report.entries,
      ...(report.problem ? { problem: { ...report.problem } } : {}),
      ...(report.head === undefined ? {} : { head: report.head }),
      redacted: report.redacted.count,
      signedCheckpoints: report.checkpoints.good,
    },
  };
}

function unreadable(file: string): never {
  throw new UserError('bad_input', `The file ${file} cannot be read.`, { hint: 'Check the path.' });
}
