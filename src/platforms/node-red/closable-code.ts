import type { AnyNode, CallExpression, Identifier, MemberExpression } from 'acorn';
import { parse } from 'acorn';
import { fullAncestor } from 'acorn-walk';

import { ofKind, propertyOf, textOf, words } from './code-nodes.ts';
import { CodeValues } from './code-values.ts';

/** Longer code is not read; nobody would see through it either. */
const lettersAtMost = 100_000;

/** They make a value of a value, and may be handed on. */
const converters = words('Boolean Number String BigInt isFinite isNaN parseFloat parseInt');

/** What code of a function node finds and may use by its properties without leaving its sandbox. */
const harmless = words(
  'node env console Buffer Array Date Intl JSON Map Math Object RegExp Set Symbol Uint8Array URL ' +
    'URLSearchParams Error RangeError SyntaxError TypeError atob btoa structuredClone ' +
    'setTimeout clearTimeout setInterval clearInterval ' +
    'decodeURI decodeURIComponent encodeURI encodeURIComponent',
);

const values = words('undefined NaN Infinity');

/** Whatever else code could find there before it declares anything. */
const foundThere: ReadonlySet<string> = new Set([
  ...Object.getOwnPropertyNames(globalThis),
  ...words('require module exports arguments util promisify results'),
  ...words('__node__ __initSend__ __send__ __done__ __msgid__'),
]);

/**
 * Properties that lead from a value to what makes code of text, or change how all values behave; and
 * the answer to a caller, by which the web server itself is reached.
 */
const waysOut = words(
  'constructor prototype __proto__ prepareStackTrace captureStackTrace getPrototypeOf ' +
    'setPrototypeOf getOwnPropertyDescriptor getOwnPropertyDescriptors getOwnPropertyNames ' +
    'getOwnPropertySymbols defineProperty defineProperties __defineGetter__ __defineSetter__ ' +
    '__lookupGetter__ __lookupSetter__ then finally fromAsync res _res',
);

/** What a caller's request may be asked; its other properties reach the web server. */
const readsOfRequest = words(
  'body cookies headers hostname ip method originalUrl params path protocol query url',
);

/** Of `RED.util`: the others take paths such as `a.constructor`, or evaluate. */
const harmlessUtilities = words('cloneMessage compareObjects ensureBuffer ensureString generateId');

/** What of a node takes a message. */
const messageTakers = words('send done error warn log debug trace status');

/** Syntax that waits, makes code of text, or hides what it calls. */
const leadingOut = words(
  'AwaitExpression YieldExpression ImportExpression MetaProperty WithStatement ThisExpression ' +
    'Super ClassDeclaration ClassExpression TaggedTemplateExpression',
);

/**
 * Whether the code of a function node is seen to do nothing that outlives the node: it waits for
 * nothing, and reaches nothing but its message, the contexts of its tab, and values. Its timers
 * Node-RED clears.
 *
 * Names are read, never guessed: one that is put together at run time (`msg[a + b]`) may lead anywhere,
 * so whatever is not plainly harmless counts as not seen.
 *
 * @param pieces what runs at the start, for each message and at the end: they share a sandbox
 * @source Node-RED 5.0: 10-function.js (what is in the sandbox), util.js (paths)
 */
export function endsWithItsNode(pieces: readonly string[]): boolean {
  if (pieces.some(({ length }) => length > lettersAtMost)) return false;
  try {
    const found = pieces.flatMap((code) => readCode(code));
    const known = new CodeValues(found.map(({ node }) => node));
    return found.every((one) => isHarmless(one, known));
  } catch {
    // It is no JavaScript, or nested deeper than can be followed.
    return false;
  }
}

function readCode(code: string): readonly Found[] {
  const found: Found[] = [];
  const program = parse(code, {
    ecmaVersion: 'latest',
    sourceType: 'script',
    allowReturnOutsideFunction: true,
  });
  fullAncestor(program, (node, _, ancestors) => {
    found.push({ node, above: ancestors.slice(0, -1).toReversed(), code });
  });
  return found;
}

/** A part of a piece of code and what it stands in, the nearest first. */
type Found = {
  readonly node: AnyNode;
  readonly above: readonly AnyNode[];
  readonly code: string;
};

/** It neither waits nor yields. */
function isPlain(one: { readonly async: boolean; readonly generator: boolean }): boolean {
  return !one.async && !one.generator;
}

function isHarmless({ node, above, code }: Found, known: CodeValues): boolean {
  const found = ofKind(node, {
    FunctionDeclaration: isPlain,
    FunctionExpression: isPlain,
    ArrowFunctionExpression: isPlain,
    ObjectPattern: ({ properties }) =>
      properties.every((one) => one.type === 'RestElement' || isHarmlessKey(one.key, one.computed)),
    Property: ({ kind, key, computed }) => kind === 'init' && isHarmlessKey(key, computed),
    MemberExpression: (one) => isHarmlessAccess(one, above, known),
    // An escape (`\u0065val`) would hide it from people.
    Identifier: (one) =>
      code.slice(one.start, one.end) === one.name && isHarmlessName(one, above, known),
  });
  return found ?? !leadingOut.has(node.type);
}

/** Of what is taken apart, or made. */
function isHarmlessKey(key: AnyNode, isComputed: boolean): boolean {
  const text = isComputed || key.type !== 'Identifier' ? textOf(key) : key.name;
  return text !== undefined && !waysOut.has(text) && text !== 'req';
}

function isHarmlessAccess(
  node: MemberExpression,
  [around]: readonly AnyNode[],
  known: CodeValues,
): boolean {
  const name = propertyOf(node);
  if (name === 'req') {
    if (around?.type !== 'MemberExpression' || around.object !== node) return false;
    return readsOfRequest.has(propertyOf(around) ?? '');
  }
  if (name !== undefined) return !waysOut.has(name);
  if (known.isNumber(node.property) || known.isTable(node.object)) return true;
  // Written to, it gives nothing away.
  return around?.type === 'AssignmentExpression' && around.left === node && around.operator === '=';
}

function isHarmlessName(node: Identifier, above: readonly AnyNode[], known: CodeValues): boolean {
  const { name } = node;
  if (known.isMessage(name)) return isMessageLeftAlone(node, above);
  if (name === 'global') return isGlobalRead(node, above);
  if (known.isForeign(name)) return isDeclared(node, above) || isLookedAt(node, above);
  if (name === 'context' || name === 'flow') return isContextCall(node, above);
  if (name === 'RED') return isUtility(node, above);
  if (converters.has(name)) return !isDeclared(node, above);
  if (harmless.has(name)) return isUsedInPlace(node, above);
  return values.has(name) || !foundThere.has(name);
}

/** It is given a name or value here, rather than asked for it. */
function isDeclared(node: AnyNode, [around]: readonly AnyNode[]): boolean {
  const isNamed = ({ body }: { readonly body: AnyNode }): boolean => body !== node;
  const found = ofKind(around, {
    VariableDeclarator: ({ id }) => id === node,
    AssignmentExpression: ({ left }) => left === node,
    FunctionDeclaration: isNamed,
    FunctionExpression: isNamed,
    ArrowFunctionExpression: isNamed,
    ArrayPattern: () => true,
    ObjectPattern: () => true,
    AssignmentPattern: () => true,
    RestElement: () => true,
    CatchClause: () => true,
  });
  return found ?? false;
}

/** Called, made anew, or asked for a property; neither handed on nor changed, which others would see. */
function isUsedInPlace(node: AnyNode, [around, further]: readonly AnyNode[]): boolean {
  const found = ofKind(around, {
    MemberExpression: (member) => member.object === node && !isChanged(member, further),
    CallExpression: ({ callee }) => callee === node,
    NewExpression: ({ callee }) => callee === node,
    BinaryExpression: ({ operator, right }) => operator === 'instanceof' && right === node,
  });
  return found ?? false;
}

function isChanged(node: AnyNode, around: AnyNode | undefined): boolean {
  const found = ofKind(around, {
    AssignmentExpression: ({ left }) => left === node,
    UnaryExpression: ({ operator }) => operator === 'delete',
    UpdateExpression: () => true,
    ArrayPattern: () => true,
    ObjectPattern: () => true,
    AssignmentPattern: () => true,
    RestElement: () => true,
    ForInStatement: () => true,
    ForOfStatement: () => true,
  });
  return found ?? false;
}

/** `RED.util.cloneMessage(…)` */
function isUtility(node: AnyNode, [util, used, call]: readonly AnyNode[]): boolean {
  return (
    isAsked(util, node) === 'util' &&
    harmlessUtilities.has(isAsked(used, util) ?? '') &&
    call?.type === 'CallExpression' &&
    call.callee === used
  );
}

/** The property that is asked of a value. */
function isAsked(member: AnyNode | undefined, of: AnyNode | undefined): string | undefined {
  return member?.type === 'MemberExpression' && member.object === of
    ? propertyOf(member)
    : undefined;
}

/** `flow.get('count')`, `context.flow.set('count', 1)`: with a path that leads out of no value. */
function isContextCall(node: AnyNode, [member, ...further]: readonly AnyNode[]): boolean {
  const name = isAsked(member, node);
  if (member === undefined || name === undefined) return false;
  if (name === 'flow') return isContextCall(member, further);
  return ['get', 'set', 'keys'].includes(name) && isCallWithPath(member, further[0]);
}

/** `global.get('limit')`, of which nothing is called: it may hold any function or module. */
function isGlobalRead(node: AnyNode, [member, call, ...further]: readonly AnyNode[]): boolean {
  if (isAsked(member, node) !== 'get' || !isCallWithPath(member, call)) return false;
  return call !== undefined && isLookedAt(call, further);
}

function isCallWithPath(callee: AnyNode | undefined, call: AnyNode | undefined): boolean {
  return call?.type === 'CallExpression' && call.callee === callee && hasHarmlessPath(call);
}

function hasHarmlessPath({ arguments: [path] }: CallExpression): boolean {
  if (path === undefined) return true;
  const parts = path.type === 'ArrayExpression' ? path.elements : [path];
  return parts.every((part) => {
    const text = part === null ? undefined : textOf(part);
    return text !== undefined && !text.split(/[.[\]'"]+/).some((name) => waysOut.has(name));
  });
}

/** It is compared, counted with or named, so that nothing of it is called. */
function isLookedAt(node: AnyNode, [around, ...further]: readonly AnyNode[]): boolean {
  const found = ofKind(around, {
    BinaryExpression: ({ operator }) => operator !== 'instanceof' && operator !== 'in',
    UnaryExpression: () => true,
    TemplateLiteral: () => true,
    IfStatement: () => true,
    ConditionalExpression: (one) => one.test === node || isLookedAt(one, further),
    LogicalExpression: (one) => isLookedAt(one, further),
    VariableDeclarator: ({ id, init }) => init === node && id.type === 'Identifier',
    CallExpression: ({ callee }) =>
      callee !== node && callee.type === 'Identifier' && converters.has(callee.name),
  });
  return found ?? false;
}

/**
 * A message carries its caller's request and answer, by which the web server is reached. So it is used
 * by its properties, copied, looked at or sent, and put nowhere else.
 */
function isMessageLeftAlone(node: AnyNode, above: readonly AnyNode[]): boolean {
  const [around, ...further] = above;
  const isGoingOn = (one: AnyNode): boolean => isMessageLeftAlone(one, further);
  const isParameter = ({ body }: { readonly body: AnyNode }): boolean => body !== node;
  const found = ofKind(around, {
    MemberExpression: ({ object }) => object === node,
    AssignmentExpression: ({ left }) => left === node || left.type === 'Identifier',
    VariableDeclarator: ({ id }) => id === node || takesParts(id),
    FunctionDeclaration: isParameter,
    FunctionExpression: isParameter,
    ArrowFunctionExpression: isParameter,
    ConditionalExpression: isGoingOn,
    LogicalExpression: isGoingOn,
    CallExpression: (call) =>
      propertyOf(call.callee) === 'cloneMessage' ? isGoingOn(call) : isSent(node, above),
    SpreadElement: () =>
      further[0]?.type === 'ObjectExpression' && isMessageLeftAlone(further[0], further.slice(1)),
  });
  return found ?? (isSent(node, above) || isLookedAt(node, above));
}

/** By name, or some of it: the rest would be what it carries besides. */
function takesParts(pattern: AnyNode): boolean {
  if (pattern.type === 'Identifier') return true;
  return (
    pattern.type === 'ObjectPattern' && pattern.properties.every(({ type }) => type === 'Property')
  );
}

/** `return [msg, null]`, `node.send(msg)`; a function that answers it hands it on. */
function isSent(node: AnyNode, [around, ...further]: readonly AnyNode[]): boolean {
  const found = ofKind(around, {
    ReturnStatement: () => !further.some(({ type }) => type.includes('Function')),
    ArrayExpression: (list) => isSent(list, further),
    CallExpression: (call) => call.callee !== node && takesMessage(call),
  });
  return found ?? false;
}

/** `node.send(msg)`, `JSON.stringify(msg)`; what a text is made with would see all of it. */
function takesMessage({ callee, arguments: given }: CallExpression): boolean {
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return false;
  const name = propertyOf(callee) ?? '';
  if (callee.object.name === 'node') return messageTakers.has(name);
  return callee.object.name === 'JSON' && name === 'stringify' && given.length === 1;
}
