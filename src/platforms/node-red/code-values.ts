import type { AnyNode } from 'acorn';

import { ofKind, propertyOf, words } from './code-nodes.ts';

const arithmetic = words('- * / % ** & | ^ << >> >>>');
const numberMakers = words('Number parseInt parseFloat');

/** What the names in code may stand for, all its pieces and scopes taken together. */
export class CodeValues {
  /** What each name is given, anywhere; undefined for what cannot be told. */
  readonly #given = new Map<string, (AnyNode | undefined)[]>();
  readonly #messages: ReadonlySet<string>;
  readonly #foreign: ReadonlySet<string>;

  constructor(nodes: readonly AnyNode[]) {
    for (const node of nodes) this.#note(node);
    this.#messages = this.#spread(new Set(['msg']), isMessageValue);
    this.#foreign = this.#spread(new Set(), isForeignValue);
  }

  /** The message that came in, or a copy with whatever it carries. */
  isMessage(name: string): boolean {
    return this.#messages.has(name);
  }

  /** Taken from the global context, which may hold any function or module. */
  isForeign(name: string): boolean {
    return this.#foreign.has(name);
  }

  /** Never a text, so never the name of a property that leads out. */
  isNumber(node: AnyNode, asked: ReadonlySet<string> = new Set()): boolean {
    const both = (a: AnyNode, b: AnyNode): boolean =>
      this.isNumber(a, asked) && this.isNumber(b, asked);
    const is = ofKind(node, {
      Literal: ({ value }) => typeof value === 'number',
      UpdateExpression: () => true,
      UnaryExpression: ({ operator }) => ['-', '+', '~'].includes(operator),
      BinaryExpression: ({ operator, left, right }) =>
        arithmetic.has(operator) || (operator === '+' && both(left, right)),
      ConditionalExpression: ({ consequent, alternate }) => both(consequent, alternate),
      LogicalExpression: ({ left, right }) => both(left, right),
      CallExpression: ({ callee }) => makesNumber(callee),
      Identifier: ({ name }) => {
        if (asked.has(name)) return true;
        const given = this.#given.get(name) ?? [];
        const further = new Set([...asked, name]);
        return given.length > 0 && given.every((one) => one && this.isNumber(one, further));
      },
    });
    return is ?? false;
  }

  /** A list or table that is written out in the code, of which no entry leads further. */
  isTable(node: AnyNode): boolean {
    if (node.type !== 'Identifier') return false;
    const [only, ...others] = this.#given.get(node.name) ?? [];
    if (only === undefined || others.length > 0) return false;
    const isWritten = ofKind(only, {
      ObjectExpression: ({ properties }) => properties.every(isOwn),
      ArrayExpression: ({ elements }) => elements.every(isOwn),
    });
    return isWritten ?? false;
  }

  /** These names, and all that are given what they stand for. */
  #spread(
    from: ReadonlySet<string>,
    isSuch: (value: AnyNode, names: ReadonlySet<string>) => boolean,
  ): ReadonlySet<string> {
    const names = new Set(from);
    for (let before = -1; before < names.size;) {
      before = names.size;
      for (const [name, given] of this.#given) {
        if (given.some((one) => one && isSuch(one, names))) names.add(name);
      }
    }
    return names;
  }

  #note(node: AnyNode): void {
    const note = (to: AnyNode | null | undefined): void => {
      if (to) this.#give(to, undefined);
    };
    const noteFunction = (one: { readonly id?: AnyNode | null; params: readonly AnyNode[] }) => {
      for (const to of [one.id, ...one.params]) note(to);
    };
    ofKind<void>(node, {
      VariableDeclarator: ({ id, init }) => this.#give(id, init ?? undefined),
      AssignmentExpression: ({ left, right }) => this.#give(left, right),
      CatchClause: ({ param }) => note(param),
      ForInStatement: ({ left }) => note(left),
      ForOfStatement: ({ left }) => note(left),
      FunctionDeclaration: noteFunction,
      FunctionExpression: noteFunction,
      ArrowFunctionExpression: noteFunction,
    });
  }

  #give(to: AnyNode, what: AnyNode | undefined): void {
    const unknown = (one: AnyNode | null): void => {
      if (one) this.#give(one, undefined);
    };
    ofKind<void>(to, {
      Identifier: ({ name }) => {
        const given = this.#given.get(name) ?? [];
        given.push(what);
        this.#given.set(name, given);
      },
      AssignmentPattern: ({ left }) => unknown(left),
      RestElement: ({ argument }) => unknown(argument),
      ArrayPattern: ({ elements }) => elements.forEach(unknown),
      ObjectPattern: ({ properties }) =>
        properties.forEach((one) => unknown(one.type === 'RestElement' ? one : one.value)),
    });
  }
}

function isMessageValue(node: AnyNode, messages: ReadonlySet<string>): boolean {
  const is = (one: AnyNode): boolean => isMessageValue(one, messages);
  const found = ofKind(node, {
    Identifier: ({ name }) => messages.has(name),
    CallExpression: ({ callee, arguments: given }) =>
      propertyOf(callee) === 'cloneMessage' && given.some(is),
    ObjectExpression: ({ properties }) =>
      properties.some((one) => one.type === 'SpreadElement' && is(one.argument)),
    ConditionalExpression: ({ consequent, alternate }) => is(consequent) || is(alternate),
    LogicalExpression: ({ left, right }) => is(left) || is(right),
    AssignmentExpression: ({ right }) => is(right),
  });
  return found ?? false;
}

function isOwn(part: AnyNode | null): boolean {
  return part?.type !== 'SpreadElement';
}

/** `global.get('limit')`, alone or with what stands in for it. */
function isForeignValue(node: AnyNode, names: ReadonlySet<string>): boolean {
  const is = (one: AnyNode): boolean => isForeignValue(one, names);
  const found = ofKind(node, {
    Identifier: ({ name }) => name === 'global' || names.has(name),
    CallExpression: ({ callee }) => callee.type === 'MemberExpression' && is(callee.object),
    ConditionalExpression: ({ consequent, alternate }) => is(consequent) || is(alternate),
    LogicalExpression: ({ left, right }) => is(left) || is(right),
    AssignmentExpression: ({ right }) => is(right),
  });
  return found ?? false;
}

function makesNumber(callee: AnyNode): boolean {
  if (callee.type === 'Identifier') return numberMakers.has(callee.name);
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return false;
  return callee.object.name === 'Math' && propertyOf(callee) !== undefined;
}
