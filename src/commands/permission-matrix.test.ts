import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';

import { permissions } from '../domain/person.ts';
import { permissionMatrix } from './permission-matrix.ts';
import { registry } from './registry.ts';

const page = new URL('../../docs/permissions.md', import.meta.url);

describe('docs/permissions.md', () => {
  it('is what the command files say (UPDATE=1 node --test writes it anew)', async () => {
    const made = permissionMatrix(registry);
    if (process.env['UPDATE'] === '1') await writeFile(page, made);
    assert.equal(await readFile(page, 'utf8'), made);
  });

  it('gives nothing to people without permissions', () => {
    for (const row of permissionMatrix(registry).split('\n')) {
      if (row.startsWith('| `')) assert.match(row, / – +\|$/, row);
    }
  });

  it('lets guests declare, write down and look, and nothing else', () => {
    assert.deepEqual(
      registry.filter(({ forGuests }) => forGuests).map(({ name }) => name),
      ['declare', 'status', 'list', 'log add', 'log show', 'me', 'me link', 'help'],
    );
  });

  it('knows every permission that a command asks for', () => {
    for (const { name, permission } of registry) assert.ok(permissions.includes(permission), name);
  });
});
