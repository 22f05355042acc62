/** A host name at the beginning of a text, without a scheme in front: `api.example.com:8443/v1`. */
export const bareHost =
  /^(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9](?::\d+)?(?=[/?#]|$)/i;

// The host ends where no host character can follow; what a hole cuts off is not taken for one.
const addresses =
  /\b(?:https?|wss?|ftps?|sftp|mqtts?|amqps?):\/\/([^\s/?#\\'"`<>(){},;|^]+)(\$?\{)?/gi;

/** Every host of a literal address anywhere in a text. */
export function hostsIn(text: string): string[] {
  if (!text.includes('://')) return [];
  const hosts = new Set<string>();
  for (const [, authority = '', cut] of text.matchAll(addresses)) {
    // `'https://api.' + …` and `https://a{{ … }}` are beginnings of hosts.
    if (authority.endsWith('.') && /['"`]\s*\+/.test(text.slice(0, 10_000))) continue;
    if (cut !== undefined && !bareHost.test(authority)) continue;
    const host = hostOf(`http://${authority.replace(/[.:]+$/, '')}`);
    if (host) hosts.add(host);
  }
  return [...hosts];
}

/** The host as the URL standard writes it: `0x7f.1` is 127.0.0.1, `BÜCHER.example` is punycode. */
export function hostOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { host } = new URL(url);
  return host === '' ? undefined : host.replace(/\.(?=:\d+$|$)/, '');
}

// Helpers take an object, with its `url` in it; the others the address itself.
const requestCall =
  /\b(?:(httpRequest|request|\w{1,20}WithAuthentication)(?:\.call)?|fetch|urlopen|axios(?:\.\w{1,20})?|requests\.\w{1,20}|httpx\.\w{1,20}|got(?:\.\w{1,20})?|https?\.(?:get|request))\s*\(\s*/g;
const urlProperty = /\b(?:url|uri|baseURL)['"]?\s*:\s*/;
const literalAddress = /^[frb]?['"`](?:\w{1,20}:)?\/\/[^'"`${}\s/]+(?:[/?#'"`]|$)/;
const readAhead = 1_000;

/** True when program text makes a request whose address is not written in it. */
export function callsUnknownHost(code: string): boolean {
  for (const call of code.matchAll(requestCall)) {
    const from = call.index + call[0].length;
    const argument = code.slice(from, from + readAhead);
    const inObject = call[1] !== undefined || argument.startsWith('{');
    const property = inObject ? urlProperty.exec(argument) : undefined;
    const address = property ? argument.slice(property.index + property[0].length) : argument;
    if (!literalAddress.test(address)) return true;
  }
  return false;
}
