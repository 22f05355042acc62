import { z } from 'zod';

import type { BundleEntry } from './bundle.ts';

const declaration = z.object({ data: z.object({ title: z.string() }) });

/** The title that an incident was declared with, when this entry is the one that says so. */
export function titleIn({ fields, body }: BundleEntry): { readonly declared?: string } {
  if (fields.kind !== 'incident_declared' || body === undefined) return {};
  const said = declaration.safeParse(JSON.parse(body.canonical));
  return said.success ? { declared: said.data.data.title } : {};
}
