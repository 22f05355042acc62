import { randomBytes } from 'node:crypto';

import { Slack } from '../../chat/slack/slack.ts';
import { openChats } from '../../chats.ts';
import type { Chats } from '../../chats.ts';
import { makeComplete } from '../../commands/complete.ts';
import { formsOf } from '../../commands/form.ts';
import { makeKnown } from '../../commands/known.ts';
import { registry } from '../../commands/registry.ts';
import { Secret } from '../../domain/secret.ts';
import { pngOf } from '../../exports/png.ts';
import { makeLog } from '../../log.ts';
import type { Bot } from '../bot.ts';
import { untilAborted } from '../until.ts';
import { shippedApp } from './rig.ts';
import type { SlackUser } from './state.ts';
import type { Ending, SlackWorkspace, SlackWorkspaceOptions } from './workspace.ts';
import { aSlackWorkspace, slackKeys } from './workspace.ts';

/** An instance that people speak to in a fake Slack, through the real Bolt and as `serve` opens it. */
export type SlackDesk = {
  readonly workspace: SlackWorkspace;
  readonly chats: Chats;
  /** Lines of the log, where failures stand. */
  readonly logged: readonly string[];
  /** Links the account of this name to the person of the same handle. */
  readonly link: (name: string) => Promise<SlackUser>;
  /** What everybody reads in a channel, once something there matches. */
  readonly reads: (channel: string, what: RegExp) => Promise<string>;
  /** What one person alone reads there, once it matches. */
  readonly readsAlone: (name: string, channel: string, what: RegExp) => Promise<string>;
};

/** Puts Slack's surface in front of an instance; incidents get channels of their own. */
export async function aSlackDesk(
  test: Ending,
  { store, clock, dispatch }: Pick<Bot, 'store' | 'clock' | 'dispatch'>,
  options: SlackWorkspaceOptions,
): Promise<SlackDesk> {
  const workspace = await aSlackWorkspace(test, { app: shippedApp, ...options });
  const logged: string[] = [];
  const now = () => workspace.clock.now();
  const slack = new Slack({
    botToken: new Secret(slackKeys.botToken),
    appToken: new Secret(slackKeys.appToken),
    apiUrl: workspace.slack.apiUrl,
    teams: [],
    channels: true,
    forms: formsOf(registry),
    fetch,
    draw: pngOf,
    now,
    wait: untilAborted,
    onFailure: (error) => logged.push(String(error)),
  });
  const chats = await openChats([slack], {
    store,
    dispatch,
    complete: makeComplete({ commands: registry, store, now: clock.now }),
    known: makeKnown({ commands: registry, store }),
    log: makeLog({ level: 'warn', write: (line) => logged.push(line), now }),
    now: clock.now,
    newNonce: () => randomBytes(32).toString('base64url'),
    publicUrl: 'https://firebreak.example',
  });
  test.after(() => chats.stop());
  const once = async (read: () => readonly string[], what: RegExp): Promise<string> => {
    const found = () => read().findLast((text) => what.test(text));
    await workspace.when(`somebody reads ${what}`, () => found() !== undefined);
    return found() ?? '';
  };
  return {
    workspace,
    chats,
    logged,
    link: async (name) => {
      const user = workspace.user(name);
      const person = await store.people.byHandle(name);
      if (!person) throw new Error(`Nobody is called ${name}.`);
      const identity = `slack:${user.teamId}/${user.id}`;
      const link = { identity, person: person.id, name, linkedAt: clock.now() };
      await store.save({ identities: [link] });
      return user;
    },
    reads: (channel, what) => once(() => workspace.standsIn(channel), what),
    readsAlone: (name, channel, what) => once(() => workspace.seenBy(name, channel), what),
  };
}
