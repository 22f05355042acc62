import type { WebClient } from '@slack/web-api';

import type { Reply } from '../../domain/reply.ts';
import { PlatformError } from '../../errors.ts';
import type { DrawPng, Picture } from '../picture.ts';
import { pictured } from '../picture.ts';
import { cut, onOneLine } from '../shown.ts';
import { ofSlack, usualApi } from './files.ts';
import { slackProblem } from './slack-error.ts';

const bytesAtMost = 10 * 1024 * 1024;
const titleCharacters = 250;
const uploadMs = 10_000;
/** Messages whose picture is known to stand; older ones are no longer tried again. */
const knownAtMost = 1_000;

/** Where a picture is to stand: a file cannot be shown to one alone but between the two of us. */
export type PicturePlace = {
  readonly channel: string;
  readonly thread?: string;
  /** Its words are elsewhere, and say where it is. */
  readonly isApart: boolean;
};

/** Pictures beside answers. The words never wait for one that cannot be had: they say so. */
export class SlackPictures {
  readonly #client: WebClient;
  readonly #draw: DrawPng;
  readonly #api: URL;
  readonly #fetch: typeof fetch;
  readonly #standing = new Set<string>();

  constructor(options: {
    readonly client: WebClient;
    readonly draw: DrawPng;
    readonly apiUrl?: string;
    readonly fetch: typeof fetch;
  }) {
    this.#client = options.client;
    this.#draw = options.draw;
    this.#api = new URL(options.apiUrl ?? usualApi);
    this.#fetch = options.fetch;
  }

  /**
   * Sends the picture of a reply, where it has one, and answers the words that go with it.
   *
   * @param id of the message: when its words are tried again its picture is not sent again
   */
  async beside(
    id: string,
    said: Reply,
    placeOf: () => Promise<PicturePlace>,
    signal: AbortSignal,
  ): Promise<Reply> {
    if (said.kind !== 'view' || said.blocks.every(({ kind }) => kind !== 'graph')) return said;
    const { reply, picture } = await pictured(said, this.#draw, bytesAtMost);
    if (picture === undefined) return reply;
    try {
      const place = await placeOf();
      if (!this.#standing.has(id)) await this.#share(picture, place, signal);
      if (this.#standing.size >= knownAtMost) this.#standing.clear();
      this.#standing.add(id);
      return place.isApart
        ? noted(reply, 'Its picture is in your messages with Firebreak.')
        : reply;
    } catch (error) {
      return noted(reply, `The picture could not be sent: ${slackProblem(error).message}`);
    }
  }

  /** @source docs.slack.dev/messaging/working-with-files, files.getUploadURLExternal */
  async #share(picture: Picture, place: PicturePlace, signal: AbortSignal): Promise<void> {
    const { name, bytes } = picture;
    const title = cut(onOneLine(picture.title), titleCharacters);
    const { upload_url: url = '', file_id: id } = await this.#client.files.getUploadURLExternal({
      filename: name,
      length: bytes.byteLength,
      alt_text: title,
    });
    if (id === undefined) throw new PlatformError('slack', 'unreadable', 'Slack took no file.');
    const response = await this.#fetch(ofSlack(this.#api, url), {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: Buffer.from(bytes),
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(uploadMs)]),
    });
    await response.body?.cancel();
    if (!response.ok) {
      throw new PlatformError('slack', 'refused', `Slack did not take it (${response.status}).`);
    }
    await this.#client.files.completeUploadExternal({
      files: [{ id, title }],
      channel_id: place.channel,
      ...(place.thread === undefined ? {} : { thread_ts: place.thread }),
    });
  }
}

function noted(reply: Reply, text: string): Reply {
  if (reply.kind !== 'view') return reply;
  return { ...reply, blocks: [...reply.blocks, { kind: 'warning', text }] };
}
