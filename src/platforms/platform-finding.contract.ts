import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { anEntrance, failureOf, never, sentence } from './platform-rig.contract.ts';
import type { ContractRig } from './platform-rig.contract.ts';

/** How a platform says who we are and what it holds. */
export function findingContract(rig: () => ContractRig): void {
  describe('asking', () => {
    it('says who we are and what we may do', async () => {
      const probe = await rig().platform.probe(never);

      assert.notEqual(probe.identity, '');
      assert.deepEqual(probe.missing, []);
      const { capabilities } = probe;
      assert.ok(capabilities.disable === 'sync' || capabilities.disable === 'async');
      assert.ok(capabilities.enable);
      assert.equal(Boolean(capabilities.stop), rig().hasNo?.stop === undefined);
      assert.equal(capabilities.listCredentials, rig().hasNo?.credentials === undefined);
      assert.equal(capabilities.listExecutions, rig().hasNo?.executions === undefined);
    });

    it('names the permission that is missing and what that costs', async () => {
      for (const permission of rig().lackable) {
        const lesser = await rig().without(permission);
        const { missing, capabilities } = await lesser.probe(never);

        assert.deepEqual(
          missing.map((each) => each.permission),
          [permission],
        );
        assert.match(missing[0]?.consequence ?? '', sentence);
        const isNeeded = permission === rig().toDisable;
        assert.equal(capabilities.disable === 'none', isNeeded);
        assert.deepEqual(capabilities.disableLacks, isNeeded ? [permission] : undefined);
      }
    });

    it('is refused without a permission and unauthorized with a wrong secret', async () => {
      const piece = await rig().estate.entrance();
      const lesser = await rig().without(rig().toDisable);
      const locked = await rig().locked();

      assert.equal((await failureOf(rig(), lesser.disable(piece.id, never))).code, 'refused');
      assert.ok(await piece.answers());
      assert.equal((await failureOf(rig(), locked.probe(never))).code, 'unauthorized');
      assert.equal((await failureOf(rig(), locked.takeInventory(never))).code, 'unauthorized');
    });
  });

  describe('finding', () => {
    it('analyses draft and live version of everything', async () => {
      const pieces = [
        await rig().estate.entrance(),
        await anEntrance(rig()),
        await rig().estate.nightly(),
        (await rig().estate.family()).parent,
      ];

      const { workflows, credentials, coverage } = await rig().platform.takeInventory(never);

      for (const piece of pieces) {
        const found = workflows.find(({ id }) => id === piece.id);
        assert.ok(found, `${piece.name} is not found`);
        assert.equal(found.name, piece.name);
        assert.equal(found.active, true);
        const facts = found.facts.map(({ kind, value, in: where }) => [kind, value, where]);
        assert.deepEqual(sorted(facts), sorted(piece.facts));
        const differs = piece.facts.some(([, , where]) => where !== 'both');
        assert.equal(found.draftDiffers, differs, piece.name);
      }
      assert.equal(coverage.workflows, workflows.length);
      assert.equal(coverage.credentials, credentials.length);
      const used = pieces[0]?.facts.find(([kind]) => kind === 'credential')?.[1];
      const isListed = credentials.some(({ id }) => id === used);
      assert.equal(isListed, rig().hasNo?.credentials === undefined);
      if (!isListed) assert.match(coverage.gaps.join(' '), /lists no credentials/);
      const all = JSON.stringify(workflows) + JSON.stringify(credentials);
      assert.ok(!all.includes('value-of-the-credential'));
    });

    it('gives the same hash in an inventory and in a single look, again and again', async () => {
      await anEntrance(rig());
      const first = await rig().platform.takeInventory(never);
      const again = await rig().platform.takeInventory(never);

      const hashes = new Map(again.workflows.map(({ id, hash }) => [id, hash]));
      for (const { id, hash } of first.workflows.slice(-20)) {
        assert.equal(hashes.get(id), hash);
        assert.equal((await rig().platform.observe(id, never)).hash, hash);
      }
    });

    it('gives another hash once anybody changed the draft or switched it off', async () => {
      const piece = await rig().estate.entrance();
      const observed = await rig().platform.observe(piece.id, never);
      await rig().estate.change(piece);
      const changed = await rig().platform.observe(piece.id, never);
      await rig().platform.disable(piece.id, never);
      const off = await rig().platform.observe(piece.id, never);

      assert.equal(new Set([observed.hash, changed.hash, off.hash]).size, 3);
      assert.deepEqual([observed.active, changed.active, off.active], [true, true, false]);
    });

    it('says what a person could still do by hand, in sentences', async () => {
      const { byHand } = await rig().platform.observe((await rig().estate.entrance()).id, never);

      assert.ok(byHand.length > 0);
      for (const said of byHand) assert.match(said, sentence);
    });
  });

  describe('capturing', () => {
    it('copies the live version, and never what callers sent', async () => {
      const piece = await anEntrance(rig());
      await piece.answers();

      const captured = await rig().platform.capture(piece.id, never);

      const texts = captured.map(({ bytes }) => new TextDecoder().decode(bytes));
      const hosts = piece.facts.filter(([kind]) => kind === 'host').map(([, host]) => host);
      assert.equal(hosts.length, rig().hasNo?.drafts ? 1 : 2);
      for (const host of hosts) assert.ok(texts.some((text) => text.includes(host)));
      for (const text of texts) {
        assert.ok(!text.includes(rig().estate.payload));
        assert.ok(!text.includes(rig().secret));
      }
      const titles = captured.map(({ title }) => title);
      assert.equal(new Set(titles).size, titles.length, 'each has its own title');
    });

    it('holds no secret in the memo', async () => {
      const { memo } = await rig().platform.observe((await rig().estate.entrance()).id, never);
      const text = JSON.stringify(memo);

      assert.ok(!text.includes(rig().secret));
      assert.ok(!text.includes('value-of-the-credential'));
    });
  });
}

function sorted(facts: readonly (readonly string[])[]): string[] {
  return facts.map((fact) => fact.join(' ')).toSorted();
}
