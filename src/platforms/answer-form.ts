import type { z } from 'zod';

import { PlatformError } from '../errors.ts';

/**
 * What a platform answered, in the form that we know.
 *
 * @param named the platform as people write it
 * @throws PlatformError `unreadable` for any other form
 */
export function inKnownForm<T>(
  platform: string,
  named: string,
  schema: z.ZodType<T>,
  body: unknown,
): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const message = `${named} answered in a form that Firebreak does not know. It may be a newer or older version.`;
  throw new PlatformError(platform, 'unreadable', message);
}
