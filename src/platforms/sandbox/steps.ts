import type { Rule, Step } from './model.ts';

const dayMs = 86_400_000;

/** Anyone who knows the address may call it. */
export function openWebhook(path: string, method: 'GET' | 'POST' = 'POST'): Step {
  return { name: 'Webhook', type: 'webhook', webhook: { path, method, auth: 'none' } };
}

/** Callers must show a header. */
export function guardedWebhook(path: string): Step {
  const webhook = { path, method: 'POST', auth: 'headerAuth' } as const;
  return { name: 'Webhook', type: 'webhook', webhook };
}

export function everySeconds(seconds: number): Step {
  return scheduled({ everyMs: seconds * 1_000, phaseMs: 0, words: `every ${seconds} seconds` });
}

export function everyMinutes(minutes: number): Step {
  const words = minutes === 1 ? 'every minute' : `every ${minutes} minutes`;
  return scheduled({ everyMs: minutes * 60_000, phaseMs: 0, words });
}

/** @param at an hour of the day in UTC: `06:00` */
export function dailyAt(at: string): Step {
  return scheduled({ everyMs: dayMs, phaseMs: msOf(at), words: `every day at ${at}` });
}

/** @param at an hour of the day in UTC: `06:00` */
export function mondaysAt(at: string): Step {
  // The epoch was a Thursday.
  const phaseMs = 4 * dayMs + msOf(at);
  return scheduled({ everyMs: 7 * dayMs, phaseMs, words: `every week on Monday at ${at}` });
}

/** @param credential the key of a credential, which becomes its id and name */
export function http(name: string, host: string, more: Partial<Step> = {}): Step {
  return { name, type: 'httprequest', host, ...more };
}

/** A host that is only known when it runs. */
export function httpAnywhere(name: string): Step {
  return { name, type: 'httprequest', runtimeHost: true };
}

export function code(name: string, text: string): Step {
  return { name, type: 'code', code: text };
}

export function callWorkflow(id: string): Step {
  return { name: 'Run workflow', type: 'executeworkflow', calls: id };
}

export function calledByOthers(): Step {
  return { name: 'When called', type: 'executeworkflowtrigger' };
}

export function waitMinutes(minutes: number): Step {
  return { name: 'Wait', type: 'wait', waitsMs: minutes * 60_000 };
}

export function nothing(name = 'Done'): Step {
  return { name, type: 'noop' };
}

/** A step of another service, with the credential that it uses. */
export function service(name: string, type: string, more: Partial<Step> = {}): Step {
  return { name, type, ...more };
}

function scheduled(schedule: Rule): Step {
  return { name: 'Schedule', type: 'scheduletrigger', schedule };
}

function msOf(at: string): number {
  const [hours = 0, minutes = 0] = at.split(':').map(Number);
  return (hours * 60 + minutes) * 60_000;
}
