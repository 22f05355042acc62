import { BlockList, isIP } from 'node:net';

/** How the server may be reached, besides loopback by a browser or shell of this machine. */
export type Doors = {
  /** An https origin whose TLS a trusted proxy ends. */
  readonly publicUrl?: string;
  /** Addresses or networks (`10.0.0.0/8`) of those proxies. */
  readonly trustedProxies: readonly string[];
};

/** What of a request tells through which door it came. */
export type Approach = {
  readonly host: string;
  /** The address at the other end of the connection. */
  readonly peer: string;
  readonly header: (name: string) => string | undefined;
};

/** The door that a request came through, and the origin that a page behind it has. */
export type Door = { readonly kind: 'loopback' | 'public'; readonly origin: string };

/**
 * Tells the door, or undefined for a request that came through none: its Host is not ours (a web
 * page had its own name resolve to us), its sender is no proxy of ours, or it was not encrypted.
 */
export function makeDoorOf({
  publicUrl,
  trustedProxies,
}: Doors): (it: Approach) => Door | undefined {
  const publicHost = publicUrl === undefined ? undefined : new URL(publicUrl).host;
  const proxies = listOf(trustedProxies);
  const loopback = listOf(['127.0.0.0/8', '::1']);
  return ({ host, peer, header }) => {
    const forwarded =
      header('x-forwarded-for') ?? header('x-forwarded-proto') ?? header('forwarded');
    if (publicUrl !== undefined && host.toLowerCase() === publicHost) {
      const encrypted = header('x-forwarded-proto')?.toLowerCase() === 'https';
      return encrypted && holds(proxies, peer) ? { kind: 'public', origin: publicUrl } : undefined;
    }
    // A proxy that puts our own address into Host must not turn strangers into this machine.
    const own = /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host);
    if (!own || forwarded !== undefined || !holds(loopback, peer)) return undefined;
    return { kind: 'loopback', origin: `http://${host}` };
  };
}

/**
 * True when a request that changes something was sent by a page of this very origin.
 *
 * Browsers say so in Sec-Fetch-Site, which no page can forge; older ones in Origin. A request that
 * says neither is no browser of ours, and is refused as well.
 *
 * @source Fetch Metadata, W3C; OWASP CSRF Prevention
 */
export function isSameOrigin(origin: string, header: Approach['header']): boolean {
  const site = header('sec-fetch-site');
  const sender = header('origin');
  // Under our `no-referrer` policy a form of our own has the origin `null`.
  if (sender !== undefined && sender !== 'null' && sender !== origin) return false;
  return site === undefined ? sender === origin : site === 'same-origin';
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

function holds(list: BlockList, peer: string): boolean {
  const address = peer.replace(/^::ffff:(?=\d+\.)/i, '');
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
}
