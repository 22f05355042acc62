import { definitionOf, enabledSteps, runningAt } from './activation.ts';
import type { Estate } from './estate.ts';
import type { Look } from './look.ts';

/** A call from outside, without a key, to where a workflow may listen. */
export type EntranceCall = {
  readonly method: string;
  readonly path: string;
  /** In lower case. What callers send besides is not looked at, and nothing of it is kept. */
  readonly header: (name: string) => string | undefined;
};

export type EntranceAnswer = {
  readonly status: 200 | 204 | 403 | 404 | 500;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, string | number>>;
};

const methods = ['GET', 'POST'] as const;

/**
 * Calls a webhook of an estate, and answers as n8n 2.40 does.
 *
 * A guarded one refuses everybody: the sandbox keeps no value of a credential, so nobody can show
 * the right one.
 */
export async function callEntrance(estate: Estate, call: EntranceCall): Promise<EntranceAnswer> {
  const { path } = call;
  const look = await estate.look();
  const registered = methods.filter((method) => look.answering(path, method).length > 0);
  if (call.method === 'OPTIONS') return preflight(call, registered);
  const method = registered.find((one) => one === call.method);
  if (method === undefined) return answer(404, missing(call, registered));
  if (isGuarded(look, path, method)) return answer(403, 'Authorization data is wrong!');
  if (!(await estate.callWebhook(path, method))) return answer(404, missing(call, []));
  return { status: 200, headers: {}, body: { message: 'Workflow was started' } };
}

/** Only a question with both headers is looked up; any other is answered as if all were well. */
function preflight({ header, path }: EntranceCall, registered: readonly string[]): EntranceAnswer {
  const wanted = header('access-control-request-method');
  if (header('origin') === undefined) return { status: 204, headers: {} };
  const headers = { 'access-control-allow-methods': ['OPTIONS', ...registered].join(', ') };
  if (wanted === undefined || registered.includes(wanted)) return { status: 204, headers };
  const says = `The requested webhook "${wanted} ${path}" is not registered.`;
  return { ...answer(500, says), headers };
}

function missing({ method, path }: EntranceCall, registered: readonly string[]): string {
  const [other] = registered;
  return other === undefined
    ? `The requested webhook "${method} ${path}" is not registered.`
    : `This webhook is not registered for ${method} requests. Did you mean to make a ${other} request?`;
}

function isGuarded(look: Look, path: string, method: string): boolean {
  const [workflow] = look.answering(path, method);
  const running = workflow && definitionOf(workflow, runningAt(workflow, look.now));
  const step = enabledSteps(running).find(
    ({ webhook }) => webhook?.path === path && webhook.method === method,
  );
  return step?.webhook?.auth !== 'none';
}

function answer(status: 403 | 404 | 500, message: string): EntranceAnswer {
  return { status, headers: {}, body: { code: status, message } };
}
