import { z } from 'zod';

const claims = z.object({ sub: z.string() });

/**
 * The user id in an API key of n8n, which is a JWT. Only read, never believed: it names who to look
 * for in the list of users.
 */
export function subjectOf(token: string): string | undefined {
  try {
    const payload: unknown = JSON.parse(
      Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'),
    );
    const parsed = claims.safeParse(payload);
    return parsed.success ? parsed.data.sub : undefined;
  } catch {
    return undefined;
  }
}
