import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, describe, it } from 'node:test';

import { UserError } from './errors.ts';
import { aBundle } from './testing/bundle.ts';
import { verifyFile } from './verify-file.ts';

async function refusal(file: string, key?: string): Promise<readonly (string | undefined)[]> {
  const error = await verifyFile(file, key).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof UserError);
  return [error.message, error.hint];
}

describe('the file that is to be verified', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fb-verify-'));
  after(() => rm(folder, { recursive: true }));
  const there = join(folder, 'INC-1.json');
  await writeFile(there, await aBundle());

  it('is read', async () => {
    const reply = await verifyFile(there, undefined);
    assert.equal(reply.kind === 'view' && reply.outcome, 'done');
  });

  it('is named whole when it is not there, with what makes one', async () => {
    const missing = join(folder, 'INC-2.json');
    const said = [
      `There is no file ${missing}.`,
      'Name the file of an export; `firebreak export INC-… --format json --out FILE` writes one.',
    ];
    assert.deepEqual(await refusal(missing), said);
    assert.deepEqual(await refusal(relative('', missing)), said);
    assert.deepEqual(await refusal(join(there, 'x')), [`There is no file ${there}/x.`, said[1]]);
  });

  it('is named when it is a folder', async () => {
    assert.equal((await refusal(folder))[0], `${folder} is no file that can be read.`);
  });

  it('may come with a key, whose own file is named when it is not there', async () => {
    assert.deepEqual(await refusal(there, join(folder, 'key.pem')), [
      `There is no file ${join(folder, 'key.pem')}.`,
      'Name the file of the public key, or leave --key out.',
    ]);
  });
});
