import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { checkCommands, commandCharacters } from '../../testing/discord/check-commands.ts';
import { discordLimits } from '../../testing/discord/limits.ts';
import { verbs } from '../../testing/discord/surface.ts';
import { pickedVerb, registrationOf } from './registration.ts';

const registered = registrationOf(verbs, 'ir');

describe('the commands on Discord', () => {
  it('keep its 25 options and 8,000 characters, with room for more', () => {
    assert.deepEqual(checkCommands(registered), []);
    for (const command of registered) {
      const share = commandCharacters(command) / discordLimits.commandCharacters;
      assert.ok(share < 0.9, `${command.name} is ${Math.round(share * 100)} % of what may be.`);
      assert.ok((command.options ?? []).length < discordLimits.commandOptions, command.name);
    }
  });

  it('are all there, and what is picked is the verb', () => {
    assertAllThere('ir');
  });

  it('are all there, too, where the setting gives the first one a name that a verb or group has', () => {
    const words = new Set(verbs.flatMap(({ command }) => command.name.split(' ').slice(0, 1)));
    for (const main of words) {
      assert.deepEqual(checkCommands(registrationOf(verbs, main)), [], main);
      assertAllThere(main);
    }
  });
});

function assertAllThere(main: string): void {
  const paths = registrationOf(verbs, main).flatMap(({ name, options = [] }) =>
    options.flatMap((one) =>
      one.type === 2
        ? (one.options ?? []).map((below) => [name, one.name, below.name])
        : [[name, one.name]],
    ),
  );
  const picked = paths.map((path) => pickedVerb(verbs, main, path)?.command.name);
  const named = picked.filter((name) => name !== undefined);
  assert.deepEqual(named.toSorted(), verbs.map(({ command }) => command.name).toSorted(), main);
  // Only the whole line is no verb.
  assert.equal(picked.length - named.length, 1, main);
}
