import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { stepActions } from '../domain/step-actions.ts';
import { registry } from './registry.ts';

describe('the table of step actions', () => {
  it('asks for the permission of the command that it is mapped to', () => {
    for (const [name, action] of Object.entries(stepActions)) {
      if (!('command' in action)) continue;
      const command = registry.find((one) => one.name === action.command);
      assert.ok(command, name);
      assert.equal(action.permission, command.permission, name);
    }
  });
});
