import type { FlowItem } from './node-red-api.ts';

/** Nodes on a tab, each wired to the next; what people would draw in the editor. */
export function chain(
  tab: { readonly id: string; readonly label: string },
  nodes: readonly Readonly<Record<string, unknown> & { readonly type: string }>[],
): readonly FlowItem[] {
  return [
    { id: tab.id, type: 'tab', label: tab.label, info: '' },
    ...nodes.map((node, index): FlowItem => ({
      id: `${tab.id}-${index + 1}`,
      z: tab.id,
      name: '',
      x: 120 + index * 180,
      y: 80,
      wires: index + 1 < nodes.length ? [[`${tab.id}-${index + 2}`]] : [[]],
      ...node,
    })),
  ];
}

type Node = Readonly<Record<string, unknown> & { readonly type: string }>;

/** Anyone may call it with GET. */
export function httpIn(url: string): Node {
  return { type: 'http in', name: 'Called from outside', url, method: 'get' };
}

export function httpResponse(): Node {
  return { type: 'http response', name: 'Answer', statusCode: '200' };
}

/** Calls an address with GET. */
export function httpRequest(url: string, credentials?: Readonly<Record<string, string>>): Node {
  return {
    type: 'http request',
    name: 'Call',
    method: 'GET',
    ret: 'txt',
    url,
    ...(credentials ? { authType: 'basic', credentials } : {}),
  };
}

/** The clock starts it at this hour, every day. */
export function dailyAt(hour: number): Node {
  return { type: 'inject', name: 'Every day', props: [], repeat: '', crontab: `00 ${hour} * * *` };
}

/** The clock starts it again and again. */
export function every(seconds: number): Node {
  return { type: 'inject', name: 'Again', props: [], repeat: String(seconds), crontab: '' };
}

export function code(func: string): Node {
  return {
    type: 'function',
    name: 'Code',
    func,
    outputs: 1,
    initialize: '',
    finalize: '',
    libs: [],
  };
}

/** Runs a command on the host, through a shell. */
export function command(line: string): Node {
  return {
    type: 'exec',
    name: 'Command',
    command: line,
    addpay: '',
    append: '',
    useSpawn: 'false',
  };
}

/** Holds a message back. */
export function delaySeconds(seconds: number): Node {
  return {
    type: 'delay',
    name: 'Hold',
    pauseType: 'delay',
    timeout: String(seconds),
    timeoutUnits: 'seconds',
  };
}

/** Where other tabs may start this one. */
export function linkIn(): Node {
  return { type: 'link in', name: 'Called by others', links: [] };
}

/** Back to whoever called. */
export function linkReturn(): Node {
  return { type: 'link out', name: 'Back', mode: 'return', links: [] };
}

/** Calls another tab and waits for its answer. */
export function linkCall(link: string): Node {
  return { type: 'link call', name: 'Ask', links: [link], linkType: 'static', timeout: '3' };
}
