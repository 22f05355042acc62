import type { Query } from '../domain/query.ts';

/**
 * Reads a query as a person typed it (`credential:"Stripe live" host:*.evil.example changed:>2026-11-20`).
 *
 * Bare references (`w12`) and words are terms too; terms that stand side by side must all hold.
 *
 * @param at  the zone in which dates are read, and the instant from which `1h` is counted back
 * @throws UserError `bad_input` naming the place and the nearest field
 */
export type ParseQuery = (text: string, at: { now: Date; timeZone: string }) => Query;
