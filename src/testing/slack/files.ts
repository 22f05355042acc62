import { SlackError } from './slack-error.ts';
import type { SlackState } from './state.ts';

export type SlackFile = {
  readonly id: string;
  readonly name: string;
  readonly mimetype: string;
  readonly user: string;
  bytes?: Buffer;
  isShared: boolean;
  readonly length: number;
};

/** Files: reserved, filled at an address that is good once, and then shown in a channel. */
export class Files {
  readonly byId = new Map<string, SlackFile>();
  readonly #state: SlackState;
  /** Where files are said to lie, when not here. */
  elsewhere: string | undefined;
  readonly #uploads = new Map<string, string>();

  constructor(state: SlackState) {
    this.#state = state;
  }

  /** Somebody uploads a file by hand. */
  add(user: string, name: string, mimetype: string, bytes: Buffer): SlackFile {
    const id = this.#state.newId('F');
    const file = { id, name, mimetype, user, bytes, isShared: true, length: bytes.length };
    this.byId.set(id, file);
    return file;
  }

  reserve(name: string, length: number): { readonly file: SlackFile; readonly path: string } {
    const id = this.#state.newId('F');
    const user = this.#state.app.botUser;
    const mimetype = name.endsWith('.png') ? 'image/png' : 'application/octet-stream';
    const file: SlackFile = { id, name, mimetype, user, isShared: false, length };
    this.byId.set(id, file);
    const path = `/upload/v1/${id}-${this.#state.newId('S')}`;
    this.#uploads.set(path, id);
    return { file, path };
  }

  /** Fills a reserved file; false where nothing was reserved or the length is another. */
  fill(path: string, bytes: Buffer): boolean {
    const file = this.byId.get(this.#uploads.get(path) ?? '');
    this.#uploads.delete(path);
    if (file === undefined || file.length !== bytes.length) return false;
    file.bytes = bytes;
    return true;
  }

  /** @throws SlackError `file_not_found` */
  get(id: string): SlackFile {
    const file = this.byId.get(id);
    if (file?.bytes === undefined) throw new SlackError('file_not_found');
    return file;
  }
}
