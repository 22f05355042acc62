import type { Command } from 'commander';

import { graphSvg } from '../domain/graph-svg.ts';
import type { Reply, View } from '../domain/reply.ts';
import { UserError } from '../errors.ts';
import type { Entrance } from './cli.ts';
import type { Terminal } from './terminal.ts';
import { lineOf } from './typed-line.ts';
import type { Who } from './who.ts';
import { claimOf, closing, tokenOf, who } from './who.ts';

/** Makes a PNG of an SVG; `whole` is false when some characters came out as empty boxes. */
export type DrawPng = (
  svg: string,
) => Promise<{ readonly bytes: Uint8Array; readonly whole: boolean }>;

type PictureContext = {
  readonly terminal: Terminal;
  readonly token: Parameters<typeof tokenOf>[0]['token'];
  readonly openEntrance: () => Promise<Entrance>;
  readonly drawPng: DrawPng;
};

/** `firebreak picture "<what>" --out FILE`: the answer of `scope graph`, drawn. */
export function addPicture(
  program: Command,
  context: PictureContext,
  show: (reply: Reply, json: boolean) => void,
): void {
  who(program.command('picture'))
    .argument('[what...]', 'what you would type after scope graph: w12, c3, evil.example, a query')
    .requiredOption('--out <file>', 'where to write it: blast.svg or blast.png')
    .description('draw the blast radius')
    .action(async (words: string[], options: Who & { out: string }) => {
      const kind = pictureKind(options.out);
      const token = await tokenOf(context, options);
      await using entrance = closing(await context.openEntrance());
      const desk = await entrance.enter(await claimOf(entrance, token, options));
      const reply = await desk.say(`scope graph ${lineOf(words)}`.trim());
      show(
        reply.kind === 'view' ? await written(context, reply, kind, options.out) : reply,
        options.json === true,
      );
    });
}

function pictureKind(file: string): 'svg' | 'png' {
  const ending = /\.(svg|png)$/i.exec(file)?.[1]?.toLowerCase();
  if (ending === 'svg' || ending === 'png') return ending;
  throw new UserError('bad_input', 'A picture is written to a file that ends in .svg or .png.', {
    hint: 'e.g. --out blast.svg',
  });
}

/** Writes the picture that an answer holds, and says what it does not show. */
async function written(
  { terminal, drawPng }: PictureContext,
  view: View,
  kind: 'svg' | 'png',
  file: string,
): Promise<View> {
  const block = view.blocks.find((one) => one.kind === 'graph');
  if (block === undefined) throw new UserError('not_found', 'That answer holds no picture.');
  const svg = graphSvg(block.graph, { title: view.title });
  const png = kind === 'png' ? await drawPng(svg) : undefined;
  await terminal.writeFile(file, once(png?.bytes ?? svg));
  const omissions = [
    ...block.graph.omissions,
    ...(png?.whole === false
      ? ['Some names hold characters that the PNG cannot show; an SVG shows them.']
      : []),
  ];
  return {
    ...view,
    title: `Wrote ${file}. ${view.title}`,
    blocks: omissions.map((text) => ({ kind: 'warning', text })),
    next: [],
  };
}

async function* once(content: string | Uint8Array): AsyncIterable<string | Uint8Array> {
  yield await Promise.resolve(content);
}
