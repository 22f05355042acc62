import { setTimeout as pause } from 'node:timers/promises';

import type { Surface } from './chat/chat.ts';
import type { DrawPng } from './chat/picture.ts';
import { formFor, formsOf, lineFrom } from './commands/form.ts';
import { registry } from './commands/registry.ts';
import type { Config, DiscordSettings } from './config.ts';
import type { Log } from './log.ts';
import type { SlackSettings } from './slack-settings.ts';

/** The chats that the settings name. What speaks to a vendor is loaded here, and only then. */
export async function openSurfaces(config: Config, log: Log): Promise<readonly Surface[]> {
  const { slack, discord } = config;
  return [
    ...(slack === undefined ? [] : [await slackSurface(slack, log)]),
    ...(discord === undefined ? [] : [await discordSurface(discord, log)]),
  ];
}

async function slackSurface(settings: SlackSettings, log: Log): Promise<Surface> {
  const { botToken, appToken, signingSecret } = settings;
  for (const secret of [botToken, appToken, signingSecret]) if (secret) log.keepSecret(secret);
  const { Slack } = await import('./chat/slack/slack.ts');
  return new Slack({
    ...settings,
    forms: formsOf(registry),
    fetch,
    draw: drawPng,
    now: () => new Date(),
    wait: (ms, signal) => pause(ms, undefined, { signal }),
    onFailure: (error) => log.failure(error, { command: 'slack' }),
  });
}

async function discordSurface(settings: DiscordSettings, log: Log): Promise<Surface> {
  log.keepSecret(settings.token);
  const { openDiscord } = await import('./chat/discord/discord.ts');
  const verbs = registry.flatMap((command) => {
    const form = formFor(registry, command.name);
    return form === undefined ? [] : [{ command, form }];
  });
  const { command: main, ...rest } = settings;
  return openDiscord({
    ...rest,
    main,
    verbs,
    lineFrom,
    formFor: (line) => formFor(registry, line),
    fetch,
    draw: drawPng,
    now: () => new Date(),
    wait: (ms, signal) => pause(ms, undefined, { signal }),
    onTrouble: (error) => log.failure(error, { command: 'discord' }),
  });
}

/** What draws is loaded with the first picture. */
const drawPng: DrawPng = async (svg) => {
  const { pngOf } = await import('./exports/png.ts');
  return pngOf(svg);
};
