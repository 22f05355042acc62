import type { Complaint, Raw } from './limits.ts';

/** What the fake answers a request. Without `json` there is no body, and no content type. */
export type Answer = {
  readonly status: number;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

const words: Readonly<Record<number, string>> = {
  0: '401: Unauthorized',
  10003: 'Unknown Channel',
  10004: 'Unknown Guild',
  10008: 'Unknown Message',
  10013: 'Unknown User',
  10014: 'Unknown Emoji',
  10015: 'Unknown Webhook',
  10062: 'Unknown interaction',
  30003: 'Maximum number of pins reached for the channel (250)',
  30034: 'Maximum number of application command creates reached for the day (200)',
  40005: 'Request entity too large',
  40060: 'Interaction has already been acknowledged.',
  50001: 'Missing Access',
  50005: 'Cannot edit a message authored by another user',
  50006: 'Cannot send an empty message',
  50013: 'Missing Permissions',
  50027: 'Invalid Webhook Token',
  50035: 'Invalid Form Body',
  50109: 'The request body contains invalid JSON.',
};

const statuses: Readonly<Record<number, number>> = {
  0: 401,
  10003: 404,
  10004: 404,
  10008: 404,
  10013: 404,
  10014: 404,
  10015: 404,
  10062: 404,
  40005: 413,
  50001: 403,
  50005: 403,
  50013: 403,
  50027: 401,
};

/** Discord says no, with one of its codes. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(code: number, complaints: readonly Complaint[] = []) {
    const message = words[code] ?? String(code);
    super(message);
    this.name = 'Refusal';
    const errors = complaints.length === 0 ? {} : { errors: nested(complaints) };
    this.answer = { status: statuses[code] ?? 400, json: { message, code, ...errors } };
  }
}

/** Refuses with 50035 when there is anything to complain of. */
export function refuseFor(complaints: readonly Complaint[]): void {
  if (complaints.length > 0) throw new Refusal(50_035, complaints);
}

/** What is complained of, at each step of the paths. */
type Node = { readonly steps: Map<string, Node>; readonly said: Raw[] };

function nested(complaints: readonly Complaint[]): Raw {
  const root: Node = { steps: new Map(), said: [] };
  for (const { path, code, message } of complaints) {
    let node = root;
    for (const step of path) {
      const next = node.steps.get(String(step)) ?? { steps: new Map(), said: [] };
      node.steps.set(String(step), next);
      node = next;
    }
    node.said.push({ code, message });
  }
  return shown(root);
}

function shown({ steps, said }: Node): Raw {
  const below = [...steps].map(([step, node]) => [step, shown(node)] as const);
  return { ...Object.fromEntries(below), ...(said.length === 0 ? {} : { _errors: said }) };
}
