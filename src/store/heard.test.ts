import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { it } from 'node:test';

import { answerOf } from './heard.ts';
import { makeSealer, sealedPlace } from './seal.ts';

it('an answer token that cannot be opened is none, and holds up nothing', () => {
  const [sealer, other] = [0, 1].map(() => makeSealer(randomBytes(32), randomBytes));
  assert.ok(sealer && other);
  const instance = { instanceId: 'i' };
  const place = sealedPlace({ table: 'heard', row: 'slack:1', column: 'answer', instance: 'i' });
  const answer = sealer.seal(new TextEncoder().encode('https://hooks.example/1'), place);
  const row = { answer, answerUntil: new Date(0) };
  const opened = answerOf('slack:1', row, { sealer, ...instance });
  assert.equal(opened?.token.reveal(), 'https://hooks.example/1');
  assert.equal(answerOf('slack:1', row, { sealer: other, ...instance }), undefined);
});
