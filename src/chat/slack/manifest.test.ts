import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';

import { registry } from '../../commands/registry.ts';
import { slackManifest, slackScopes } from './manifest.ts';

const shipped = new URL('../../../docs/slack-manifest.json', import.meta.url);
const page = new URL('../../../docs/slack.md', import.meta.url);
const made = slackManifest({ commands: registry, command: '/ir' });

describe('the manifest of the Slack app', () => {
  it('is the one that is shipped (UPDATE=1 writes it anew)', async () => {
    const text = `${JSON.stringify(made, undefined, 2)}\n`;
    if (process.env['UPDATE'] === '1') await writeFile(shipped, text);
    assert.deepEqual(JSON.parse(await readFile(shipped, 'utf8')), made);
  });

  it('keeps to what Slack takes', () => {
    const [command] = made.features.slash_commands;
    assert.ok(command);
    assert.ok(command.usage_hint.length <= 1_000);
    assert.match(command.usage_hint, /^help \| .*declare.*contain/);
    for (const { name, description } of made.features.shortcuts) {
      assert.ok(name.length <= 24 && description.length <= 150, name);
    }
    assert.ok(made.display_information.name.length <= 35);
    assert.ok(made.display_information.description.length <= 140);
  });

  it('names addresses only when Slack speaks by requests', () => {
    assert.doesNotMatch(JSON.stringify(made), /"(?:request_)?url"/);
    const publicUrl = 'https://firebreak.example';
    const { features, settings } = slackManifest({ commands: registry, command: '/fb', publicUrl });
    assert.equal(features.slash_commands[0]?.command, '/fb');
    assert.equal(features.slash_commands[0]?.url, 'https://firebreak.example/slack/events');
    assert.equal(settings.interactivity.request_url, 'https://firebreak.example/slack/events');
    assert.equal(settings.socket_mode_enabled, false);
  });

  it('asks for nothing that its page does not give a reason for', async () => {
    const text = await readFile(page, 'utf8');
    for (const [scope, why] of Object.entries(slackScopes)) {
      assert.ok(text.includes(`| \`${scope}\``) && text.includes(why), scope);
    }
  });
});
