import type { FlowItem } from './node-red-api.ts';
import type { Got, Reply } from './stand-in.ts';

const ok = (body: unknown): Reply => ({ status: 200, body });

/** What a Node-RED makes of its flow file: which nodes run, and which addresses are served. */
export class SmallNodeRed {
  flows: readonly FlowItem[];
  /** One more with each deploy, whoever made it. */
  rev = 1;

  constructor(flows: readonly FlowItem[], rev = 1) {
    this.flows = flows;
    this.rev = rev;
  }

  readonly answer = ({ call, body }: Got): Reply | undefined => {
    const [method = '', path = ''] = call.split(' ');
    if (path === '/auth/login') return ok({});
    if (path === '/flows/state') return ok({ state: 'start' });
    if (path === '/settings') return ok({ version: '5.0.7', httpNodeRoot: '/' });
    if (path === '/nodes') return ok([]);
    if (path === '/flow') return { status: 400, body: {} };
    if (path === '/flows' && method === 'GET') return ok(this.#deployed());
    if (path === '/flows' && method === 'POST') return this.#deploy(body);
    const [, node = ''] = /^\/context\/node\/([^/]+)\//.exec(path) ?? [];
    if (node !== '') return ok(this.#runs(node) ? { key: { msg: '(undefined)' } } : {});
    return undefined;
  };

  /** By another hand: an editor that says nothing to us. */
  change(id: string, change: (item: FlowItem) => FlowItem): void {
    this.flows = this.flows.map((item) => (item.id === id ? change(item) : item));
    this.rev += 1;
  }

  #deployed() {
    return { rev: `r${this.rev}`, flows: this.flows };
  }

  #deploy(body: string): Reply {
    const asked: { rev: string; flows: readonly FlowItem[] } = JSON.parse(body);
    if (asked.rev !== `r${this.rev}`) return { status: 409, body: { code: 'version_mismatch' } };
    this.flows = asked.flows;
    this.rev += 1;
    return { status: 200, body: { rev: `r${this.rev}` } };
  }

  #runs(id: string): boolean {
    const item = this.flows.find((one) => one.id === id);
    const tab = this.flows.find((one) => one.id === item?.['z']);
    return item !== undefined && item['d'] !== true && tab?.['disabled'] !== true;
  }
}
