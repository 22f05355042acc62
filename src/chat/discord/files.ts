import { PlatformError } from '../../errors.ts';
import { bytesWithin } from '../bytes-within.ts';
import type { AskedFile, CopiedFile, HeardFile } from '../chat.ts';
import type { DiscordApi } from './api.ts';
import { isRecord } from './api.ts';

/** Where Discord keeps what hangs on messages. */
const usualHosts = ['cdn.discordapp.com', 'media.discordapp.net'];
const readMs = 30_000;
const nameCharacters = 200;
const filesOnOne = 20;

type Attached = Readonly<Record<string, unknown>>;

/** What hangs on a message in that channel or thread, as Discord tells of it with the message. */
export function filesOn(attachments: readonly Attached[], channel: string): readonly HeardFile[] {
  return attachments.slice(0, filesOnOne).flatMap((one) => {
    const { id, filename, content_type: type } = one;
    if (typeof id !== 'string' || id === '') return [];
    const name = Array.from(typeof filename === 'string' ? filename : id)
      .slice(0, nameCharacters)
      .join('');
    // A thread is not the room that it belongs to, and a message is found in its own channel only.
    return [{ id: `${channel}/${id}`, name, mediaType: typeof type === 'string' ? type : '' }];
  });
}

/** Files on messages, read at the address that Discord gives for a day to who may see the message. */
export class DiscordFiles {
  readonly #api: DiscordApi;
  readonly #fetch: typeof fetch;
  readonly #own: URL | undefined;

  constructor(parts: {
    readonly api: DiscordApi;
    readonly fetch: typeof fetch;
    /** Another Discord, which keeps the files itself. */
    readonly apiUrl?: string;
  }) {
    this.#api = parts.api;
    this.#fetch = parts.fetch;
    this.#own = parts.apiUrl === undefined ? undefined : new URL(parts.apiUrl);
  }

  async copy({ message, file, bytesAtMost }: AskedFile, signal: AbortSignal): Promise<CopiedFile> {
    const [channel = '', id = ''] = file.id.split('/');
    const route = `/channels/${channel}/messages/${message}` as const;
    const found = await this.#api.call({ method: 'get', route }, signal);
    const all: readonly unknown[] =
      isRecord(found) && Array.isArray(found['attachments']) ? found['attachments'] : [];
    const attached = all.filter(isRecord).find((one) => one['id'] === id);
    if (attached === undefined) throw failed('not_found', 'It hangs on that message no more.');
    const { content_type: type, size, url } = attached;
    const mediaType = typeof type === 'string' ? type : '';
    if (!mediaType.startsWith('image/')) {
      throw failed('refused', 'It is no image, and only those are copied.');
    }
    if (Number(size) > bytesAtMost) throw failed('refused', tooLarge(bytesAtMost));
    const bytes = await this.#read(this.#ofDiscord(String(url)), bytesAtMost, signal);
    return { bytes, mediaType };
  }

  /** No token goes along: the address itself is the right to read. */
  async #read(address: URL, bytesAtMost: number, signal: AbortSignal): Promise<Uint8Array> {
    const bound = AbortSignal.any([signal, AbortSignal.timeout(readMs)]);
    try {
      const response = await this.#fetch(address, { redirect: 'manual', signal: bound });
      const type = response.headers.get('content-type') ?? '';
      if (response.status === 200 && type.startsWith('image/')) {
        const bytes = await bytesWithin(response.body, bytesAtMost);
        if (bytes === undefined) throw failed('refused', tooLarge(bytesAtMost));
        return bytes;
      }
      await response.body?.cancel();
      if (response.status === 404 || response.status === 410) {
        throw failed('not_found', 'Discord does not have it any more.');
      }
    } catch (error) {
      if (error instanceof PlatformError) throw error;
      throw failed('unreachable', 'Discord’s files cannot be reached.');
    }
    throw failed('unreadable', 'Discord did not hand the file over.');
  }

  #ofDiscord(address: string): URL {
    const url = URL.parse(address);
    const isUsual = url?.protocol === 'https:' && usualHosts.includes(url.host);
    const isOwn = this.#own !== undefined && url?.origin === this.#own.origin;
    if (url && (isUsual || isOwn)) return url;
    throw failed('blocked', 'Its address is none of Discord’s.');
  }
}

function failed(code: PlatformError['code'], words: string): PlatformError {
  return new PlatformError('discord', code, words);
}

function tooLarge(bytesAtMost: number): string {
  return `It is larger than ${bytesAtMost.toLocaleString('en')} bytes.`;
}
