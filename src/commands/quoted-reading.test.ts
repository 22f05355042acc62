import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { quotedReadings } from './quoted-reading.ts';

describe('what a query without quotes may have meant', () => {
  it('puts the bare words behind a field into quotes, longest first', () => {
    assert.deepEqual(quotedReadings('credential:Stripe live'), ['credential:"Stripe live"']);
    assert.deepEqual(quotedReadings('-owner:ana maria ruiz active:true'), [
      '-owner:"ana maria ruiz" active:true',
      '-owner:"ana maria" ruiz active:true',
    ]);
    assert.deepEqual(quotedReadings('(credential:Stripe live) OR tag:pay me'), [
      '(credential:"Stripe live") OR tag:"pay me"',
    ]);
  });

  it('reads a space behind the colon alike', () => {
    assert.deepEqual(quotedReadings('credential: Stripe live active:true'), [
      'credential:"Stripe live" active:true',
      'credential:"Stripe" live active:true',
    ]);
  });

  it('leaves alone what is no name: quotes, fields, operators, references and signs', () => {
    for (const query of [
      '',
      'Stripe live',
      'credential:“Stripe live” host:x',
      'credential:Stripe and live',
      'credential:Stripe w12',
      'credential:Stripe -live',
      'credential:Stripe "live"',
    ]) {
      assert.deepEqual(quotedReadings(query), [], query);
    }
  });

  it('stays short whatever is pasted', () => {
    assert.equal(quotedReadings(`tag:a ${'b '.repeat(500)}`).length, 6);
  });
});
