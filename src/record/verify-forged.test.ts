import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { aBundle, signedUpTo, verify, withEntries } from '../testing/bundle.ts';
import { aSigner } from '../testing/timeline.ts';
import { describeReport } from './describe.ts';

describe('a changed timeline', () => {
  const cases: readonly {
    readonly name: string;
    readonly change: (lines: string[]) => string[];
    readonly seq: number;
    readonly reason: RegExp;
  }[] = [
    {
      name: 'a changed text',
      change: (lines) => lines.with(3, line(lines, 4).replace('Event 4', 'Event 9')),
      seq: 4,
      reason: /text or data is not what was recorded/,
    },
    {
      name: 'a changed actor',
      change: (lines) => lines.with(3, line(lines, 4).replace('firebreak', 'firebrand')),
      seq: 4,
      reason: /actor is not the one/,
    },
    {
      name: 'a changed time',
      change: (lines) =>
        lines.with(3, line(lines, 4).replace(/"occurred_at":"2026/, '"occurred_at":"2025')),
      seq: 4,
      reason: /bytes do not give its hash/,
    },
    {
      name: 'a changed hash',
      change: (lines) =>
        lines.with(
          3,
          line(lines, 4).replace(/"hash":"(.)/, (_, hex) => `"hash":"${hex === '0' ? '1' : '0'}`),
        ),
      seq: 4,
      reason: /bytes do not give its hash/,
    },
    { name: 'a dropped entry', change: without(5), seq: 5, reason: /missing: entry 6 stands/ },
    { name: 'a dropped first entry', change: without(1), seq: 1, reason: /missing/ },
    {
      name: 'two swapped entries',
      change: (lines) => lines.with(2, line(lines, 4)).with(3, line(lines, 3)),
      seq: 3,
      reason: /missing: entry 4 stands/,
    },
    {
      name: 'an entry that stands twice',
      change: (lines) => lines.toSpliced(3, 0, line(lines, 3)),
      seq: 3,
      reason: /second time, or out of order, where entry 4/,
    },
    {
      name: 'a cut end',
      change: (lines) => lines.slice(0, 8),
      seq: 9,
      reason: /end was cut off: the checkpoint of .* covers 10 entries, the file has 8/,
    },
    {
      name: 'a key that stands twice',
      change: (lines) => lines.with(1, line(lines, 2).replace('"v":1', '"v":1,"v":1')),
      seq: 2,
      reason: /not in the form/,
    },
    {
      name: 'a number that only some parsers round',
      change: (lines) => lines.with(1, line(lines, 2).replace('"seq":2', '"seq":2.0')),
      seq: 2,
      reason: /not in the form/,
    },
    {
      name: 'an additional field',
      change: (lines) => lines.with(1, line(lines, 2).replace('"hash"', '"extra":1,"hash"')),
      seq: 2,
      reason: /not in the form/,
    },
    {
      name: 'half a salt',
      change: (lines) => lines.with(1, line(lines, 2).replace(/"salt":"./, '"salt":"')),
      seq: 2,
      reason: /not in the form/,
    },
  ];
  for (const { name, change, seq, reason } of cases) {
    it(`names the entry: ${name}`, async () => {
      const bundle = withEntries(await aBundle({ entries: 10 }), change);
      const report = await verify(bundle, aSigner().publicKeyPem);

      assert.equal(report.good, false);
      assert.equal(report.problem?.seq, seq);
      assert.match(report.problem?.reason ?? '', reason);
      assert.equal(report.entries, seq - 1);
      const text = describeReport(report);
      const place = name === 'a cut end' ? `after entry ${seq - 1}` : `at entry ${seq}`;
      assert.match(text, new RegExp(`^BAD ${place}: `));
      assert.match(text, /Nothing in this file can be vouched for\./);
    });
  }

  it('names an entry that was recorded before its predecessor', async () => {
    const bundle = await aBundle({
      entries: 10,
      event: (seq) => ({ recordedAt: new Date(seq === 7 ? 5000 : 6000) }),
    });
    const report = await verify(bundle);
    assert.equal(report.problem?.seq, 7);
    assert.match(report.problem?.reason ?? '', /recorded before/);
  });

  it('names the entry for bytes that are not UTF-8', async () => {
    const bytes = Buffer.from(await aBundle());
    bytes[bytes.indexOf('Event 2')] = 0xff;
    const report = await verify(bytes);
    assert.equal(report.problem?.seq, 2);
    assert.match(report.problem?.reason ?? '', /not UTF-8/);
  });

  it('finds a fork of two entries after the same predecessor', async () => {
    const other = await aBundle({
      event: (seq) => ({ body: { text: seq === 3 ? 'No.' : `Event ${seq}.` } }),
    });
    const [third = ''] = /\{"actor".*"seq":3.*\}/.exec(other) ?? [];
    const report = await verify(withEntries(await aBundle(), (lines) => [...lines, third]));
    assert.equal(report.problem?.seq, 3);
    assert.match(report.problem?.reason ?? '', /forks: two entries claim/);
  });

  it('finds a fork of two signed heads', async () => {
    const other = await aBundle({ event: () => ({ body: { text: 'Another story.' } }) });
    const [, theirs = ''] = other.split('"checkpoints":[\n');
    const [theirCheckpoint = ''] = theirs.split('\n');
    const bundle = (await aBundle()).replace(
      '"checkpoints":[\n',
      `"checkpoints":[\n${theirCheckpoint},\n`,
    );
    const report = await verify(bundle);
    assert.equal(report.problem?.seq, 3);
    assert.match(report.problem?.reason ?? '', /forks: two heads were signed/);
  });

  it('never takes a flipped bit in the entries, and names the entry it is in', async () => {
    const bytes = Buffer.from(await aBundle({ entries: 6 }));
    const start = bytes.indexOf('"entries":[\n') + 12;
    const end = bytes.indexOf('\n],\n"omissions"');
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: start, max: end - 1 }), fc.nat(7), async (at, bit) => {
        const flipped = Buffer.from(bytes);
        flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << bit), at);
        const seq = bytes.subarray(start, at).toString().split('\n').length;
        const report = await verify(flipped);
        assert.equal(report.good, false);
        assert.equal(report.problem?.seq, seq);
      }),
      { numRuns: 400 },
    );
  });

  it('takes no other spelling of a salt or a signature either', async () => {
    const bundle = await aBundle({ entries: 3 });
    const spelled = [...bundle.matchAll(/"(?:salt|signature)":"([A-Za-z0-9_-]+)"/g)];
    assert.ok(spelled.length > 6);
    for (const found of spelled) {
      const at = found.index + found[0].length - 2;
      const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
      // The neighbour in the alphabet decodes to the same bytes.
      const other = alphabet[alphabet.indexOf(bundle[at] ?? '') ^ 1] ?? '';
      const report = await verify(bundle.slice(0, at) + other + bundle.slice(at + 1));
      assert.equal(report.good, false, found[0]);
    }
  });

  it('says of a file that was cut anywhere that it was', async () => {
    const bytes = Buffer.from(await aBundle());
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 3), async (length) => {
        const report = await verify(bytes.subarray(0, length));
        assert.equal(report.good, false);
        assert.match(report.problem?.reason ?? '', /cut off/);
        assert.doesNotMatch(describeReport(report), /^BAD at entry/, 'nothing stands there');
      }),
    );
  });

  it('says of a cut file where it ends, what is left of it, and what to do', async () => {
    const whole = await aBundle({ entries: 60 });
    const lines = whole.split('\n');
    const cut = lines
      .slice(
        0,
        lines.findIndex((text) => text.includes('"seq":56,')),
      )
      .join('\n');
    const said = describeReport(await verify(`${cut}\n`)).split('\n');
    assert.deepEqual(said.slice(0, 5), [
      'BAD after entry 55: The file ends too early: a part of it was cut off.',
      'Signed heads vouch for entries 1 to 50, and for nothing after them.',
      'Entries 51 to 55 hang together, but no signature reaches them.',
      'Keep this file as it is, and have the record exported again where it is kept: firebreak export INC-7 --format json --out FILE',
      'If that one is good, only this copy was cut short. If it is bad too, the timeline in the database was changed: firebreak doctor looks at all of them.',
    ]);
  });

  it('asks for the right key first when no signature is by the one given', async () => {
    const changed = withEntries(await aBundle({ entries: 10 }), without(5));
    const said = describeReport(await verify(changed, aSigner(2).publicKeyPem));
    assert.match(
      said,
      /\nFirst make sure that the key file is of this instance: firebreak public-key/,
    );
    assert.match(said, /only this copy was changed/);
  });
});

describe('a timeline that was written again without the key', () => {
  it('does not fit the signed heads, and the report says between which', async () => {
    const honest = await aBundle({ entries: 120 });
    const forged = await aBundle({ entries: 120, event: lie });
    const [, entries = ''] = forged.split('"entries":[');
    const report = await verify(`${honest.split('"entries":[')[0]}"entries":[${entries}`);

    assert.deepEqual([report.problem?.seq, report.problem?.through], [51, 100]);
    assert.match(report.problem?.reason ?? '', /rewritten or forked/);
    assert.match(describeReport(report), /^BAD at one of the entries 51 to 100: /);
  });

  it('is vouched for up to the last head that fits, and no further', async () => {
    const honest = await aBundle({ entries: 120 });
    const forged = await aBundle({ entries: 120, event: lie });
    const swapped = (kept: string): string =>
      `${kept.split('"entries":[')[0]}"entries":[${forged.split('"entries":[')[1]}`;
    const unsigned = signedUpTo(swapped(honest), 50);

    for (const bundle of [swapped(honest), unsigned]) {
      const report = await verify(bundle);
      assert.equal(report.good, false);
      assert.deepEqual([report.entries, report.vouched], [50, 50]);
      assert.equal(report.head, headOf(honest, 50));
      const text = describeReport(report);
      assert.match(text, /\nSigned heads vouch for entries 1 to 50, and for nothing after them\./);
      assert.ok(!text.includes(headOf(forged, 100) ?? '?'));
      assert.match(text, /not checked independently/);
    }
  });

  it('is vouched for nowhere when the first signed head does not fit', async () => {
    const honest = await aBundle({ entries: 60 });
    const forged = await aBundle({
      entries: 60,
      event: (seq) => ({ body: { text: seq === 20 ? 'Nothing.' : `Event ${seq}.` } }),
    });
    const report = await verify(
      `${honest.split('"entries":[')[0]}"entries":[${forged.split('"entries":[')[1]}`,
    );
    assert.deepEqual([report.problem?.seq, report.problem?.through], [1, 50]);
    assert.deepEqual([report.entries, report.vouched, report.head], [0, 0, undefined]);
    const text = describeReport(report);
    assert.match(text, /Nothing in this file can be vouched for\./);
    assert.doesNotMatch(text, /unbroken|Head/);
  });

  it('says which entries only hang together', async () => {
    const bundle = withEntries(await aBundle({ entries: 120 }), (lines) =>
      lines.with(69, line(lines, 70).replace('Event 70', 'Event 71')),
    );
    const report = await verify(bundle);
    assert.deepEqual([report.entries, report.vouched], [69, 50]);
    assert.match(
      describeReport(report),
      /Entries 51 to 69 hang together, but no signature reaches them\./,
    );
  });

  it('does not pass with signatures by another key under the old name', async () => {
    const forged = await aBundle({ entries: 60, event: lie, signer: aSigner(2) });
    const renamed = forged.replaceAll(aSigner(2).keyId, aSigner(1).keyId);
    const report = await verify(renamed, aSigner().publicKeyPem);
    assert.match(report.problem?.reason ?? '', /is not key/);
    const both = await verify(renamed.replace(pem(2), pem(1)), aSigner().publicKeyPem);
    assert.match(
      both.problem?.reason ?? '',
      /signature of the checkpoint of entry 50 does not match/,
    );
  });

  it('passes as a whole with its own key only while no key file is given', async () => {
    const forged = await aBundle({ entries: 60, event: lie, signer: aSigner(2) });
    const unchecked = await verify(forged);
    const checked = await verify(forged, aSigner(1).publicKeyPem);

    assert.equal(unchecked.good, true);
    assert.match(describeReport(unchecked), /not checked independently/);
    assert.equal(checked.good, false);
    assert.equal(checked.checkpoints.unchecked, 2);
    assert.match(checked.problem?.reason ?? '', /No key of the key file signed it/);
  });

  it('is not good with entries after the last signed one', async () => {
    const report = await verify(signedUpTo(await aBundle({ entries: 100 }), 50));
    assert.equal(report.problem?.seq, 51);
    assert.match(report.problem?.reason ?? '', /covers 50 of 100 entries/);
  });
});

const lie = (seq: number): { body: { text: string } } => ({
  body: { text: seq === 60 ? 'Nothing.' : `Event ${seq}.` },
});
const headOf = (bundle: string, seq: number): string | undefined =>
  new RegExp(`"seq":${seq},.*"hash":"(\\w+)"`).exec(bundle)?.[1];
const pem = (seed: number): string => JSON.stringify(aSigner(seed).publicKeyPem);

function without(seq: number): (lines: string[]) => string[] {
  return (lines) => lines.toSpliced(seq - 1, 1);
}

function line(lines: readonly string[], seq: number): string {
  const found = lines[seq - 1];
  assert.ok(found);
  return found;
}
