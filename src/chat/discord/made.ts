import type { APIContainerComponent, APIMediaGalleryComponent } from 'discord-api-types/v10';
import type { RawFile } from 'discord.js';

import type { Outgoing } from '../chat.ts';
import type { DrawPng, Picture } from '../picture.ts';
import { pictured } from '../picture.ts';
import { cut, onOneLine } from '../shown.ts';
import { markOf } from './marks.ts';
import type { DiscordMessage } from './render.ts';
import { renderDiscord } from './render.ts';

/** Discord takes files up to this size from every app. */
const fileBytesAtMost = 10 * 1024 * 1024;
/** Of what stands for a picture when it is read aloud. */
const descriptionCharacters = 1_024;
const gallery = 12;

/** A message ready to leave, with the files that it shows. */
export type Made = {
  readonly message: DiscordMessage & { readonly attachments?: readonly Attached[] };
  readonly files: readonly RawFile[];
};

type Attached = { readonly id: number; readonly filename: string };

/** Drawn, with the mark by which it is found again; without `draw`, in words alone. */
export async function messageOf(
  { id, reply: said, keys }: Outgoing,
  draw?: DrawPng,
): Promise<Made> {
  const { reply, picture } = await pictured(said, draw, fileBytesAtMost);
  const drawn = renderDiscord(reply, { keyOf: (line) => keys[line], opensForms: true });
  const [container] = drawn.components;
  const marked: APIContainerComponent = { ...container, id: markOf(id) };
  if (picture === undefined) return { message: { ...drawn, components: [marked] }, files: [] };
  const { name, bytes } = picture;
  const [title, ...others] = marked.components;
  const components = [...(title ? [title] : []), galleryOf(picture), ...others];
  return {
    message: {
      ...drawn,
      components: [{ ...marked, components }],
      // What is named here is all that hangs on it: an edit replaces what hung there before.
      attachments: [{ id: 0, filename: name }],
    },
    files: [{ name, data: Buffer.from(bytes), contentType: 'image/png' }],
  };
}

function galleryOf({ name, title }: Picture): APIMediaGalleryComponent {
  const description = cut(onOneLine(title), descriptionCharacters);
  return { type: gallery, items: [{ media: { url: `attachment://${name}` }, description }] };
}
