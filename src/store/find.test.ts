import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, it } from 'node:test';

import type { Query } from '../domain/query.ts';
import { parseQuery } from '../query/parse.ts';
import { forEachDatabase } from '../testing/database.ts';
import { knownDrill, knownEstate, knownNow } from '../testing/known-estate.ts';
import { aConnection } from '../testing/nouns.ts';
import { writeConnections } from './connections.ts';
import type { Db } from './database.ts';
import { inventoryStore, writeInventories } from './inventory.ts';
import type { InventoryStore } from './store.ts';

const prod = randomUUID();
const drill = randomUUID();
const at = { now: knownNow, timeZone: 'UTC' };

/** Each query and the workflows that it must find: these and no others. */
const truth: Readonly<Record<string, readonly string[]>> = {
  'credential:"Stripe live"': ['charge'],
  'credential:"stripe LIVE"': ['charge'],
  'credential:Stripe*': ['charge'],
  'credential:c1': ['charge'],
  c1: ['charge'],
  'credential:cr1': ['charge', 'drill charge'],
  'credential:"Deleted one"': ['sub'],
  'credential:Renamed': ['old'],
  'credential:"x\\" OR active:true"': [],
  'host:api.stripe.com': ['charge'],
  'host:https://api.stripe.com/v1/charges': ['charge'],
  'host:stripe.com': [],
  'host:evil.example': ['sub'],
  'host:*.evil.example': ['exfil'],
  'host:*evil.example': ['exfil', 'sub'],
  'host:api.evil.example': ['exfil'],
  'host:api.evil.example:8443': ['exfil'],
  'host:api.evil.example:443': [],
  'host:*': ['charge', 'exfil', 'sub'],
  'node:code': ['exfil'],
  'node:n8n-nodes-base.httpRequest': ['charge'],
  'package:n8n-nodes-*': ['exfil'],
  'owner:ana@acme.test': ['charge'],
  'owner:"ana a"': ['charge'],
  'owner:*@acme.test*': ['charge', 'exfil'],
  'tag:payments': ['charge'],
  'tag:pay': ['fire'],
  'tag:pay*': ['charge', 'fire'],
  'tag:p_1': ['charge'],
  'tag:p%1': [],
  'project:billing': ['charge'],
  'active:true': ['charge', 'exfil', 'fire', 'drill charge'],
  'active:false': ['sub', 'old'],
  'archived:true': ['old'],
  'changed:>2026-11-20': ['charge'],
  'changed:<2026-11-20': ['exfil'],
  'NOT changed:>2026-11-20': ['exfil', 'fire', 'sub', 'old', 'drill charge'],
  'ran:<1h': ['charge'],
  'ran:>30d': ['exfil'],
  'secret:3b7c': ['exfil'],
  'secret:7c9d': [],
  'webhook:unauthenticated': ['charge', 'exfil'],
  'webhook:/pay/now': ['charge'],
  'webhook:https://n8n.acme.test/webhook/pay/now': ['charge'],
  'webhook:pay*': ['charge'],
  'webhook:*': ['charge', 'exfil', 'old'],
  'calls:"100%_done"': ['charge'],
  'calls:w3': ['charge'],
  'calls:exfil': ['sub'],
  'code:yes': ['exfil'],
  'code:"run me"': ['exfil'],
  'code:api': ['old'],
  'platform:n8n active:false': ['sub', 'old'],
  'connection:PROD active:true': ['charge', 'exfil', 'fire'],
  'connection:d*': ['drill charge'],
  'environment:drill': ['drill charge'],
  'name:"100%_done"': ['sub'],
  'name:100%done': [],
  'name:1*': ['sub'],
  'name:%': [],
  'name:"nightly BÁCKUP"': ['exfil'],
  'name:🔥*': ['fire'],
  'name:"\'; drop table workflows; --"': ['old'],
  'name:"🔥 x\\" OR active:true"': ['fire'],
  'id:charge': ['charge', 'drill charge'],
  'id:CHARGE': [],
  w2: ['exfil'],
  'w2 w3': ['exfil', 'sub'],
  'NOT w2 active:true': ['charge', 'fire', 'drill charge'],
  ref: [],
  charge: ['charge', 'drill charge'],
  stripe: ['charge'],
  evil: ['exfil', 'sub'],
  pay: ['fire'],
  '100%': ['sub'],
  '*': ['charge', 'exfil', 'fire', 'drill charge', 'sub', 'old'],
  'credential:"Stripe live" OR host:*.evil.example': ['charge', 'exfil'],
  '(host:api.stripe.com OR tag:pay) active:true': ['charge', 'fire'],
  'host:* NOT credential:*': ['exfil'],
  'NOT (host:* OR active:true)': ['old'],
  '(active:true OR host:evil.example) (code:yes OR archived:false NOT host:api.stripe.com)': [
    'exfil',
    'fire',
    'drill charge',
    'sub',
  ],
};

describe('finding workflows', () => {
  forEachDatabase((_, open) => {
    let db: Db;
    let inventory: InventoryStore;
    before(async () => {
      ({ db } = await open());
      inventory = inventoryStore(db);
      await db.transaction(async (tx) => {
        await writeConnections(tx, [
          aConnection({ id: prod, name: 'Prod' }),
          aConnection({ id: drill, name: 'drill', environment: 'drill' }),
        ]);
        await writeInventories(tx, [
          { connection: prod, inventory: knownEstate },
          { connection: drill, inventory: knownDrill },
        ]);
      });
    });
    const found = async (query: Query) => {
      const { hits, total } = await inventory.find(query, { limit: 50 });
      assert.equal(total, hits.length);
      return hits.map(({ workflow }) =>
        workflow.connection === drill ? `drill ${workflow.id}` : workflow.id,
      );
    };
    const reasons = async (text: string) => {
      const { hits } = await inventory.find(parseQuery(text, at), { limit: 50 });
      return hits.map((hit) => [hit.workflow.id, ...hit.reasons]);
    };

    it('finds exactly what is there, for every field', async () => {
      for (const [text, expected] of Object.entries(truth)) {
        const ids = await found(parseQuery(text, at));
        assert.deepEqual(ids.toSorted(), expected.toSorted(), text);
      }
    });

    it('is not misled by what a term holds', async () => {
      for (const value of ['x" OR active:true', "'; drop table workflows; --", '100%_done', '%']) {
        const term: Query = { kind: 'text', field: 'name', value, wildcard: false };
        const expected = knownEstate.workflows
          .filter(({ name }) => name === value)
          .map(({ id }) => id);
        assert.deepEqual(await found(term), expected, value);
      }
      assert.deepEqual(await found({ kind: 'word', value: '*', wildcard: false }), []);
    });

    it('finds exactly the items that are named, and ignores impossible ones', async () => {
      const items = [
        { connection: prod, id: 'old' },
        { connection: drill, id: 'charge' },
        { connection: 'no uuid', id: 'charge' },
        { connection: randomUUID(), id: 'charge' },
      ];
      assert.deepEqual(await found({ kind: 'items', items }), ['drill charge', 'old']);
      assert.deepEqual(await found({ kind: 'items', items: [] }), []);
      assert.deepEqual(await found({ kind: 'or', of: [] }), []);
    });

    it('shows the most dangerous first', async () => {
      assert.deepEqual(await found({ kind: 'all' }), [
        'charge',
        'exfil',
        'drill charge',
        'fire',
        'old',
        'sub',
      ]);
    });

    it('counts what is beyond the limit', async () => {
      const { hits, total } = await inventory.find({ kind: 'all' }, { limit: 2 });
      assert.equal(hits.length, 2);
      assert.equal(total, 6);
    });

    it('says why in words', async () => {
      assert.deepEqual(await reasons('credential:"Stripe live" host:api.stripe.com calls:*'), [
        [
          'charge',
          'uses credential “Stripe live” (c1) in nodes Charge, Refund',
          'calls host api.stripe.com in node Charge',
          'calls workflow “100%_done” (w3) in node Exec',
        ],
      ]);
      assert.deepEqual(await reasons('host:*.evil.example secret:3b7c code:yes'), [
        [
          'exfil',
          'calls host api.evil.example:8443 in node Exfil, live version only',
          'holds the hard-coded secret 3b7c9d in node Exfil',
          'runs code in node Run me',
        ],
      ]);
      assert.deepEqual(await reasons('host:evil.example calls:*'), [
        [
          'sub',
          'calls host evil.example in node Call, switched off',
          'starts “Nightly báckup” (w2) when it fails or is stopped',
        ],
      ]);
      assert.deepEqual(await reasons('webhook:unauthenticated changed:>2026-11-20 ran:<1h'), [
        [
          'charge',
          'has webhook POST pay/now without authentication in node Hook',
          'was changed 2026-11-21 10:00 UTC by Ana A',
          'last ran 2026-11-22 09:30 UTC',
        ],
      ]);
      assert.deepEqual(await reasons('webhook:unauthenticated host:webhook.site'), [
        [
          'exfil',
          'has chat without authentication in node Chat, draft only',
          'mentions host webhook.site in node Run me',
        ],
      ]);
      assert.deepEqual(await reasons('credential:"Deleted one"'), [
        ['sub', 'uses credential “Deleted one” (c5) in node Call'],
      ]);
    });

    it('gives reasons only for what holds', async () => {
      assert.deepEqual(await reasons('tag:pay OR host:evil.example OR name:nothing'), [
        ['fire', 'is tagged pay'],
        ['sub', 'calls host evil.example in node Call, switched off'],
      ]);
      assert.deepEqual(await reasons('NOT active:true NOT archived:true'), [
        ['sub', 'is not among what was excluded'],
      ]);
    });

    it('reads references and the seen time with a hit', async () => {
      const { hits } = await inventory.find(parseQuery('w1', at), { limit: 1 });
      const workflow = hits[0]?.workflow;
      assert.equal(workflow?.ref, 'w1');
      assert.equal(workflow.connectionName, 'Prod');
      assert.deepEqual(workflow.tags, ['Payments', 'p_1']);
      assert.deepEqual(workflow.seenAt, at.now);
      assert.equal(workflow.goneAt, undefined);
    });
  });
});
