import type { Connection } from './connection.ts';
import type { Workflow } from './inventory.ts';

/** What was asked for, as a line that people may type. */
type Asked = {
  /** As it was typed, or words for it where all workflows were named. */
  readonly query: string;
  readonly workflows: readonly Workflow[];
  /** All of them were named one by one. */
  readonly areNamed: boolean;
};

/** So many workflows are named in a line. */
const namedAtMost = 20;

/**
 * The next step when some connections of a containment cannot act and others can: the line that
 * leaves those out. Nothing when none can, or when there are too many workflows for one line.
 */
export function leaveOutHint(
  { query, workflows, areNamed }: Asked,
  unable: readonly Connection[],
  able: readonly Connection[],
): string | undefined {
  if (unable.length === 0 || able.length === 0) return undefined;
  const them = unable.length === 1 ? 'it' : 'them';
  if (areNamed) {
    const ids = new Set(able.map(({ id }) => id));
    const refs = workflows.filter((one) => ids.has(one.connection)).map(({ ref }) => ref);
    if (refs.length > namedAtMost) return undefined;
    return `To leave ${them} out: \`contain plan ${refs.join(' ')}\`.`;
  }
  const [only, ...others] = able;
  const narrowing =
    only !== undefined && others.length === 0
      ? `connection:${only.name}`
      : unable.map(({ name }) => `-connection:${name}`).join(' ');
  return `Add \`${narrowing}\` to leave ${them} out: \`contain plan ${grouped(query)} ${narrowing}\`.`;
}

/** `a OR b` needs brackets before a condition is put beside it. */
function grouped(query: string): string {
  return /\bor\b|\|\|/i.test(query) ? `(${query})` : query;
}
