import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { PlatformError } from '../../errors.ts';
import type { GuardedAnswer } from '../guarded-fetch.ts';
import { isMissingEndpoint, refusal } from './refusal.ts';

const now = new Date('2026-11-22T08:00:00.000Z');
const purpose = { doing: 'switch workflows off', scope: 'workflow:deactivate' };

function answer(status: number, message?: string, retryAfter?: string): GuardedAnswer {
  return {
    status,
    header: (name) => (name === 'retry-after' ? retryAfter : undefined),
    body: message === undefined ? undefined : { message },
  };
}

describe('refusal', () => {
  const cases: readonly (readonly [number, string | undefined, string, RegExp])[] = [
    [401, 'Unauthorized', 'unauthorized', /expired or revoked.*connect again/],
    [403, 'Forbidden', 'refused', /switch workflows off.*scope workflow:deactivate/],
    [403, 'Your license does not allow for feat:X.', 'refused', /licence/],
    [404, 'Not Found', 'not_found', /deleted, or is not shared/],
    [404, 'You do not have permission to deactivate this workflow.', 'not_found', /deleted/],
    [404, 'Version not found', 'not_found', /live-version\.json.*by hand/],
    [404, 'not found', 'not_found', /no way to switch workflows off/],
    [404, undefined, 'not_found', /base URL/],
    [405, 'POST method not allowed', 'not_found', /no way/],
    [409, 'There is a conflict with one of the webhooks.', 'conflict', /webhook paths/],
    [409, 'Workflow is still being unpublished.', 'conflict', /still unpublishing/],
    [409, 'Only running or waiting executions can be stopped and 3 is', 'conflict', /ended/],
    [409, 'odd', 'conflict', /changed meanwhile/],
    [400, 'Cannot publish workflow: Node "X" … which is not published.', 'conflict', /sub-work/],
    [400, 'Cannot activate an archived workflow.', 'conflict', /Unarchive/],
    [400, 'Unrecognized node type: a.b', 'conflict', /node types/],
    [400, 'it has no trigger node here', 'conflict', /no trigger/],
    [400, 'request/body/x', 'refused', /as it stands \(400\)/],
    [415, 'unsupported media type', 'refused', /\(415\)/],
    [429, undefined, 'rate_limited', /less often/],
    [500, undefined, 'unavailable', /\(500\)/],
    [503, undefined, 'unavailable', /\(503\)/],
  ];
  it('says what was asked where that only reads, also once it is told in other words', () => {
    const reads = refusal(answer(500), { doing: 'list executions', scope: 'execution:list' }, now);
    assert.equal(reads.asking, 'list executions');
    const writes = refusal(answer(500), { ...purpose, writes: true }, now);
    assert.equal(writes.asking, undefined);
    assert.equal(
      new PlatformError('n8n', 'unavailable', 'Given up.', { cause: reads }).asking,
      reads.asking,
    );
  });

  for (const [status, message, code, says] of cases) {
    it(`makes ${code} of ${status} ${message ?? 'without JSON'}`, () => {
      const error = refusal(answer(status, message), purpose, now);
      assert.equal(error.code, code);
      assert.match(error.message, says);
      assert.match(error.message, /\.$/);
    });
  }

  for (const status of [408, 502, 504, 520, 524]) {
    it(`takes ${status} on a write for a call that may have happened`, () => {
      const error = refusal(answer(status), { ...purpose, writes: true }, now);
      assert.equal(error.code, 'timed_out');
      assert.ok(error.mayHaveHappened);
      assert.match(error.message, /may have happened.*\.$/);
      assert.ok(error.message.includes(`(${status})`));
    });
  }

  it('does not say of a read that it may have happened', () => {
    const codes = [408, 502, 504].map((status) => refusal(answer(status), purpose, now));
    assert.deepEqual(
      codes.map(({ code }) => code),
      ['timed_out', 'unavailable', 'timed_out'],
    );
    for (const { message } of codes) assert.doesNotMatch(message, /happened/);
  });

  it('takes a refusal of n8n itself on a write for one', () => {
    for (const status of [500, 503]) {
      const error = refusal(answer(status), { ...purpose, writes: true }, now);
      assert.equal(error.code, 'unavailable');
    }
  });

  it('says when to come back, in seconds or by a date', () => {
    const seconds = refusal(answer(429, undefined, '7'), purpose, now);
    assert.equal(seconds.retryAfterMs, 7_000);
    assert.match(seconds.message, /in 7 s/);
    const date = refusal(answer(503, undefined, 'Sun, 22 Nov 2026 08:00:30 GMT'), purpose, now);
    assert.equal(date.retryAfterMs, 30_000);
    assert.equal(refusal(answer(429), purpose, now).retryAfterMs, undefined);
  });

  it('never passes on what n8n wrote', () => {
    for (const status of [400, 401, 403, 404, 409, 429, 500]) {
      const error = refusal(answer(status, 'node "sk_live_1" at /webhook/x'), purpose, now);
      assert.doesNotMatch(`${error.message} ${error.stack}`, /sk_live_1|webhook\/x/);
    }
  });
});

describe('isMissingEndpoint', () => {
  it('tells a missing endpoint from a missing item by the words of n8n', () => {
    assert.equal(isMissingEndpoint(answer(404, 'not found')), true);
    assert.equal(isMissingEndpoint(answer(405, 'PATCH method not allowed')), true);
    assert.equal(isMissingEndpoint(answer(404, 'Not Found')), false);
    assert.equal(isMissingEndpoint(answer(404, 'Version not found')), false);
    assert.equal(isMissingEndpoint(answer(200)), false);
  });
});
