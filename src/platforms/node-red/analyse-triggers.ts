import type { NodeFact } from '../node-texts.ts';
import { methodOf, urlOf } from './entry-points.ts';
import type { FlowFile, Item, Part } from './flow-file.ts';
import { wiredTo } from './flow-file.ts';
import { scheduleOf, startsOnce } from './schedule.ts';

/** Nodes that send without being sent to, and yet start nothing from outside. */
const inner = new Set(['link in', 'catch', 'status', 'complete', 'global-config']);

/**
 * How a tab can be started from outside: http and websocket addresses, schedules, and every other
 * node that sends although nothing is wired into it.
 *
 * @param targets the ids of all nodes that something is wired into
 */
export function triggerFacts(
  file: FlowFile,
  { item }: Part,
  targets: ReadonlySet<string>,
  auth: string,
): NodeFact[] {
  switch (item.type) {
    case 'http in':
      return [
        { kind: 'webhook', value: shownPath(urlOf(item) ?? ''), method: methodOf(item), auth },
      ];
    case 'websocket in': {
      const { server } = item;
      const path = typeof server === 'string' ? file.find(server)?.['path'] : undefined;
      if (typeof path !== 'string') return [{ kind: 'trigger', value: item.type }];
      // Whoever connects may send; Node-RED asks callers of websockets for nothing.
      return [{ kind: 'webhook', value: shownPath(path), method: 'WEBSOCKET', auth: 'none' }];
    }
    case 'inject': {
      const words = scheduleOf(item);
      return [
        ...(words === undefined ? [] : [{ kind: 'schedule' as const, value: words }]),
        ...(startsOnce(item) ? [{ kind: 'schedule' as const, value: 'once at each start' }] : []),
      ];
    }
    default:
      return isTrigger(item, targets) ? [{ kind: 'trigger', value: item.type }] : [];
  }
}

function isTrigger(item: Item, targets: ReadonlySet<string>): boolean {
  return !inner.has(item.type) && !targets.has(item.id) && wiredTo(item).length > 0;
}

function shownPath(url: string): string {
  return url.replace(/^\/+/, '');
}
