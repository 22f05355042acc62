import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';

import type { Reply } from './domain/reply.ts';
import { UserError } from './errors.ts';
import { describeReport, warningsOf } from './record/describe.ts';
import { verifyBundle } from './record/verify.ts';

/**
 * Checks an exported record with nothing but the file, and the key when one is given.
 *
 * @throws UserError `bad_input` when a file cannot be read
 */
export async function verifyFile(file: string, keyFile: string | undefined): Promise<Reply> {
  const keyPem = keyFile === undefined ? undefined : await readKey(resolve(keyFile));
  const path = resolve(file);
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    (error: unknown) => unreadable(path, error, nextFor.record),
  );
  if (!isFile) unreadable(path, { code: 'EISDIR' }, nextFor.record);
  const report = await verifyBundle(createReadStream(path), keyPem === undefined ? {} : { keyPem });
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
      vouched: report.vouched,
      ...(report.problem ? { problem: { ...report.problem } } : {}),
      ...(report.head === undefined ? {} : { head: report.head }),
      redacted: report.redacted.count,
      plans: { checked: report.plans.checked, differ: [...report.plans.differ] },
      signedCheckpoints: report.checkpoints.good,
      trusted: { keysFrom: report.keysFrom, ...report.checkpoints.last },
      signers: report.checkpoints.signers.map((signer) => ({ ...signer })),
      ...(report.declared === undefined ? {} : { declared: report.declared }),
      warnings: warningsOf(report),
    },
  };
}

const nextFor = {
  record:
    'Name the file of an export; `firebreak export INC-… --format json --out FILE` writes one.',
  key: 'Name the file of the public key, or leave --key out.',
} as const;

async function readKey(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((error: unknown) =>
    unreadable(path, error, nextFor.key),
  );
}

/** With the whole path, because a relative one may start elsewhere than people think. */
function unreadable(path: string, error: unknown, next: string): never {
  const why = {
    ENOENT: `There is no file ${path}.`,
    ENOTDIR: `There is no file ${path}.`,
    EISDIR: `${path} is no file that can be read.`,
    EACCES: `The rights of ${path} do not let you read it.`,
  };
  const code = isNodeError(error) ? error.code : '';
  const known = Object.entries(why).find(([name]) => name === code)?.[1];
  throw new UserError('bad_input', known ?? `The file ${path} cannot be read.`, { hint: next });
}

function isNodeError(error: unknown): error is { readonly code: string } {
  return typeof error === 'object' && error !== null && 'code' in error;
}
