import { randomUUID } from 'node:crypto';

import type { ApiNode, NewApiWorkflow } from './n8n-api.ts';

/** A credential as a node refers to it. */
export type CredentialRef = { readonly id: string; readonly name: string; readonly type: string };

type Parameters = Readonly<Record<string, unknown>>;
type Extra = Partial<Pick<ApiNode, 'webhookId' | 'disabled' | 'credentials'>>;

/** A node of any type, placed somewhere. */
export function node(
  type: string,
  typeVersion: number,
  name: string,
  parameters: Parameters,
  extra: Extra = {},
): ApiNode {
  return { id: randomUUID(), name, type, typeVersion, position: [0, 0], parameters, ...extra };
}

/** Answers calls of `/webhook/<path>`; with a credential it asks for its header. */
export function webhook(
  path: string,
  options: { readonly method?: string; readonly auth?: CredentialRef; readonly name?: string } = {},
): ApiNode {
  const { auth } = options;
  return node(
    'n8n-nodes-base.webhook',
    2,
    options.name ?? 'Webhook',
    {
      path,
      httpMethod: options.method ?? 'GET',
      ...(auth === undefined ? {} : { authentication: 'headerAuth' }),
    },
    { webhookId: randomUUID(), ...(auth === undefined ? {} : { credentials: bind(auth) }) },
  );
}

/** Fires every so many seconds. */
export function everySeconds(seconds: number): ApiNode {
  return node('n8n-nodes-base.scheduleTrigger', 1.2, 'Schedule', {
    rule: { interval: [{ field: 'seconds', secondsInterval: seconds }] },
  });
}

/** Fires once a day at this hour. */
export function dailyAt(hour: number): ApiNode {
  return node('n8n-nodes-base.scheduleTrigger', 1.2, 'Schedule', {
    rule: { interval: [{ field: 'days', daysInterval: 1, triggerAtHour: hour }] },
  });
}

/** Fires by a cron expression. */
export function cron(expression: string): ApiNode {
  return node('n8n-nodes-base.scheduleTrigger', 1.2, 'Schedule', {
    rule: { interval: [{ field: 'cronExpression', expression }] },
  });
}

/** Is called by another workflow. */
export function calledByOthers(): ApiNode {
  return node('n8n-nodes-base.executeWorkflowTrigger', 1.1, 'When called', {
    inputSource: 'passthrough',
  });
}

/** Calls another workflow and waits for it. */
export function callWorkflow(id: string): ApiNode {
  return node('n8n-nodes-base.executeWorkflow', 1.2, 'Call workflow', {
    workflowId: { __rl: true, mode: 'id', value: id },
    options: {},
  });
}

/** Starts when a workflow that names this one as its error workflow fails or is stopped. */
export function onError(): ApiNode {
  return node('n8n-nodes-base.errorTrigger', 1, 'On error', {});
}

/** A form at `/form/<path>`. */
export function form(path: string): ApiNode {
  return node(
    'n8n-nodes-base.formTrigger',
    2.2,
    'Form',
    {
      formTitle: 'Refund',
      formFields: { values: [{ fieldLabel: 'Order' }] },
      options: { path },
    },
    { webhookId: randomUUID() },
  );
}

/** A public chat. */
export function chat(): ApiNode {
  return node(
    '@n8n/n8n-nodes-langchain.chatTrigger',
    1.1,
    'Chat',
    { public: true, options: {} },
    { webhookId: randomUUID() },
  );
}

/** Waits so many minutes; above 65 seconds n8n puts the execution to sleep (`waiting`). */
export function waitMinutes(minutes: number): ApiNode {
  return node(
    'n8n-nodes-base.wait',
    1.1,
    'Wait',
    { amount: minutes, unit: 'minutes' },
    { webhookId: randomUUID() },
  );
}

/** Runs JavaScript. */
export function code(jsCode: string, name = 'Code'): ApiNode {
  return node('n8n-nodes-base.code', 2, name, { jsCode });
}

/** Does nothing. */
export function nothing(name = 'Nothing'): ApiNode {
  return node('n8n-nodes-base.noOp', 1, name, {});
}

/**
 * Calls a URL (`=…` is an expression), with a generic credential if one is given.
 *
 * @param options.batchEveryMs sends the items one by one, so long apart
 */
export function http(
  url: string,
  options: {
    readonly name?: string;
    readonly credential?: CredentialRef;
    readonly batchEveryMs?: number;
    readonly disabled?: boolean;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): ApiNode {
  const { credential, batchEveryMs, headers } = options;
  return node(
    'n8n-nodes-base.httpRequest',
    4.2,
    options.name ?? 'HTTP',
    {
      method: 'GET',
      url,
      ...(credential === undefined
        ? {}
        : { authentication: 'genericCredentialType', genericAuthType: credential.type }),
      ...(headers === undefined
        ? {}
        : {
            sendHeaders: true,
            headerParameters: {
              parameters: Object.entries(headers).map(([name, value]) => ({ name, value })),
            },
          }),
      options:
        batchEveryMs === undefined
          ? {}
          : { batching: { batch: { batchSize: 1, batchInterval: batchEveryMs } } },
    },
    {
      ...(credential === undefined ? {} : { credentials: bind(credential) }),
      ...(options.disabled === true ? { disabled: true } : {}),
    },
  );
}

/** A node's reference to a credential. */
export function bind(credential: CredentialRef): NonNullable<ApiNode['credentials']> {
  return { [credential.type]: { id: credential.id, name: credential.name } };
}

/**
 * A workflow whose nodes follow each other in this order.
 *
 * @param options.errorWorkflow  id of the workflow that starts when this one fails
 * @param options.savesNothing   n8n keeps no record of its successful executions
 */
export function chain(
  name: string,
  nodes: readonly ApiNode[],
  options: { readonly errorWorkflow?: string; readonly savesNothing?: boolean } = {},
): NewApiWorkflow {
  const placed = nodes.map((each, at) => ({ ...each, position: [at * 200, 0] as const }));
  const links = placed.slice(1).map((next, at) => {
    const from = placed[at]?.name ?? '';
    return [from, { main: [[{ node: next.name, type: 'main', index: 0 }]] }] as const;
  });
  return {
    name,
    nodes: placed,
    connections: Object.fromEntries(links),
    settings: {
      executionOrder: 'v1',
      ...(options.errorWorkflow === undefined ? {} : { errorWorkflow: options.errorWorkflow }),
      ...(options.savesNothing === true ? { saveDataSuccessExecution: 'none' } : {}),
    },
  };
}
