import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Pixels for each unit of the SVG: sharp on a telephone, and still small enough for chat. */
const zoom = 1.5;
/** Longer sides are drawn smaller: beyond this, chat shows no preview. */
const sideAtMost = 4_000;

/** Scripts that the font which comes with Firebreak can write. */
const writable =
  /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Armenian}\p{Script=Georgian}\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Common}\p{Script=Inherited}]*$/u;

/** A PNG, and whether every character of it could be drawn. */
export type Png = { readonly bytes: Uint8Array; readonly whole: boolean };

/**
 * An SVG of ours as PNG, with the font that comes with Firebreak: the same on every machine, also
 * in a container that has no fonts. Other scripts come out as empty boxes, which `whole` tells.
 *
 * Compiled to WebAssembly instead of one native package for each platform: it parses foreign names
 * inside a sandbox, and an installation without optional packages can draw too.
 */
export async function pngOf(svg: string): Promise<Png> {
  const { Resvg, fonts } = await (loaded ??= load());
  const [width, height] = sizeOf(svg);
  const value = Math.min(zoom, sideAtMost / Math.max(width, height));
  const renderer = new Resvg(svg, {
    font: { fontBuffers: [...fonts], defaultFontFamily: 'DejaVu Sans' },
    fitTo: { mode: 'zoom', value },
  });
  try {
    const image = renderer.render();
    try {
      const whole = writable.test(svg) && !/\p{Emoji_Presentation}/u.test(svg);
      return { bytes: image.asPng(), whole };
    } finally {
      image.free();
    }
  } finally {
    renderer.free();
  }
}

let loaded: ReturnType<typeof load> | undefined;

/** Only once, because the library refuses to start twice, and only when a picture is wanted. */
async function load() {
  const { initWasm, Resvg } = await import('@resvg/resvg-wasm');
  await initWasm(await readFile(pathOf('@resvg/resvg-wasm/index_bg.wasm')));
  const files = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'];
  const fonts = await Promise.all(
    files.map((file) => readFile(pathOf(`dejavu-fonts-ttf/ttf/${file}`))),
  );
  return { Resvg, fonts };
}

function pathOf(file: string): string {
  return fileURLToPath(import.meta.resolve(file));
}

function sizeOf(svg: string): readonly [number, number] {
  const [, width, height] = / width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
  if (width === undefined || height === undefined) throw new TypeError('The SVG has no size.');
  return [Number(width), Number(height)];
}
