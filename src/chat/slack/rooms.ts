import type { WebClient } from '@slack/web-api';

import { PlatformError } from '../../errors.ts';
import type { NewRoom, OpenedRoom, Room } from '../chat.ts';
import { roomNameOf } from '../room-name.ts';
import type { Home } from './address.ts';
import { roomOf, slackIdOf } from './address.ts';
import { isRefusal, slackProblem } from './slack-error.ts';

/** What Slack takes, in characters. */
const nameAtMost = 80;
const topicAtMost = 250;
/** So many names are tried that others have taken: `inc-7-key-leaked-2` … */
const namesTried = 9;
const pageOfChannels = 1_000;
/** So many people are asked in; the rest find the channel by its name. */
const askedIn = 30;
const bookmarkTitle = 'Incident in Firebreak';

type Found = {
  readonly id?: string;
  readonly name?: string;
  readonly creator?: string;
  readonly purpose?: { readonly value?: string };
};

/** Channels of incidents. Each call is made once; whoever asks again finds what was made before. */
export class SlackRooms {
  readonly #client: WebClient;
  readonly #home: () => Promise<Home>;

  constructor(client: WebClient, home: () => Promise<Home>) {
    this.#client = client;
    this.#home = home;
  }

  async open(asked: NewRoom): Promise<OpenedRoom> {
    try {
      const home = await this.#home();
      const { id, name } = await this.#channelFor(asked, home);
      // By this it is known again; a crash before it leaves a channel of ours without a purpose.
      await this.#client.conversations.setPurpose({ channel: id, purpose: purposeOf(asked) });
      return { room: roomOf(home, id), name: `#${name}` };
    } catch (error) {
      throw slackProblem(error);
    }
  }

  async furnish(room: Room, asked: NewRoom): Promise<readonly string[]> {
    const channel = slackIdOf(room);
    return [
      ...(await this.#askIn(channel, asked.people)),
      ...(await orSay('The topic could not be set', () => this.#entitle(channel, topicOf(asked)))),
      ...(await orSay('The way to the console could not be put on top', () =>
        this.#bookmark(channel, asked.page),
      )),
    ];
  }

  async #channelFor(
    asked: NewRoom,
    home: Home,
  ): Promise<{ readonly id: string; readonly name: string }> {
    const isPrivate = asked.incident.visibility === 'private';
    let taken: readonly Found[] | undefined;
    for (let number = 1; number <= namesTried; number += 1) {
      const name = roomNameOf(asked, nameAtMost, number);
      try {
        const { channel } = await this.#client.conversations.create({
          name,
          is_private: isPrivate,
        });
        if (channel?.id !== undefined) return { id: channel.id, name: channel.name ?? name };
        throw new PlatformError('slack', 'unreadable', 'Slack did not say which channel it made.');
      } catch (error) {
        if (!isRefusal(error, 'name_taken')) throw error;
      }
      taken ??= await this.#channels(isPrivate);
      const found = taken.find((one) => one.name === name);
      if (found?.id !== undefined && isOurs(found, asked, home)) return { id: found.id, name };
    }
    throw new PlatformError('slack', 'conflict', 'All names for a channel are taken.');
  }

  async #channels(isPrivate: boolean): Promise<readonly Found[]> {
    const all: Found[] = [];
    let cursor = '';
    do {
      // oxlint-disable-next-line no-await-in-loop -- each page names the next one
      const page = await this.#client.conversations.list({
        types: isPrivate ? 'private_channel' : 'public_channel',
        limit: pageOfChannels,
        ...(cursor === '' ? {} : { cursor }),
      });
      all.push(...(page.channels ?? []));
      cursor = page.response_metadata?.next_cursor ?? '';
    } while (cursor !== '');
    return all;
  }

  /** One by one: among several, one who cannot come would keep the others out. */
  async #askIn(channel: string, people: readonly string[]): Promise<readonly string[]> {
    let outside = 0;
    for (const identity of people.slice(0, askedIn)) {
      try {
        await this.#client.conversations.invite({ channel, users: slackIdOf(identity) });
      } catch (error) {
        if (isRefusal(error, 'already_in_channel')) continue;
        const problem = slackProblem(error);
        if (problem.code !== 'refused' && problem.code !== 'not_found') throw problem;
        outside += 1;
      }
    }
    return outside === 0 ? [] : [`${outside} of those who should be there could not be asked in.`];
  }

  /** Each topic that is set is a message in the channel: the same one is not set again. */
  async #entitle(channel: string, topic: string): Promise<void> {
    const { channel: found } = await this.#client.conversations.info({ channel });
    if (found?.topic?.value === topic) return;
    await this.#client.conversations.setTopic({ channel, topic });
  }

  async #bookmark(channel: string, page: string | undefined): Promise<void> {
    if (page === undefined) return;
    const { bookmarks = [] } = await this.#client.bookmarks.list({ channel_id: channel });
    if (bookmarks.some(({ link }) => link === page)) return;
    const what = { channel_id: channel, type: 'link', title: bookmarkTitle, link: page } as const;
    await this.#client.bookmarks.add(what);
  }
}

/** What is refused is said; what is worth another try is thrown. */
async function orSay(what: string, act: () => Promise<void>): Promise<readonly string[]> {
  try {
    await act();
    return [];
  } catch (error) {
    const problem = slackProblem(error);
    if (problem.code !== 'refused') throw problem;
    return [`${what}: ${problem.message}`];
  }
}

/** Made by us and for this incident, or by us and left before its purpose was set. */
function isOurs({ creator, purpose }: Found, asked: NewRoom, { botUser }: Home): boolean {
  const text = purpose?.value ?? '';
  return creator === botUser && (text === '' || text === purposeOf(asked));
}

function purposeOf({ incident }: NewRoom): string {
  return `Firebreak works at ${incident.name} here (${incident.id}).`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function topicOf({ incident }: NewRoom): string {
  const { name, title, visibility, severity, phase } = incident;
  if (visibility === 'private') return `${name}: private`;
  let topic = '';
  for (const letter of `${name} ${severity}, ${phase}: ${title}`) {
    const next = entities[letter] ?? letter;
    if (topic.length + next.length > topicAtMost) break;
    topic += next;
  }
  return topic;
}
