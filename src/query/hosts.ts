import type { TypedTerm } from './pieces.ts';
import { badPlace } from './place.ts';

/**
 * The host of what a person typed or pasted for `host:`, in lower case, with its port if one was
 * given: a host, a URL, an address with a path, defanged or not. `*` stays.
 *
 * @throws UserError `bad_input` when no host is left
 */
export function hostOf(value: string, typed: TypedTerm, text: string): string {
  const host = withoutRest(refanged(value))
    .replace(/\.(?=:\d+$|$)/, '')
    .toLowerCase();
  if (host === '' || /[\s"'<>\\^`{|}]/.test(host)) {
    throw badPlace(text, typed.at, 'I find no host in this.', {
      hint: 'e.g. host:api.stripe.com or host:*.evil.example',
    });
  }
  return host
    .split('.')
    .map((label) => asAscii(label))
    .join('.');
}

/** Reports write `hxxps://evil[.]example` so that nobody clicks on it. */
function refanged(value: string): string {
  return value
    .replace(/^hxxp/i, 'http')
    .replaceAll(/\[(?:\.|dot)\]|\((?:\.|dot)\)/gi, '.')
    .replace(/\[:\/?\/?\]/, (found) => found.slice(1, -1));
}

/** Drops scheme, user, path, query and fragment. */
function withoutRest(value: string): string {
  const afterScheme = value.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/^\/\//, '');
  const [authority = ''] = afterScheme.split(/[/?#]/, 1);
  return authority.slice(authority.lastIndexOf('@') + 1);
}

/** A label in letters of its own is stored as it is resolved (`xn--…`). */
function asAscii(label: string): string {
  if (/^[ -~]*$/.test(label) || label.includes('*')) return label;
  const [name = '', port] = label.split(':');
  try {
    const { hostname } = new URL(`http://${name}`);
    return port === undefined ? hostname : `${hostname}:${port}`;
  } catch {
    return label;
  }
}
