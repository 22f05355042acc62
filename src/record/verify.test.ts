import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { UserError } from '../errors.ts';
import { aBundle, inPieces, verify } from '../testing/bundle.ts';
import { aSigner } from '../testing/timeline.ts';
import { describeReport } from './describe.ts';
import { verifyBundle } from './verify.ts';

describe('a good timeline', () => {
  it('is good, and the report says what it rests on', async () => {
    const report = await verify(await aBundle({ entries: 120 }));

    assert.equal(report.good, true);
    assert.equal(report.entries, 120);
    assert.equal(report.name, 'INC-7');
    assert.equal(report.checkpoints.good, 3);
    assert.equal(report.checkpoints.last?.seq, 120);
    const text = describeReport(report);
    assert.match(text, /^GOOD: 120 entries of INC-7/);
    assert.match(text, /which came with the file: 3 checkpoints, the last at entry 120/);
    assert.match(text, /not checked independently/);
    const { exportedAt = '', lastRecordedAt = '' } = report;
    assert.ok(
      text.includes(
        `Exported ${exportedAt}; it ends with the entry of that, recorded ${lastRecordedAt}. What was recorded after it is not in this file.`,
      ),
    );
    assert.ok(text.includes(`Head: ${report.head}`));
    assert.equal(report.vouched, 120);
  });

  it('is about what its first entry says, which is signed, and not its header', async () => {
    const title = 'Leaked Stripe key';
    const bundle = await aBundle({
      event: (seq) =>
        seq === 1
          ? { kind: 'incident_declared', body: { text: `Declared: ${title}.`, data: { title } } }
          : {},
    });
    const honest = await verify(bundle);
    const renamed = await verify(bundle.replace(`"title":"${title}"`, '"title":"Nothing much"'));

    assert.equal(honest.declared, title);
    assert.match(describeReport(honest), /\nAbout “Leaked Stripe key”, as its first entry says\./);
    assert.deepEqual(
      [renamed.good, renamed.declared, renamed.title],
      [true, title, 'Nothing much'],
    );
    assert.match(
      describeReport(renamed),
      /\nThe header calls it “Nothing much”, but its first entry, which is signed, says “Leaked Stripe key”: believe the entry\./,
    );
  });

  it('rests on the key file when one is given', async () => {
    const report = await verify(await aBundle(), aSigner().publicKeyPem);

    assert.equal(report.good, true);
    const text = describeReport(report);
    assert.match(text, /which is in the key file that you gave/);
    assert.doesNotMatch(text, /not checked independently/);
  });

  it('names every key that signed, and where the key changed', async () => {
    const [old, young] = [aSigner(1), aSigner(2)];
    const bundle = await aBundle({ entries: 120, laterSigner: { from: 100, signer: young } });
    const report = await verify(bundle);
    const checked = await verify(bundle, young.publicKeyPem);

    assert.deepEqual(report.checkpoints.signers, [
      { keyId: old.keyId, good: 1, last: 50 },
      { keyId: young.keyId, good: 2, last: 120 },
    ]);
    assert.ok(
      describeReport(report).includes(
        `\nSigned by 2 keys, which came with the file: 1 checkpoint by ${old.keyId}, then 2 by ${young.keyId}: the key changed after entry 50. The last is at entry 120 on ${report.checkpoints.last?.time}.\n`,
      ),
      describeReport(report),
    );
    assert.match(describeReport(checked), /Signed by key .*: 2 checkpoints, the last at entry 120/);
  });

  it('reads the same in pieces of any size, also through the middle of a character', async () => {
    const bytes = Buffer.from(await aBundle({ event: () => ({ body: { text: 'Ünïcödé 😀' } }) }));
    for (const size of [1, 2, 3, 7, 64, 100_000]) {
      assert.equal((await verifyBundle(inPieces(bytes, size))).good, true);
    }
  });

  it('takes erased values as redacted, and names the entries', async () => {
    const report = await verify(
      await aBundle({ entries: 30, event: (seq) => ({ erased: seq > 4 }) }),
    );

    assert.equal(report.good, true);
    assert.equal(report.redacted.count, 26);
    assert.match(describeReport(report), /Redacted .* entries 5, 6, 7, .*, 24 and 6 more\./);
  });

  it('takes entries that happened before their predecessor, and a skewed clock', async () => {
    const bundle = await aBundle({
      entries: 5,
      event: (seq) => ({ occurredAt: new Date(10_000 - seq), skewMs: -seq }),
    });
    assert.equal((await verify(bundle)).good, true);
  });

  it('takes a file whose last line end an editor dropped', async () => {
    assert.equal((await verify((await aBundle()).trimEnd())).good, true);
  });

  it('shows escape sequences of the file without obeying them', async () => {
    const bundle = (await aBundle()).replace('"INC-7"', String.raw`"INC\u001b[2J‮"`);
    const text = describeReport(await verify(bundle));
    assert.ok(text.includes(String.raw`INC\u{1b}[2J\u{202e}`));
    assert.ok(!text.includes('\u001b'));
  });
});

describe('other files', () => {
  for (const [name, text] of [
    ['an empty file', ''],
    ['an empty object', '{}\n'],
    ['a picture', '\u0089PNG\r\n'],
    ['another format', '{"format":"firebreak-timeline-v2",\n'],
  ] as const) {
    it(`refuses ${name} without a stack trace`, async () => {
      const report = await verify(text);
      assert.equal(report.good, false);
      assert.match(describeReport(report), /^BAD: .*\nNothing in this file can be vouched for\.$/);
    });
  }

  for (const [name, bytes] of [
    ['a Markdown export', '# INC-7 Leaked Stripe key\n\nA record.\n'],
    ['a line of text', 'hello'],
    ['JSON of something else', '{"a":1}\n'],
    ['JSON of something else without a line end', '{"a":1}'],
    ['a picture', Buffer.from('89504e470d0a1a0a00ff', 'hex')],
  ] as const) {
    it(`says of ${name} that it is no record, not that it was changed`, async () => {
      const { reason = '' } = (await verify(bytes)).problem ?? {};
      assert.equal(
        reason,
        'This is no Firebreak record: only what `firebreak export INC-… --format json` wrote can be verified.',
      );
    });
  }

  it('names another version of the format', async () => {
    const { reason = '' } = (await verify('{"format":"firebreak-timeline-v2",\n')).problem ?? {};
    assert.match(reason, /not a timeline in the format firebreak-timeline-v1/);
  });

  it('says of a reformatted file that it was reformatted', async () => {
    const text = JSON.stringify(JSON.parse(await aBundle()), undefined, 2);
    assert.match((await verify(text)).problem?.reason ?? '', /not a timeline|reformatted/);
    const crlf = (await aBundle()).replaceAll('\n', '\r\n');
    assert.equal((await verify(crlf)).good, false);
  });

  it('refuses text behind the end', async () => {
    assert.match((await verify(`${await aBundle()}{}\n`)).problem?.reason ?? '', /follows the end/);
  });

  it('never throws, whatever it is given', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const start = Buffer.from('{"format":"firebreak-timeline-v1",\n');
        assert.equal((await verify(Buffer.concat([start, bytes]))).good, false);
      }),
    );
  });

  it('refuses a line that would fill the memory', async () => {
    assert.match((await verifyBundle(endlessLine())).problem?.reason ?? '', /longer than 16 MiB/);
  });

  it('refuses a key file without a public key', async () => {
    await assert.rejects(verify(await aBundle(), 'no key'), UserError);
  });
});

async function* endlessLine(): AsyncGenerator<string> {
  for (;;) yield 'x'.repeat(1024 * 1024);
}
