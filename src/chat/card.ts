import type { Button } from '../domain/button.ts';
import { buttonsOf } from '../domain/button.ts';
import type { Graph } from '../domain/graph.ts';
import type { Block, Problem, Reply, ReplyOutcome, View } from '../domain/reply.ts';
import type { Span } from '../domain/spans.ts';
import { code, spansOf, strong } from '../domain/spans.ts';
import { laidOpen } from './shown.ts';

/** What a chat surface must know to show a reply. */
export type CardOptions = {
  /**
   * The short key under which a line is kept until it is pressed: letters, digits, `_` and `-`, at
   * most 80. A line without one is shown to be typed.
   */
  readonly keyOf?: (line: string) => string | undefined;
  /**
   * The surface opens forms: of a line that waits for something, whose button carries the line
   * itself (`ask:log add …`), and for the code that a line may do with (`code:<key>`).
   */
  readonly opensForms?: boolean;
  /** So many can be pressed on one message; what is left is shown to be typed. */
  readonly pressedAtMost?: number;
  /** Where all of an answer is read that does not fit. */
  readonly whole?: string;
};

/** A part of a card, of which surfaces need to know no more kinds than these. */
export type Part =
  | { readonly kind: 'words'; readonly spans: readonly Span[]; readonly mark?: string }
  | { readonly kind: 'fields'; readonly fields: readonly (readonly [string, string])[] }
  | { readonly kind: 'items'; readonly items: readonly Item[] }
  | {
      readonly kind: 'table';
      readonly columns: readonly string[];
      readonly rows: readonly (readonly string[])[];
    }
  | { readonly kind: 'code'; readonly text: string };

/** One point of a list; `below` stands indented under it. */
export type Item = { readonly spans: readonly Span[]; readonly below?: readonly string[] };

/** Something to press on a card. The id says what the press does and is unique on the card. */
export type CardButton = Pick<Button, 'label' | 'isWord' | 'tone'> & { readonly id: string };

/** A reply in the shape that all chats share; what it looks like is theirs. */
export type Card = {
  readonly tone: CardTone;
  /** Sign and title: the first thing to be seen. */
  readonly title: string;
  readonly parts: readonly Part[];
  readonly buttons: readonly CardButton[];
  /** Where the whole answer is read. */
  readonly whole: string;
};

export type CardTone = ReplyOutcome | 'problem';

/** What is done has no sign: above a plan that was only made, a tick would say that it was run. */
const signs: Readonly<Record<Exclude<ReplyOutcome, 'done'>, string>> = {
  open: '◑',
  unverified: '?',
  failed: '✗',
};

/** A reply as a card. Total: a new kind of block does not compile until it has its parts. */
export function cardOf(reply: Reply, options: CardOptions): Card {
  const { title, parts, tone } = reply.kind === 'view' ? viewCard(reply) : problemCard(reply);
  const { pressed, typed } = buttonsFor(reply, options);
  return {
    tone,
    title,
    parts: typed.length === 0 ? parts : [...parts, nextPart(typed)],
    buttons: pressed,
    whole: options.whole ?? 'the console',
  };
}

type Said = Pick<Card, 'tone' | 'title' | 'parts'>;

function viewCard(view: View): Said {
  const sign = view.outcome === 'done' ? '' : `${signs[view.outcome]} `;
  return {
    tone: view.outcome,
    title: `${sign}${view.title}`,
    parts: view.blocks.flatMap(partsOf),
  };
}

function problemCard({ message, hint, candidates, picks = [], reference }: Problem): Said {
  const shownAsButtons = new Set(picks.map(({ label }) => label));
  const others = candidates.filter((one) => !shownAsButtons.has(one));
  return {
    tone: 'problem',
    title: '✗ Not done',
    parts: [
      { kind: 'words', spans: spansOf(message) },
      ...(hint === undefined ? [] : [words(hint, '→')]),
      ...(others.length === 0 ? [] : [items(others.map((one) => [code(one)]))]),
      ...(reference === undefined ? [] : [words([plain('Reference '), code(reference)])]),
    ],
  };
}

function partsOf(block: Block): readonly Part[] {
  switch (block.kind) {
    case 'text':
      return [words(block.text)];
    case 'warning':
      return [words(block.text, '⚠')];
    case 'fields':
      return block.fields.length === 0 ? [] : [{ kind: 'fields', fields: block.fields }];
    case 'table':
      return block.rows.length === 0
        ? []
        : [{ kind: 'table', columns: block.columns, rows: block.rows }];
    case 'list':
      return block.items.length === 0 ? [] : [items(block.items.map((item) => [plain(item)]))];
    case 'code':
      return [{ kind: 'code', text: block.text }];
    case 'graph':
      return graphParts(block.graph);
  }
}

/** Each thing once, with what it acts on below it; the picture is a file that the surface adds. */
function graphParts({ nodes, edges, omissions }: Graph): readonly Part[] {
  const names = new Map(
    nodes.map(({ id, kind, ref, label, state }) => [
      id,
      [kind, ref, `“${label}”`, state && `(${state})`].filter(Boolean).join(' '),
    ]),
  );
  const from = Map.groupBy(edges, (edge) => edge.from);
  const drawn = nodes.map(({ id }) => ({
    spans: [plain(names.get(id) ?? id)],
    below: (from.get(id) ?? []).map(({ label, to }) => `${label} → ${names.get(to) ?? to}`),
  }));
  return [
    ...(drawn.length === 0 ? [] : [{ kind: 'items', items: drawn } as const]),
    ...omissions.map((text) => words([plain(text)], '⚠')),
  ];
}

type Offered = {
  readonly pressed: readonly CardButton[];
  /** Lines that are only shown. */
  readonly typed: readonly string[];
};

function buttonsFor(reply: Reply, options: CardOptions): Offered {
  const pressed: CardButton[] = [];
  const typed: string[] = [];
  const { pressedAtMost: most = Number.POSITIVE_INFINITY } = options;
  for (const button of buttonsOf(reply)) {
    const { kind, line, label, isWord, tone } = button;
    const id = pressed.length < most ? idOf(button, options) : undefined;
    if (id !== undefined) {
      // One button stands out; and a form that only opens is no danger yet.
      const isSecond = tone === 'main' && pressed.some((one) => one.tone === 'main');
      const isCalm = isSecond || (tone === 'danger' && kind === 'ask');
      pressed.push({ id, label, isWord, tone: isCalm ? 'plain' : tone });
    } else if (kind !== 'code') typed.push(line);
  }
  return { pressed, typed };
}

/** An id is at most 100 characters in Discord. */
const askedLineAtMost = 90;

/** Undefined where the line must be typed. */
function idOf({ kind, line }: Button, { keyOf, opensForms }: CardOptions): string | undefined {
  if (kind === 'shell') return undefined;
  if (kind === 'ask') {
    // What only opens a form needs no key: nobody gains by another line there.
    const isPlain = line.length <= askedLineAtMost && laidOpen(line) === line;
    return opensForms && isPlain ? `ask:${line}` : undefined;
  }
  const key = kind === 'code' && !opensForms ? undefined : keyOf?.(line);
  return key === undefined ? undefined : `${kind}:${key}`;
}

function nextPart(lines: readonly string[]): Part {
  const between = lines.flatMap((line, index) =>
    index === 0 ? [code(line)] : [plain(' · '), code(line)],
  );
  return words([strong('Next: '), ...between]);
}

function words(text: string | readonly Span[], mark?: string): Part {
  return { kind: 'words', spans: spansOf(text), ...(mark === undefined ? {} : { mark }) };
}

function items(list: readonly (readonly Span[])[]): Part {
  return { kind: 'items', items: list.map((spans) => ({ spans })) };
}

function plain(text: string): Span {
  return { kind: 'plain', text };
}
