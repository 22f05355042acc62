import type { SentCredential } from '../../platforms/platform.contract.ts';
import type { Bench } from './fake-bench.ts';
import { until } from './n8n-api.ts';
import { chain, http, webhook } from './nodes.ts';

const type = 'httpHeaderAuth';
const value = 'value-of-the-locked-credential';

/** A credential that a published workflow sends to the bench's counting server when it is called. */
export async function aSentCredential(bench: Bench, path: string): Promise<SentCredential> {
  const name = 'Locked';
  const data = { name: 'x-key', value };
  const id = await bench.api.createCredential({ name, type, data });
  const url = `${bench.counter.baseUrl}/${path}`;
  const nodes = [webhook(path), http(url, { credential: { id, name, type } })];
  const workflow = await bench.live(chain(path, nodes));
  const ended = async (): Promise<number> => {
    const good = await bench.api.executions('success', workflow);
    return good.length + (await bench.api.executions('error', workflow)).length;
  };
  return {
    key: { id, type },
    arrives: async () => {
      const runs = await ended();
      const before = bench.counter.calls.length;
      await bench.say('GET', `/webhook/${path}`);
      await until('it has run', async () => (await ended()) > runs);
      return bench.counter.calls.slice(before).some(({ headers }) => headers['x-key'] === value);
    },
  };
}
