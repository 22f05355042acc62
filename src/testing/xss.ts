/** Names that try to become markup, script, an attribute, or text that is not what it looks like. */
export const hostileNames = [
  '<script>window.__xss=1</script>',
  '<img src=x onerror=window.__xss=1>',
  '"><svg onload=window.__xss=1>',
  "'><img src=x onerror='window.__xss=1'>",
  '" autofocus onfocus="window.__xss=1',
  '</title><script>window.__xss=1</script>',
  '</textarea><iframe srcdoc="<script>parent.__xss=1</script>">',
  '<a href="javascript:window.__xss=1">x</a>',
  '${window.__xss=1}{{window.__xss=1}}',
  '`onmouseover=window.__xss=1`',
  '<style>*{background:url(//evil.test)}</style>',
  '<math><mi//xlink:href="data:x,<script>window.__xss=1</script>">',
  '&lt;script&gt;window.__xss=1&lt;/script&gt;',
  '<!--<img src="--><img src=x onerror=window.__xss=1//">',
  'admin\u202Etxt.exe',
  'zero\u200Bwidth',
  'line\u2028break',
] as const;

/** Elements that pages of the console are made of. */
const elements: ReadonlySet<string> = new Set(
  (
    'html head meta title link script body a header img span nav form button main section h1 h2 h3 ' +
    'label input select option p ul li div dl dt dd table thead tbody tr th td details summary code ' +
    'pre strong kbd article svg rect g path text tspan desc ellipse circle line polygon polyline defs marker'
  ).split(' '),
);

const tag = /<(\/?)([a-zA-Z0-9]+)((?:\s+[a-zA-Z:-]+(?:="[^"<>]*")?)*)\s*\/?>/g;

/**
 * What in a page is not of our making: elements and attributes that pages do not have, and angle
 * brackets outside of tags. It reads HTML as strictly as we write it, so it cannot be talked round.
 */
export function foreignMarkup(page: string): readonly string[] {
  const found: string[] = [];
  const text = page
    .replace(/^<!doctype html>/, '')
    .replace(tag, (whole, _end: string, name: string, attributes: string) => {
      const names = attributes.replaceAll(/="[^"]*"/g, '');
      const bad =
        !elements.has(name.toLowerCase()) ||
        /\s(?:on[a-z]|srcdoc|style)/i.test(names) ||
        /\s(?:href|src|action)="\s*(?:javascript|data):/i.test(attributes) ||
        (name === 'script' && !whole.startsWith('<script src="/assets/') && whole !== '</script>');
      if (bad) found.push(whole);
      return '';
    });
  return [...found, ...(text.match(/[<>].{0,40}/gs) ?? [])];
}
