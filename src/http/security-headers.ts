import type { MiddlewareHandler } from 'hono';

import type { DoorEnv } from './server-env.ts';

/**
 * Nothing inline, nothing from elsewhere, no frame around us; HTML is made by one named policy.
 *
 * @source CSP Level 3; Trusted Types
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types firebreak',
].join('; ');

/** Headers of every answer, also of refusals. */
export const securityHeaders: MiddlewareHandler<DoorEnv> = async (context, next) => {
  await next();
  const { headers } = context.res;
  headers.set('content-security-policy', contentSecurityPolicy);
  headers.set('x-content-type-options', 'nosniff');
  headers.set('referrer-policy', 'no-referrer');
  headers.set('cross-origin-opener-policy', 'same-origin');
  headers.set('cross-origin-resource-policy', 'same-origin');
  headers.set('x-frame-options', 'DENY');
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
  if (context.get('door')?.kind === 'public') {
    headers.set('strict-transport-security', 'max-age=31536000');
  }
};
