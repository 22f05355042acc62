import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { UserError } from '../errors.ts';
import { aConnection, anIncident } from '../testing/containment.ts';
import type { Connection } from './connection.ts';
import { connectLine, tellsNoPermissions } from './enter-again.ts';
import { assertArchives } from './fallback.ts';
import { assertCanLock } from './locking.ts';
import { assertCanRemove } from './removing.ts';

const n8n = { kind: 'n8n', name: 'old', baseUrl: 'https://n8n.example' } as const;

function refusals(connection: Connection): readonly string[] {
  return [
    () => assertCanLock(connection, 'block', anIncident()),
    () => assertCanLock(connection, 'overwrite', anIncident()),
    () => assertCanLock(connection, 'delete', anIncident()),
    () => assertCanRemove(connection, anIncident()),
    () => assertArchives([connection]),
  ].map((act) => {
    try {
      act();
    } catch (error) {
      if (error instanceof UserError) return `${error.message} ${error.hint ?? ''}`;
      throw error;
    }
    return assert.fail('it was not refused');
  });
}

describe('the line that enters a secret again', () => {
  it('is whole: with the address, and what was said of it', () => {
    assert.equal(
      connectLine(aConnection(n8n)),
      'firebreak connect n8n --name old --url https://n8n.example',
    );
    const known = aConnection({
      ...n8n,
      baseUrl: 'http://10.0.0.5:5678/n8n',
      privateHostAllowed: true,
      environment: 'drill',
      capabilities: { ...aConnection().capabilities, publicationStatus: true },
    });
    assert.equal(
      connectLine(known),
      'firebreak connect n8n --name old --url http://10.0.0.5:5678/n8n --environment drill --allow-private --session-file -',
    );
    const odd = connectLine(aConnection({ ...n8n, baseUrl: "https://n8n.example/$(x);'" }));
    assert.ok(odd.endsWith("--url 'https://n8n.example/$(x);%27'"), odd);
  });
});

describe('an n8n that does not tell what its key may do', () => {
  const {
    archive: _archive,
    blockCredentials: _block,
    overwriteCredentials: _overwrite,
    deleteCredentials: _delete,
    removeUsers: _remove,
    ...capabilities
  } = aConnection().capabilities;
  const old = aConnection({ ...n8n, capabilities, version: 'older than 2.10' });
  const young = aConnection({ ...n8n, capabilities, version: '2.40 or newer' });
  it('is not asked for permissions that would change nothing', () => {
    assert.ok(tellsNoPermissions(old));
    for (const refusal of refusals(old)) {
      assert.match(refusal, /older than 2\.10/);
      assert.match(refusal, /[Nn]o (other )?key or permission changes that/);
      assert.doesNotMatch(refusal, /firebreak connect|Give it|give it/);
    }
  });

  it('is another than one that does, whose key lacks them', () => {
    for (const refusal of refusals(young)) {
      assert.match(refusal, /ive it .*`firebreak connect n8n --name old --url https:/);
    }
  });
});
