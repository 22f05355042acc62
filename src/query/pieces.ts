import type { Comparison, QueryField } from '../domain/query.ts';
import type { UserError } from '../errors.ts';
import { fieldNamed, fieldsLike } from './fields.ts';
import { badPlace } from './place.ts';

/** The longest query that is read, in characters. */
export const maxQueryLength = 2_000;
/** How deep brackets may nest. */
export const maxDepth = 50;

/** A condition as typed. `at` is where its value stands, for complaints. */
export type TypedTerm = {
  readonly kind: 'term';
  readonly at: number;
  readonly field?: QueryField;
  readonly comparison?: Comparison;
  readonly value: string;
  readonly quoted: boolean;
};

/** The smallest parts of a query. */
export type Piece =
  | TypedTerm
  | { readonly kind: 'open' | 'close' | 'and' | 'or' | 'not'; readonly at: number };

/** What closes a quoted value, by what opens it; phones type the curly ones. */
const closing: Readonly<Record<string, string>> = {
  '"': '"',
  '“': '”“"',
  '”': '”"',
  '„': '“”"',
  '«': '»',
  "'": "'",
  '‘': "’‘'",
};
const comparisons: ReadonlyMap<string, Comparison | undefined> = new Map([
  ['<', '<'],
  ['<=', '<='],
  ['≤', '<='],
  ['>', '>'],
  ['>=', '>='],
  ['≥', '>='],
  ['=', undefined],
]);
const operators: ReadonlyMap<string, 'and' | 'or' | 'not'> = new Map([
  ['and', 'and'],
  ['&&', 'and'],
  ['or', 'or'],
  ['||', 'or'],
  ['not', 'not'],
]);

/**
 * Cuts a query into pieces, and forgives what people at 03:00 and phones do: a space after the
 * colon, curly quotes, `or` in lower case, `!x`, unquoted URLs and paths, `14:05` after a date.
 *
 * @throws UserError `bad_input` with a caret below the place
 */
export function cutQuery(text: string): readonly Piece[] {
  const reader = new PieceReader(text);
  return reader.read();
}

class PieceReader {
  readonly #text: string;
  readonly #pieces: Piece[] = [];
  readonly #open: number[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): readonly Piece[] {
    for (this.#skip(/[\s,]*/y); this.#at < this.#text.length; this.#skip(/[\s,]*/y)) this.#piece();
    const unclosed = this.#open.at(-1);
    if (unclosed !== undefined) {
      throw this.#bad(unclosed, 'This bracket is never closed.', 'close it with )');
    }
    return this.#pieces;
  }

  #piece(): void {
    const at = this.#at;
    const sign = this.#text[at] ?? '';
    if (sign === '(') {
      if (this.#open.length >= maxDepth) throw this.#bad(at, 'Brackets nest too deep.');
      this.#open.push(at);
      this.#push({ kind: 'open', at }, 1);
    } else if (sign === ')') {
      if (this.#open.pop() === undefined) {
        throw this.#bad(at, 'This bracket closes nothing.', 'quote names with brackets: "a (b)"');
      }
      this.#push({ kind: 'close', at }, 1);
    } else if (/[-–—!][^\s)]/y.test(this.#text.slice(at, at + 2))) {
      this.#not(at, 1);
    } else {
      this.#term(at);
    }
  }

  /** Two negations in a row cancel each other. */
  #not(at: number, length: number): void {
    if (this.#pieces.at(-1)?.kind === 'not') {
      this.#pieces.pop();
      this.#at += length;
    } else this.#push({ kind: 'not', at }, length);
  }

  #push(piece: Piece, length: number): void {
    this.#pieces.push(piece);
    this.#at += length;
  }

  #term(at: number): void {
    const field = this.#field();
    if (field === undefined) {
      this.#word(at);
      return;
    }
    const comparison = this.#comparison(field, at);
    const from = this.#value(field);
    const { value, quoted } = this.#valueText();
    this.#pieces.push({
      kind: 'term',
      at: from,
      field,
      ...(comparison ? { comparison } : {}),
      value: quoted ? value : value + this.#timeOfDay(field, value),
      quoted,
    });
  }

  #word(at: number): void {
    const { value, quoted } = this.#valueText();
    const operator = quoted ? undefined : operators.get(value.toLowerCase());
    if (operator !== undefined) {
      if (operator === 'not') this.#not(at, 0);
      else this.#pieces.push({ kind: operator, at });
      return;
    }
    const parts = quoted ? [] : value.split(',').filter((part) => part !== '');
    if (parts.length > 1 && parts.every((part) => /^w\d+$/i.test(part))) {
      for (const part of parts) this.#pieces.push({ kind: 'term', at, value: part, quoted });
      return;
    }
    const bare = quoted ? value : value.replace(/,+$/, '');
    const field = !quoted && looksLikeAddress(bare) ? ('host' as const) : undefined;
    this.#pieces.push({ kind: 'term', at, ...(field ? { field } : {}), value: bare, quoted });
  }

  /** Reads `name:` or, for a field that we know, `name` before `<` or `>`. */
  #field(): QueryField | undefined {
    const [name] = /[A-Za-z_][\w.-]*/y.exec(this.#text.slice(this.#at, this.#at + 80)) ?? [];
    if (name === undefined) return undefined;
    const next = this.#text[this.#at + name.length];
    const field = fieldNamed(name);
    if (field !== undefined && next !== undefined && '<>≤≥'.includes(next)) {
      this.#at += name.length;
      return field;
    }
    if (next !== ':') return undefined;
    if (field !== undefined) {
      this.#at += name.length + 1;
      return field;
    }
    const rest = this.#text.slice(this.#at, this.#at + name.length + 8);
    if (looksLikeAddress(rest)) return undefined;
    const near = fieldsLike(name);
    throw badPlace(this.#text, this.#at, `There is no field “${name}”.`, {
      hint:
        near.length > 0
          ? `did you mean ${near.map((like) => `${like}:`).join(' or ')}? Quote text that has a colon: "a: b"`
          : 'fields are credential:, host:, node:, owner:, tag:, active:, changed: and more; quote text that has a colon: "a: b"',
      candidates: near.map((like) => `${like}:`),
    });
  }

  #comparison(field: QueryField, at: number): Comparison | undefined {
    const [sign] = /[<>]=?|[=≤≥]/y.exec(this.#text.slice(this.#at, this.#at + 2)) ?? [];
    if (sign === undefined) return undefined;
    this.#at += sign.length;
    if (sign !== '=' && field !== 'changed' && field !== 'ran') {
      throw this.#bad(at, `Only changed: and ran: can be compared with ${sign}.`);
    }
    return comparisons.get(sign);
  }

  /** Goes to where the value starts, after a space if the person typed one there. */
  #value(field: QueryField): number {
    this.#skip(/\s*/y);
    const rest = this.#text.slice(this.#at, this.#at + 40);
    if (rest.startsWith('(')) {
      throw this.#bad(
        this.#at,
        'A field takes one value.',
        `write (${field}:a OR ${field}:b), or quote a name with brackets: ${field}:"(a)"`,
      );
    }
    const [, next] = /([A-Za-z]+):/y.exec(rest) ?? [];
    if (rest === '' || rest.startsWith(')') || (next !== undefined && fieldNamed(next))) {
      throw this.#bad(this.#at, `${field}: needs a value.`);
    }
    return this.#at;
  }

  #valueText(): { readonly value: string; readonly quoted: boolean } {
    const opening = this.#text[this.#at] ?? '';
    const ends = Object.hasOwn(closing, opening) ? closing[opening] : undefined;
    return ends === undefined
      ? { value: this.#plain(), quoted: false }
      : { value: this.#quoted(ends), quoted: true };
  }

  #quoted(ends: string): string {
    const from = this.#at;
    let value = '';
    for (let at = from + 1; at < this.#text.length; at += 1) {
      const character = this.#text[at] ?? '';
      const next = this.#text[at + 1] ?? '';
      if (character === '\\' && next !== '' && `\\"'${ends}`.includes(next)) {
        value += next;
        at += 1;
      } else if (ends.includes(character)) {
        this.#at = at + 1;
        if (/[^\s),]/.test(next)) {
          throw this.#bad(
            at + 1,
            'After a closing quote comes a space.',
            'inside quotes write \\"',
          );
        }
        return value;
      } else value += character;
    }
    throw this.#bad(from, 'This quote is never closed.');
  }

  /** Up to a space, or to the bracket that closes an earlier one. A backslash keeps a space or bracket. */
  #plain(): string {
    let value = '';
    let inner = 0;
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at] ?? '';
      const next = this.#text[this.#at + 1] ?? '';
      if (character === '\\' && ' ()"\'\\'.includes(next) && next !== '') {
        value += next;
        this.#at += 2;
        continue;
      }
      if (/\s/.test(character) || (character === ')' && inner === 0)) break;
      if ('"“”„'.includes(character)) {
        throw this.#bad(
          this.#at,
          'A quote stands around a whole value.',
          `e.g. name:"a \\"b\\" c"`,
        );
      }
      inner += character === '(' ? 1 : character === ')' ? -1 : 0;
      value += character;
      this.#at += 1;
    }
    return value;
  }

  /** `2026-11-20 14:05` without quotes: the time belongs to the date before it. */
  #timeOfDay(field: QueryField, value: string): string {
    if (field !== 'changed' && field !== 'ran') return '';
    if (!/^(\d{4}-\d\d-\d\d|yesterday|today)$/i.test(value)) return '';
    const [time] = /\s+\d{1,2}:\d\d(:\d\d)?(?=[\s)]|$)/y.exec(this.#text.slice(this.#at)) ?? [];
    if (time === undefined) return '';
    this.#at += time.length;
    return ` ${time.trim()}`;
  }

  #skip(spaces: RegExp): void {
    spaces.lastIndex = this.#at;
    this.#at += spaces.exec(this.#text)?.[0].length ?? 0;
  }

  #bad(at: number, problem: string, hint?: string): UserError {
    return badPlace(this.#text, at, problem, hint === undefined ? {} : { hint });
  }
}

/** True for `https://x`, defanged `hxxps://x` and `x.example:8080`, which are hosts, not fields. */
function looksLikeAddress(text: string): boolean {
  return /^(h[tx]{2}ps?|wss?):\/\//i.test(text) || /^[\w-]+(\.[\w-]+)+:\d{1,5}(?!\w)/.test(text);
}
