import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aBundle, cutBack, inPieces, verify } from '../testing/bundle.ts';
import { aSigner } from '../testing/timeline.ts';
import { verifyBundle } from './verify.ts';

describe('the end of an exported timeline', () => {
  it('is not good when it was cut back to an older signed head', async () => {
    const whole = await aBundle({ entries: 120 });
    const report = await verify(cutBack(whole, 50), aSigner().publicKeyPem);

    assert.equal(report.good, false);
    assert.deepEqual([report.problem?.seq, report.entries, report.vouched], [51, 50, 50]);
    assert.match(
      report.problem?.reason ?? '',
      /^The end was cut off: a record ends with the entry that it was exported, and entry 50 is note_added\. How many entries are missing, the file cannot tell\./,
    );
  });

  it('is not good when it ends with another export than its header says', async () => {
    const whole = await aBundle({ entries: 10 });
    const [, at = ''] = /"exported_at":"([^"]+)"/.exec(whole) ?? [];
    const report = await verify(
      whole.replace(`"exported_at":"${at}"`, '"exported_at":"2026-11-22T10:00:00.000Z"'),
    );
    assert.equal(report.problem?.seq, undefined);
    assert.match(
      report.problem?.reason ?? '',
      /header says that it was exported 2026-11-22T10:00:00\.000Z, its last entry says 2026-11-22T09:17:44\.123Z/,
    );
  });

  it('may end at any signed head where no export made it', async () => {
    const report = await verifyBundle(
      inPieces(Buffer.from(cutBack(await aBundle({ entries: 120 }), 50)), 1000),
      { endsAnywhere: true },
    );
    assert.equal(report.good, true);
    assert.equal(report.entries, 50);
  });
});
