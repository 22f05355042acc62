import type { Plan } from '../domain/plan.ts';
import { providerWarnings } from '../domain/provider.ts';
import type { Block } from '../domain/reply.ts';
import type { CommandContext } from './command.ts';
import { warned } from './incident-view.ts';

/** What a revocation at this provider must come after, and what it does not reach: for all who decide. */
export async function providerCautions(
  { store }: Pick<CommandContext, 'store'>,
  { purpose, targets }: Pick<Plan, 'purpose' | 'targets'>,
): Promise<readonly Block[]> {
  if (purpose !== 'revoke') return [];
  const credentials = await store.inventory.credentials();
  const kinds = targets.flatMap(({ connection, id }) => {
    const found = credentials.find((one) => one.connection === connection && one.id === id);
    return found?.provider ? [found.provider.kind] : [];
  });
  return [...new Set(kinds)].flatMap((kind) => providerWarnings[kind]).map(warned);
}
