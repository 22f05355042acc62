import ipaddr from 'ipaddr.js';

/** How far a call may go: anywhere on the internet, or also to a host an admin named as private. */
export type Reach = 'global' | 'private';

/**
 * True when a call may be made to this address.
 *
 * `global` wants globally routable unicast. `private` also allows loopback and private networks.
 * Addresses that hand out cloud credentials are refused either way, in every spelling, and so is
 * whatever cannot be read as an address.
 */
export function isAllowedAddress(text: string, reach: Reach): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  const inside = embeddedIn(address);
  if (isMetadata(address) || (inside && isMetadata(inside))) return false;
  if (reach === 'global') return address.range() === 'unicast';
  return isPrivatelyReachable(address) && (!inside || isPrivatelyReachable(inside));
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;

const nowhere = new Set(['unspecified', 'multicast', 'broadcast', 'linkLocal', 'discard']);

function isPrivatelyReachable(address: Address): boolean {
  return !nowhere.has(address.range());
}

/**
 * Where clouds serve instance credentials: link-local for most, and the odd ones of AWS (IPv6),
 * Google (IPv6), Alibaba, Azure (which is globally routable) and Oracle.
 */
const metadata = [
  '169.254.0.0/16',
  '100.100.100.200/32',
  '168.63.129.16/32',
  '192.0.0.192/32',
  'fe80::/10',
  'fd00:ec2::254/128',
  'fd20:ce::254/128',
].map((range) => ipaddr.parseCIDR(range));

function isMetadata(address: Address): boolean {
  return metadata.some(
    ([network, bits]) => network.kind() === address.kind() && address.match([network, bits]),
  );
}

/** The IPv4 address that an IPv6 one stands for: mapped, translated (NAT64, SIIT) or 6to4. */
function embeddedIn(address: Address): ipaddr.IPv4 | undefined {
  if (!(address instanceof ipaddr.IPv6)) return undefined;
  const bytes = address.toByteArray();
  const range = address.range();
  if (range === '6to4') return new ipaddr.IPv4(bytes.slice(2, 6));
  const isTranslated = ['ipv4Mapped', 'rfc6145', 'rfc6052'].includes(range);
  return isTranslated ? new ipaddr.IPv4(bytes.slice(12, 16)) : undefined;
}

/** What a name resolved to may not be called. */
export class AddressRefused extends Error {
  readonly code = 'ADDRESS_REFUSED';
  /** It would be called if an admin had named the host as private. */
  readonly isOpenable: boolean;

  constructor(found: readonly string[]) {
    super('Address refused.');
    this.isOpenable =
      found.length > 0 && found.every((address) => isAllowedAddress(address, 'private'));
  }
}
