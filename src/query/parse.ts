import { parse as parseBoolean, type ParserAst } from 'liqe';

import type { Query } from '../domain/query.ts';
import { UserError } from '../errors.ts';
import { cutQuery, maxQueryLength, type Piece, type TypedTerm } from './pieces.ts';
import { badPlace, exampleQuery } from './place.ts';
import type { ParseQuery } from './query.ts';
import { isWorkflowRef, readTerm } from './terms.ts';

/** How many conditions one query may have; references like `w12` side by side are not counted. */
const maxTerms = 100;

/**
 * Reads a query as a person typed it.
 *
 * `AND` binds tighter than `OR`, brackets group, `-`, `!` and `NOT` negate. Conditions that stand
 * side by side must all hold, except references: `w1 w2 w3` means any of these three.
 *
 * liqe reads the structure. It is given every value quoted and every `AND` written out, because it
 * takes `/a b/` for a regular expression and `007` for 7, and reads groups that stand side by side
 * in 2^n ways.
 */
export const parseQuery: ParseQuery = (text, at) => {
  if (text.trim() === '') {
    throw new UserError('bad_input', 'Say what to look for.', {
      hint: `e.g. ${exampleQuery}, host:*.evil.example, webhook:unauthenticated changed:>yesterday, w12`,
    });
  }
  if (text.length > maxQueryLength) {
    throw new UserError('bad_input', `A query has at most ${maxQueryLength} characters.`, {
      hint: 'use * for many alike, or split it into several',
    });
  }
  const pieces = cutQuery(text);
  const terms = pieces.filter((piece) => piece.kind === 'term');
  if (terms.filter((term) => !isWorkflowRef(term)).length > maxTerms) {
    throw new UserError('bad_input', `A query has at most ${maxTerms} conditions.`, {
      hint: 'use * for many alike, or split it into several',
    });
  }
  if (terms.length === 0) {
    throw badPlace(text, pieces[0]?.at ?? 0, 'There is no condition in this.');
  }
  const { written, places } = writeOut(pieces);
  return build(structureOf(written, places, text), (start) => {
    const typed = places.get(start);
    if (typed?.kind !== 'term') throw badPlace(text, typed?.at ?? 0, 'Here a value is missing.');
    return readTerm(typed, text, at);
  });
};

type Places = ReadonlyMap<number, Piece>;

/** The query as liqe reads it without doubt, and which piece starts at which character of it. */
function writeOut(pieces: readonly Piece[]): { readonly written: string; readonly places: Places } {
  const places = new Map<number, Piece>();
  let written = '';
  let openedRefs = false;
  for (const [index, piece] of pieces.entries()) {
    const before = pieces[index - 1];
    const after = pieces[index + 1];
    const joined = before !== undefined && endsOperand(before) && startsOperand(piece);
    const follows = openedRefs && joined && isRef(piece);
    if (joined) written += follows ? 'OR ' : 'AND ';
    if (isRef(piece) && !follows && before?.kind !== 'not' && after && isRef(after)) {
      written += '( ';
      openedRefs = true;
    }
    places.set(written.length, piece);
    written += `${piece.kind === 'term' ? JSON.stringify(piece.value) : signs[piece.kind]} `;
    if (openedRefs && !(after && isRef(after))) {
      written += ') ';
      openedRefs = false;
    }
  }
  return { written: written.trimEnd(), places };
}

const signs = { open: '(', close: ')', and: 'AND', or: 'OR', not: 'NOT' } as const;

function isRef(piece: Piece): piece is TypedTerm {
  return piece.kind === 'term' && isWorkflowRef(piece);
}

function endsOperand(piece: Piece): boolean {
  return piece.kind === 'term' || piece.kind === 'close';
}

function startsOperand(piece: Piece): boolean {
  return piece.kind === 'term' || piece.kind === 'open' || piece.kind === 'not';
}

function structureOf(written: string, places: Places, text: string): ParserAst {
  try {
    return parseBoolean(written);
  } catch (error) {
    const offset = error instanceof Error && 'offset' in error ? Number(error.offset) : NaN;
    const piece = [...places].findLast(([start]) => start <= offset)?.[1];
    const last = [...places.values()].at(-1);
    if (piece === undefined || piece.kind === 'term') {
      const dangling = last !== undefined && last.kind in signs && last.kind !== 'close';
      throw badPlace(text, last?.at ?? 0, dangling ? missingAfter(last) : 'I cannot read this.');
    }
    throw badPlace(text, piece.at, `A condition is missing around ${signs[piece.kind]}.`);
  }
}

function missingAfter(piece: Piece): string {
  return piece.kind === 'term' ? '' : `After ${signs[piece.kind]} a condition is missing.`;
}

/** liqe chains from the left without precedence, and marks brackets: cut the chain at each `OR`. */
function build(node: ParserAst, read: (start: number) => Query): Query {
  switch (node.type) {
    case 'ParenthesizedExpression':
      return build(node.expression, read);
    case 'UnaryOperator':
      return { kind: 'not', of: build(node.operand, read) };
    case 'Tag':
      return read(node.location.start);
    case 'EmptyExpression':
      return read(node.location.start);
    case 'LogicalExpression':
      return join(
        'or',
        chainOf(node).map((all) =>
          join(
            'and',
            all.map((one) => build(one, read)),
          ),
        ),
      );
  }
}

/** The operands of a chain, in lists that were joined by `OR`. */
function chainOf(node: ParserAst): readonly (readonly ParserAst[])[] {
  const reversed: ParserAst[][] = [[]];
  let rest = node;
  while (rest.type === 'LogicalExpression') {
    reversed.at(-1)?.push(rest.right);
    if (rest.operator.operator === 'OR') reversed.push([]);
    rest = rest.left;
  }
  reversed.at(-1)?.push(rest);
  return reversed.toReversed().map((operands) => operands.toReversed());
}

function join(kind: 'and' | 'or', of: readonly Query[]): Query {
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind, of };
}
