import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { UserError } from '../errors.ts';
import {
  aConnection,
  anIncident,
  ana,
  aWorkflow,
  countingIds,
  decider,
  digester,
  rules,
} from '../testing/containment.ts';
import type { PlatformKind } from './connection.ts';
import type { PlatformUser } from './inventory.ts';
import { proposeRemoval } from './removing.ts';

const user = (number: number): PlatformUser => ({
  connection: 'c1',
  connectionName: 'prod',
  id: `user-${number}`,
  ref: `u${number}`,
  name: `User ${number}`,
  email: `u${number}@acme.test`,
});

function aRemoval(kind: PlatformKind, toOwns: number, owned = 1) {
  const { capabilities } = aConnection();
  return proposeRemoval({
    incident: anIncident(),
    user: user(1),
    connection: aConnection({ kind, capabilities: { ...capabilities, removeUsers: true } }),
    owned: {
      workflows: owned === 0 ? [] : [aWorkflow(1, { active: false })],
      credentials: [],
    },
    to: user(2),
    toOwns,
    others: [],
    notFinal: [],
    ...rules,
    by: decider(ana),
    newId: countingIds(),
    nonce: 'n',
    digester,
  });
}

describe('a plan to delete a user', () => {
  it('is refused at once where n8n could not give what they own to the new owner', () => {
    assert.throws(
      () => aRemoval('n8n', 0),
      (error: unknown) =>
        error instanceof UserError &&
        error.message.startsWith('u2 “User 2” owns nothing yet') &&
        /an empty one will do; then `scope sync prod` and `user delete u1 to:u2`/.test(
          error.hint ?? '',
        ),
    );
    assert.deepEqual(aRemoval('n8n', 1).plan.levers, ['transfer', 'remove']);
    assert.deepEqual(aRemoval('n8n', 0, 0).plan.levers, ['remove'], 'nothing is to be given');
    assert.deepEqual(aRemoval('sandbox', 0).plan.levers, ['transfer', 'remove']);
  });
});
