import type { WebClient } from '@slack/web-api';
import { z } from 'zod';

import type { Secret } from '../../domain/secret.ts';
import { PlatformError } from '../../errors.ts';
import { bytesWithin } from '../bytes-within.ts';
import type { AskedFile, CopiedFile, HeardFile } from '../chat.ts';
import { slackProblem } from './slack-error.ts';

export const usualApi = 'https://slack.com/api/';
const readMs = 30_000;
const nameCharacters = 200;
const filesOnOne = 20;

const onMessage = z.looseObject({
  id: z.string().min(1).max(255),
  name: z.string().nullish(),
  mimetype: z.string().max(255).nullish(),
});

/** What hangs on a message, as Slack tells of it with the message. */
export function filesOn(files: unknown): readonly HeardFile[] {
  const list: readonly unknown[] = Array.isArray(files) ? files : [];
  return list.slice(0, filesOnOne).flatMap((one) => {
    const { data } = onMessage.safeParse(one);
    if (data === undefined) return [];
    const name = Array.from(data.name ?? data.id)
      .slice(0, nameCharacters)
      .join('');
    return [{ id: data.id, name, mediaType: data.mimetype ?? '' }];
  });
}

const described = z.looseObject({
  size: z.number().nonnegative().optional(),
  mimetype: z.string().optional(),
  url_private_download: z.string().optional(),
});

/** Files on messages, read as Slack shows them to the app. None is made public for it. */
export class SlackFiles {
  readonly #client: WebClient;
  readonly #token: Secret;
  readonly #api: URL;
  readonly #fetch: typeof fetch;

  constructor(options: {
    readonly client: WebClient;
    readonly botToken: Secret;
    readonly apiUrl?: string;
    readonly fetch: typeof fetch;
  }) {
    this.#client = options.client;
    this.#token = options.botToken;
    this.#api = new URL(options.apiUrl ?? usualApi);
    this.#fetch = options.fetch;
  }

  async copy({ file, bytesAtMost }: AskedFile, signal: AbortSignal): Promise<CopiedFile> {
    try {
      const answer = await this.#client.files.info({ file: file.id });
      const { size = 0, mimetype = '', url_private_download: url } = described.parse(answer.file);
      if (url === undefined) throw refused('It does not lie with Slack.');
      if (!mimetype.startsWith('image/'))
        throw refused('It is no image, and only those are copied.');
      if (size > bytesAtMost) throw refused(tooLarge(bytesAtMost));
      const bytes = await this.#read(url, bytesAtMost, signal);
      return { bytes, mediaType: mimetype };
    } catch (error) {
      if (error instanceof z.ZodError) throw unreadable();
      throw slackProblem(error);
    }
  }

  async #read(address: string, bytesAtMost: number, signal: AbortSignal): Promise<Uint8Array> {
    const response = await this.#fetch(ofSlack(this.#api, address), {
      headers: { authorization: `Bearer ${this.#token.reveal()}` },
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(readMs)]),
    });
    const type = response.headers.get('content-type') ?? '';
    if (response.status === 200 && type.startsWith('image/')) {
      const bytes = await bytesWithin(response.body, bytesAtMost);
      if (bytes === undefined) throw refused(tooLarge(bytesAtMost));
      return bytes;
    }
    await response.body?.cancel();
    if (response.status === 429 || response.status >= 500) throw unreadable();
    // Slack shows whom it does not let in a page to sign in, and calls that 200.
    throw refused(
      'Slack does not show it to Firebreak: files:read is missing, or it is not shared.',
    );
  }
}

/** What is secret goes to Slack's own hosts and nowhere else, whatever an answer says. */
export function ofSlack(api: URL, address: string): URL {
  const url = URL.parse(address);
  const own = api.hostname.replace(/^www\./, '');
  const isOwn = url?.hostname === own || url?.hostname.endsWith(`.${own}`);
  if (url === null || !isOwn || url.protocol !== api.protocol) {
    throw new PlatformError('slack', 'blocked', 'Its address is none of Slack’s.');
  }
  return url;
}

function refused(words: string): PlatformError {
  return new PlatformError('slack', 'refused', words);
}

function unreadable(): PlatformError {
  return new PlatformError('slack', 'unreadable', 'Slack did not hand the file over.');
}

function tooLarge(bytesAtMost: number): string {
  return `It is larger than ${bytesAtMost.toLocaleString('en')} bytes.`;
}
