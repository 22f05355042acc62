import type * as Prometheus from 'prom-client';

import type { Waits, Workload } from '../domain/workload.ts';

/** Writes what a monitoring system reads, in the text format of Prometheus. */
export type WriteMetrics = (
  this: void,
) => Promise<{ readonly type: string; readonly text: string }>;

/**
 * Measures this process and, each time it is asked, the work of the whole instance.
 *
 * Everything is a number: no name of an incident, a person or a workflow is in it. When the database
 * cannot be asked, `firebreak_up` is 0 and the rest of the instance is left out.
 *
 * @source Prometheus text exposition format 0.0.4
 */
export function metricsOf(measure: () => Promise<Workload>, now: () => Date): WriteMetrics {
  // Most instances are never asked, so the library is loaded when the first one asks.
  let ofProcess: Promise<Prometheus.Registry> | undefined;
  return async () => {
    const { Registry, collectDefaultMetrics } = await import('prom-client');
    ofProcess ??= Promise.resolve(new Registry()).then((registry) => {
      collectDefaultMetrics({ register: registry });
      return registry;
    });
    const instance = await instanceMetrics(measure, now);
    const all = Registry.merge([await ofProcess, instance]);
    return { type: all.contentType, text: withoutUnknown(await all.metrics()) };
  };
}

/** A mean of which nothing was measured yet is no number, and left out until it is one. */
function withoutUnknown(text: string): string {
  return text.replaceAll(/^[^#\n]* nan$\n?/gim, '');
}

async function instanceMetrics(measure: () => Promise<Workload>, now: () => Date) {
  const { Gauge, Registry } = await import('prom-client');
  const registry = new Registry();
  const gauge = (name: string, help: string, rows: readonly Row[], label?: string) => {
    const labelNames = label === undefined ? [] : [label];
    const one = new Gauge({ name: `firebreak_${name}`, help, labelNames, registers: [registry] });
    for (const { of, value } of rows) {
      if (label === undefined) one.set(value);
      else one.set({ [label]: of ?? '' }, value);
    }
  };
  const load = await measure().catch(() => undefined);
  gauge('up', 'Whether the database answers', [{ value: load === undefined ? 0 : 1 }]);
  if (load === undefined) return registry;
  const age = ({ oldestAt }: Waits) =>
    oldestAt === undefined ? 0 : Math.max(0, now().getTime() - oldestAt.getTime()) / 1000;
  const sending = (name: string, help: string, valueOf: (one: Waits) => number) => {
    const rows = load.outgoing.map((one) => ({ of: one.surface, value: valueOf(one) }));
    gauge(`chat_outgoing_${name}`, help, rows, 'surface');
  };
  const job = (name: string, help: string, valueOf: (one: Workload['jobs'][number]) => number) => {
    const rows = load.jobs.map((one) => ({ of: one.kind, value: valueOf(one) }));
    gauge(`jobs_${name}`, help, rows, 'kind');
  };
  sending('waiting', 'Messages that must leave for chats', ({ waiting }) => waiting);
  sending('oldest_seconds', 'Age of the oldest of them', age);
  gauge('chat_heard_waiting', 'Lines from chats not yet answered', [{ value: load.heard.waiting }]);
  gauge('chat_heard_oldest_seconds', 'Age of the oldest of them', [{ value: age(load.heard) }]);
  job('waiting', 'Jobs that are due', ({ waiting }) => waiting);
  job('oldest_seconds', 'For how long the oldest of them is due', age);
  job('running', 'Jobs under way', ({ running }) => running);
  gauge('incidents_open', 'Incidents that are not closed', [{ value: load.incidentsOpen }]);
  gauge('plans_running', 'Plans being carried out', [{ value: load.plansRunning }]);
  gauge('plans_proposed', 'Plans that wait for a yes', [{ value: load.plansProposed }]);
  return registry;
}

/** One value; `of` tells it from the others of its gauge. */
type Row = { readonly of?: string; readonly value: number };
