/** A stretch of text on one line of thought. All of it is data: each surface escapes it in its own way. */
export type Span =
  | { readonly kind: 'plain'; readonly text: string }
  | { readonly kind: 'strong'; readonly text: string }
  /** Something to type or to copy, shown as code. */
  | { readonly kind: 'code'; readonly text: string };

/**
 * What a person reads: spans, or a string in which a part between backquotes is something to type.
 *
 * Whoever puts foreign text in between writes spans with `inline`, in which no foreign backquote
 * can pass for a line of ours.
 */
export type Text = string | readonly Span[];

/** A span that must not be overlooked. */
export function strong(text: string): Span {
  return { kind: 'strong', text };
}

/** A span to type or to copy. */
export function code(text: string): Span {
  return { kind: 'code', text };
}

/**
 * Spans from a template: our own words may hold backquotes (written `\``), what is put in is
 * plain data unless it is a span itself. A line that holds something put in is a `code` of its own.
 */
export function inline(
  strings: TemplateStringsArray,
  ...values: readonly (string | number | Span | readonly Span[])[]
): readonly Span[] {
  return strings.flatMap((ours, index) => {
    const value = values[index];
    return value === undefined ? spansOf(ours) : [...spansOf(ours), ...putIn(value)];
  });
}

function putIn(value: string | number | Span | readonly Span[]): readonly Span[] {
  if (typeof value !== 'object') return [{ kind: 'plain', text: String(value) }];
  return 'kind' in value ? [value] : value;
}

/** The spans of a text; a backquote that is never closed is a character like any other. */
export function spansOf(text: Text): readonly Span[] {
  if (typeof text !== 'string') return text;
  return text
    .split(/`([^`\n]+)`/)
    .map((part, index): Span => ({ kind: index % 2 === 1 ? 'code' : 'plain', text: part }))
    .filter((span) => span.text !== '');
}

/** The text as characters alone, what is to be typed between backquotes. */
export function charactersOf(text: Text): string {
  if (typeof text === 'string') return text;
  return text.map((span) => (span.kind === 'code' ? `\`${span.text}\`` : span.text)).join('');
}
