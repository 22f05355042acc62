// The server has escaped every value in what it sends; nothing else is ever made into HTML.
const policy = globalThis.trustedTypes?.createPolicy('firebreak', { createHTML: (text) => text });

/** What the server sent, as elements. */
export function elementsOf(html) {
  const holder = document.createElement('template');
  holder.innerHTML = policy ? policy.createHTML(html) : html;
  return holder.content;
}
