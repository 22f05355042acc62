import { z } from 'zod';

/** Names of runbooks, steps, answers and inputs. */
export const nameShape = z
  .string()
  .max(40)
  .regex(/^[a-z][a-z0-9-]*$/, 'takes lower-case letters, digits and hyphens');
