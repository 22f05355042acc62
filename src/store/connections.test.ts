import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { sql } from 'drizzle-orm';

import { Secret } from '../domain/secret.ts';
import { StaleError, UserError } from '../errors.ts';
import { forEachDatabase } from '../testing/database.ts';
import { aConnection } from '../testing/nouns.ts';
import { openDatabaseOf, openTestStore } from '../testing/store.ts';

forEachDatabase((name) => {
  describe('connections', async () => {
    const opened = await openTestStore(name);
    const { store } = opened;
    const connect = async (given: Parameters<typeof aConnection>[0] = {}) => {
      const connection = aConnection(given);
      const secret = new Secret('n8n-key-ü');
      await store.save({
        connections: [connection],
        connectionSecrets: [{ connection: connection.id, secret }],
      });
      return { ...connection, hasSecret: true, revision: 1 };
    };

    it('are read back as they were saved, with their secret apart', async () => {
      const saved = await connect({ name: 'Prod', version: '2.40.1', missing: ['user:list'] });
      assert.deepEqual(await store.connections.byId(saved.id), saved);
      assert.deepEqual(await store.connections.byName('PROD'), saved);
      assert.ok((await store.connections.list()).some((one) => one.id === saved.id));
      assert.equal((await store.connections.secret(saved.id))?.reveal(), 'n8n-key-ü');
      assert.equal(await store.connections.byId('nothing'), undefined);
      assert.equal(await store.connections.secret('nothing'), undefined);
    });

    it('have names of their own', async () => {
      await connect({ name: 'drill' });
      await assert.rejects(connect({ name: 'DRILL' }), (error: unknown) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, /already a connection called DRILL/);
        return true;
      });
    });

    it('lose their secret when the base URL changes, unless a new one comes with it', async () => {
      const saved = await connect();
      await store.save({ connections: [{ ...saved, baseUrl: 'https://evil.example' }] });
      assert.equal(await store.connections.secret(saved.id), undefined);
      assert.equal((await store.connections.byId(saved.id))?.hasSecret, false);

      await store.save({
        connections: [{ ...saved, revision: 2, baseUrl: 'https://n8n.example' }],
        connectionSecrets: [{ connection: saved.id, secret: new Secret('new') }],
      });
      assert.equal((await store.connections.secret(saved.id))?.reveal(), 'new');
    });

    it('keep their secret when something else changes, and drop it when told', async () => {
      const saved = await connect();
      await store.save({ connections: [{ ...saved, name: `${saved.name}-renamed` }] });
      assert.equal((await store.connections.secret(saved.id))?.reveal(), 'n8n-key-ü');
      await store.save({ connectionSecrets: [{ connection: saved.id, secret: null }] });
      assert.equal((await store.connections.byId(saved.id))?.hasSecret, false);
    });

    it('refuse the slower of two changes', async () => {
      const saved = await connect();
      await store.save({ connections: [{ ...saved, epoch: 2 }] });
      await assert.rejects(store.save({ connections: [{ ...saved, epoch: 3 }] }), StaleError);
    });

    it('never show a secret in the database, and notice one that was moved or changed', async () => {
      const [one, two] = [await connect(), await connect()];
      const database = await openDatabaseOf(opened);
      const rows = await database.rows(
        sql`select encode(sealed, 'escape') as sealed from connection_secrets`,
      );
      assert.doesNotMatch(JSON.stringify(rows), /n8n-key/);
      await database.run(sql`update connection_secrets set sealed =
        (select sealed from connection_secrets where connection = ${two.id})
        where connection = ${one.id}`);
      await database.close();
      const store2 = await opened.reopen();
      await assert.rejects(store2.connections.secret(one.id), (error: unknown) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, /cannot be opened/);
        return true;
      });
      assert.equal((await store2.connections.secret(two.id))?.reveal(), 'n8n-key-ü');
    });
  });
});
