import type { Meant } from '../domain/reply.ts';
import type { UserError } from '../errors.ts';
import type { Command } from './command.ts';

const picksAtMost = 100;

/**
 * What may have been meant, as whole lines, for those who press rather than type.
 *
 * A candidate is taken for a line only where none but our own words can stand: a connection that is
 * called `close` must not become a button that closes the incident.
 */
export function picksOf(
  error: UserError,
  said: { readonly line: string; readonly command: Command | undefined },
): readonly Meant[] {
  const { line: asked, command } = said;
  // Without a command the candidates are names of commands.
  const lineOf = (candidate: string) => {
    if (command === undefined) return candidate;
    return error.typed === undefined
      ? lineWith(candidate, { line: asked, command })
      : lineAbout(candidate, asked, error.typed);
  };
  return error.candidates.slice(0, picksAtMost).flatMap((label) => {
    const line = lineOf(label);
    return line === undefined ? [] : [{ label, line }];
  });
}

/** `status` and `in:INC-7 Stripe key leaked` → `status in:INC-7`. */
function lineWith(
  candidate: string,
  { line, command }: { readonly line: string; readonly command: Command },
): string | undefined {
  if (candidate.startsWith(`${command.name} `)) return candidate;
  const [option, name = ''] = /^([a-z]+):[\w-]+(?=\s|$)/.exec(candidate) ?? [];
  const isOption = option !== undefined && Object.hasOwn(command.options ?? {}, name);
  return isOption ? `${line.trim()} ${option}` : undefined;
}

/** `cred where "Stripe live"` and `c3 Stripe live on prod` → `cred where c3`. */
function lineAbout(candidate: string, line: string, typed: string): string | undefined {
  const [ref] = /^[a-z]\d+(?=\s)/.exec(candidate) ?? [];
  const [before = '', after = '', ...others] = `${line.trim()} `.split(typed);
  const stands = standings.find(
    ([open, close]) => before.endsWith(` ${open}`) && after.startsWith(`${close} `),
  );
  // What stands there twice, or in another shape, is for the person to type.
  if (ref === undefined || stands === undefined || others.length > 0) return undefined;
  const [open, close] = stands;
  return `${before.slice(0, before.length - open.length)}${ref}${after.slice(close.length)}`.trim();
}

/** How a name may stand in a line. */
const standings = [
  ['', ''],
  ['"', '"'],
  ['“', '”'],
] as const;
