import { z } from 'zod';

/** What Node-RED's admin API answers, as far as Firebreak reads it. Items of a flow file stay unknown here. */
export const flowsAnswer = z.object({ flows: z.array(z.unknown()), rev: z.string() });

export const deployedAnswer = z.object({ rev: z.string() });

/** How people sign in; an empty object where nobody has to. */
export const loginAnswer = z.object({ type: z.string().optional() });

export const tokenAnswer = z.object({ access_token: z.string().min(1) });

export const settingsAnswer = z.object({
  version: z.string().optional().catch(undefined),
  httpNodeRoot: z.string().optional().catch(undefined),
  user: z
    .object({
      username: z.string().optional().catch(undefined),
      anonymous: z.boolean().optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});
export type NodeRedSettings = z.infer<typeof settingsAnswer>;

export const nodeSetsAnswer = z.array(
  z
    .object({
      module: z.string().catch(''),
      version: z.string().catch(''),
      types: z.array(z.string()).catch([]),
      enabled: z.boolean().catch(true),
    })
    .catch({ module: '', version: '', types: [], enabled: true }),
);
export type NodeSet = z.infer<typeof nodeSetsAnswer>[number];

export const stateAnswer = z.object({ state: z.string() });

/** Fields of a node's credentials: `has_password` says that there is one, `user` is not secret to Node-RED. */
export const credentialFieldsAnswer = z.record(z.string(), z.unknown());

/** One key of a node's context; without a node that runs, Node-RED answers an empty object. */
export const contextAnswer = z.record(z.string(), z.unknown());

/** A refusal; most of them are empty. */
export const refusalAnswer = z.object({
  code: z.string().optional().catch(undefined),
  error: z.string().optional().catch(undefined),
  error_description: z.string().optional().catch(undefined),
});
