import { once } from 'node:events';

import { portOf } from '../loopback.ts';
import { SmallNodeRed } from './small-node-red.ts';
import { answering } from './stand-in.ts';

/** Several small Node-REDs on one address, each below a path of its own, for several processes. */
export type SmallNodeReds = {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** The same ones as they stand, elsewhere. */
  readonly copy: () => Promise<SmallNodeReds>;
  readonly close: () => void;
};

/** @param make what stands below a path that nobody has called before, e.g. `1` */
export async function serveNodeReds(
  make: (path: string) => SmallNodeRed,
  known = new Map<string, SmallNodeRed>(),
): Promise<SmallNodeReds> {
  const server = answering(({ call, ...rest }) => {
    const [, method = '', path = '', below = ''] = /^(\S+) \/([^/]+)(.*)$/.exec(call) ?? [];
    const small = known.get(path) ?? make(path);
    known.set(path, small);
    return small.answer({ ...rest, call: `${method} ${below}` });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${portOf(server)}`,
    copy: () => {
      const copies = [...known].map(([path, { flows, rev }]) => {
        return [path, new SmallNodeRed(flows, rev)] as const;
      });
      return serveNodeReds(make, new Map(copies));
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
