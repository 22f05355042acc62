import type { Graph } from '../domain/graph.ts';
import type { Block, Problem, Reply, View } from '../domain/reply.ts';
import { outcomes } from '../domain/reply.ts';
import type { Span, Text } from '../domain/spans.ts';

/** What a workflow, a person or a platform may write into a name, to do harm in a chat. */
export const hostileTexts: readonly string[] = [
  '',
  ' ',
  '\n\n',
  '\u{1F469}\u200D\u{1F692}',
  '<!channel> <!here|here> <@U012AB3CD> <#C1|x> <!subteam^S1> <!date^1^{date}|x>',
  '@everyone @here <@123456789012345678> <@&123456789012345678> <#123> </run:1> <t:1:R> <:a:1>',
  '``` ```` ` `` \u02cb',
  '```js\nalert(1)\n```',
  '`contain run P-1`',
  'javascript:alert(1) [click](https://evil.example) [x](<https://evil.example>)',
  'https://evil.example/a_b*c* http://[::1]/ discord.gg/abc <https://evil.example>',
  'https:',
  '//evil.example',
  '\\',
  '\\\\`\\@everyone',
  '*_~|bold|~_*  **x** __y__ ||z|| ~~a~~',
  '# heading\n> quote\n>>> all\n- point\n-# small\n1. one\n1) two\n  * star',
  '&amp; &lt;!channel&gt; & < >',
  '\u202Egnp.exe \u2066hidden\u2069 \u200B\u2060\uFEFF\u00AD',
  '\u0000\u0007\u001B[31m\u009B\u007F',
  '\uD800 lone \uDC00 surrogates \uDBFF',
  '\u2028\u2029\u0085',
  ':fire: :+1: 14:05 a:b',
  'w12 Charge card',
  'status in:INC-7',
];

/** The same, and far too long. */
const longTexts: readonly string[] = [
  'x'.repeat(4_000),
  '<'.repeat(2_000),
  '\u202E'.repeat(900),
  '\u{1F9EF}'.repeat(90),
  '\u{1F4A3}x'.repeat(3_000),
  ' '.repeat(3_000),
];

/** Numbers from a seed: the same every time, so that a view that is refused can be looked at. */
function numbersFrom(seed: number): (below: number) => number {
  let state = (seed * 2_654_435_761) >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** A reply that no command would give and any surface must survive. */
export function hostileReply(seed: number): Reply {
  const below = numbersFrom(seed);
  const draw = { below, text: () => textFrom(below) };
  return below(6) === 0 ? problemFrom(draw) : viewFrom(draw);
}

type Draw = { readonly below: (most: number) => number; readonly text: () => string };

function textFrom(below: (most: number) => number): string {
  const parts = many(below, 2, () => {
    const texts = below(24) === 0 ? longTexts : hostileTexts;
    return texts[below(texts.length)] ?? '';
  });
  return parts.join(below(2) === 0 ? '' : ' ');
}

function many<One>(below: (most: number) => number, most: number, make: () => One): One[] {
  return Array.from({ length: below(most + 1) }, make);
}

/** Mostly a few, now and then far too many. */
function amount({ below }: Draw, most: number): number {
  return below(30) === 0 ? most : 5;
}

function viewFrom(draw: Draw): View {
  const { below, text } = draw;
  return {
    kind: 'view',
    title: text(),
    blocks: many(below, amount(draw, 70), () => blockFrom(draw)),
    next: many(below, amount(draw, 30), text),
    audience: below(2) === 0 ? 'room' : 'person',
    outcome: outcomes[below(outcomes.length)] ?? 'done',
    data: {},
  };
}

function problemFrom(draw: Draw): Problem {
  const { below, text } = draw;
  return {
    kind: 'problem',
    code: 'ambiguous',
    message: text(),
    candidates: many(below, amount(draw, 60), text),
    ...(below(2) === 0 ? {} : { hint: text() }),
    ...(below(2) === 0 ? {} : { reference: text() }),
    ...(below(3) === 0 ? { asks: 'code', again: text() } : {}),
    ...(below(2) === 0
      ? { picks: many(below, amount(draw, 30), () => ({ label: text(), line: text() })) }
      : {}),
  };
}

function blockFrom(draw: Draw): Block {
  const { below, text } = draw;
  switch (below(7)) {
    case 0:
      return { kind: 'warning', text: richFrom(draw) };
    case 1:
      return { kind: 'fields', fields: many(below, amount(draw, 80), () => [text(), text()]) };
    case 2:
      return {
        kind: 'table',
        columns: many(below, amount(draw, 30), text),
        rows: many(below, amount(draw, 300), () => many(below, amount(draw, 25), text)),
      };
    case 3:
      return { kind: 'list', items: many(below, amount(draw, 300), text) };
    case 4:
      return { kind: 'code', text: text() };
    case 5:
      return { kind: 'graph', graph: graphFrom(draw) };
    default:
      return { kind: 'text', text: richFrom(draw) };
  }
}

function richFrom(draw: Draw): Text {
  const { below, text } = draw;
  if (below(2) === 0) return text();
  const kinds = ['plain', 'strong', 'code'] as const;
  return many(below, amount(draw, 60), (): Span => ({
    kind: kinds[below(kinds.length)] ?? 'plain',
    text: text(),
  }));
}

function graphFrom(draw: Draw): Graph {
  const { below, text } = draw;
  const nodes = many(below, amount(draw, 80), () => ({
    id: String(below(40)),
    kind: 'workflow' as const,
    label: text(),
  }));
  return {
    nodes,
    edges: many(below, amount(draw, 200), () => ({
      from: String(below(40)),
      to: String(below(40)),
      label: text(),
    })),
    omissions: many(below, 3, text),
  };
}
