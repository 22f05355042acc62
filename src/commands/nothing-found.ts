import type { Block } from '../domain/reply.ts';
import { UserError } from '../errors.ts';
import type { FoundWorkflows } from './find-workflows.ts';

/**
 * Says that a query found no workflow. What it names and there is not is told with the lines that
 * may have been meant, since “none found” would be taken for “not affected”.
 *
 * @param line around a query, e.g. `contain plan … else:archive`
 */
export function nothingFound(
  line: (query: string) => string,
  { missing = [] }: Pick<FoundWorkflows, 'missing'>,
  usual: { readonly message: string; readonly hint: string },
): UserError {
  const message = [usual.message, ...missing.map(({ text }) => text)].join(' ');
  const candidates = missing.flatMap(({ queries }) => queries.map(line));
  return new UserError('not_found', message, { hint: usual.hint, candidates });
}

/** What a query names that is nowhere, where the rest of it found something. */
export function missingBlocks(missing: FoundWorkflows['missing'] = []): readonly Block[] {
  return missing.map(({ text }) => ({ kind: 'warning', text }));
}
