import { encode } from 'uqr';

import type { Person } from '../../domain/person.ts';
import type { Reply } from '../../domain/reply.ts';
import type { Secret } from '../../domain/secret.ts';
import { shown } from '../shown.ts';
import type { Markup } from './markup.ts';
import { markup } from './markup.ts';
import { documentMarkup, headMarkup } from './page.ts';
import { replyMarkup } from './replies.ts';

/** How it stands with the factor of the person who looks. */
export type FactorLook = {
  readonly has: boolean;
  /** It waits for its first code. */
  readonly waits?: boolean;
  /** For the authenticator app; shown in this one answer. */
  readonly address?: Secret;
  readonly reply?: Reply;
};

/** Where somebody gets a factor with which they prove that it is them. */
export function factorPage(person: Person, look: FactorLook): string {
  const { has, address, reply, waits = false } = look;
  const body = markup`<body>${headMarkup(person, { skip: 'factor' })}<main>
    <section class="panel" id="factor" tabindex="-1"><h1>Factor of @${person.handle}</h1>
    <p>A code of an authenticator app proves that it is you, where an act cannot be taken back or one person acts alone on much.</p>
    ${reply === undefined ? '' : replyMarkup(reply)}
    ${has ? markup`<p>You have one.</p>` : ''}
    ${address === undefined ? '' : addressMarkup(address)}
    ${address !== undefined || waits ? confirmMarkup() : ''}
    ${has || address !== undefined ? '' : markup`<form method="post" action="/factor"><button>Get a factor</button></form>`}
    </section>
  </main></body>`;
  return documentMarkup('Factor · Firebreak', body);
}

/** The one place where the secret of a factor leaves the server: to the person whose it is. */
function addressMarkup(address: Secret): Markup {
  const text = address.reveal();
  return markup`<p>Read this picture with the app, or type the address into it. It is shown once.</p>
    ${pictureMarkup(text)}
    <p><code class="address">${shown(text)}</code></p>`;
}

function confirmMarkup(): Markup {
  return markup`<form class="code" method="post" action="/factor/confirm">
    <label>Then the code that the app shows <input name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="10" required></label>
    <button>That is it</button>
  </form>`;
}

function pictureMarkup(text: string): Markup {
  const { size, data } = encode(text, { border: 2 });
  const dark = data.flatMap((row, y) =>
    row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])),
  );
  return markup`<svg class="qr" viewBox="0 0 ${size} ${size}" width="232" height="232" role="img" aria-label="The address as a picture for an app"><rect width="${size}" height="${size}" fill="#fff"></rect><path d="${dark.join('')}" fill="#000" shape-rendering="crispEdges"></path></svg>`;
}
