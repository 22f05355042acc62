import { graphSvg } from '../domain/graph-svg.ts';
import type { Reply, View } from '../domain/reply.ts';

/** Makes a PNG of an SVG; `whole` is false when some characters came out as empty boxes. */
export type DrawPng = (
  svg: string,
) => Promise<{ readonly bytes: Uint8Array; readonly whole: boolean }>;

/** What an answer shows as a picture; the same stands in its words. */
export type Picture = {
  readonly name: 'graph.png';
  readonly bytes: Uint8Array;
  /** For those who hear it read aloud. */
  readonly title: string;
};

/** A reply as a chat shows it, with its picture where it has one. */
export type Pictured = { readonly reply: Reply; readonly picture?: Picture };

/**
 * Draws what a reply holds. Where that cannot be shown, the reply says so, and its words stand.
 *
 * @param draw undefined where no picture may be sent
 */
export async function pictured(
  reply: Reply,
  draw: DrawPng | undefined,
  bytesAtMost: number,
): Promise<Pictured> {
  if (reply.kind !== 'view') return { reply };
  const drawn = reply.blocks.find((block) => block.kind === 'graph');
  if (drawn === undefined) return { reply };
  if (draw === undefined) return { reply: warned(reply, 'No picture may be sent here.') };
  const { title } = reply;
  const png = await draw(graphSvg(drawn.graph, { title })).catch(() => undefined);
  if (png === undefined) return { reply: warned(reply, 'The picture could not be drawn.') };
  const { bytes, whole } = png;
  if (bytes.byteLength > bytesAtMost) {
    return { reply: warned(reply, 'The picture is too large to be sent here.') };
  }
  const text = 'Some names hold characters that the picture cannot show.';
  const picture = { name: 'graph.png', bytes, title } as const;
  return { reply: whole ? reply : warned(reply, text), picture };
}

function warned(reply: View, text: string): View {
  return { ...reply, blocks: [...reply.blocks, { kind: 'warning', text }] };
}
