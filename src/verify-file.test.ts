import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, describe, it } from 'node:test';

import { z } from 'zod';

import { UserError } from './errors.ts';
import { aBundle } from './testing/bundle.ts';
import { aSigner } from './testing/timeline.ts';
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

  it('says to machines too what it rests on, and what to be careful with', async () => {
    const { publicKeyPem, keyId } = aSigner();
    const key = join(folder, 'there.pem');
    await writeFile(key, publicKeyPem);
    const answer = z.object({
      good: z.boolean(),
      vouched: z.int(),
      trusted: z.object({ keysFrom: z.string(), keyId: z.string(), seq: z.int() }),
      warnings: z.array(z.string()),
    });
    const dataOf = async (keyFile?: string) => {
      const reply = await verifyFile(there, keyFile);
      return answer.parse(reply.kind === 'view' ? reply.data : undefined);
    };

    const unchecked = await dataOf();
    const checked = await dataOf(key);
    assert.deepEqual(checked.trusted, { keysFrom: 'key file', keyId, seq: 3 });
    assert.deepEqual(
      [checked.good, checked.vouched, unchecked.trusted.keysFrom],
      [true, 3, 'file'],
    );
    const said = [unchecked, checked].map(({ warnings }) => warnings.join('\n'));
    assert.deepEqual(
      said.map((text) => /made the key/.test(text)),
      [true, false],
    );
    for (const text of said) assert.match(text, /No signature covers the header/);
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
