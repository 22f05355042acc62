import type { ProviderKind } from '../domain/provider.ts';

/** Where to click, and the harmless call that shows that the secret is dead. */
type Words = { readonly click: string; readonly proof: string };

/** By the beginning of the platform's name for the credential's type, in lower case. */
const known: readonly (readonly [string, Words])[] = [
  [
    'stripe',
    {
      click:
        'Stripe Dashboard → Developers → API keys → the key → ⋯ → Roll key, with the old one expiring now (a restricted key: Delete key).',
      proof: 'With the old key, GET /v1/account must answer 401.',
    },
  ],
  [
    'slack',
    {
      click:
        'api.slack.com/apps → the app → OAuth & Permissions → Revoke All OAuth Tokens. An incoming webhook: remove it under Incoming Webhooks.',
      proof: 'With the old token, auth.test must answer ok: false.',
    },
  ],
  [
    'github',
    {
      click:
        'GitHub → Settings → Developer settings → Personal access tokens → the token → Delete. An OAuth grant: Settings → Applications → Authorized OAuth Apps → Revoke.',
      proof: 'With the old token, GET /user must answer 401.',
    },
  ],
  [
    'openai',
    {
      click: 'platform.openai.com → Settings → API keys → the key → Revoke key.',
      proof: 'With the old key, GET /v1/models must answer 401.',
    },
  ],
  [
    'aws',
    {
      click:
        'AWS IAM → Users → the user → Security credentials → Access keys → Actions → Deactivate. Sessions made with it live on: end them with “Revoke active sessions” of each role.',
      proof: 'With the old key, sts get-caller-identity must answer InvalidClientTokenId.',
    },
  ],
  [
    'google',
    {
      click:
        'Google Account of its owner → Security → Your connections to third-party apps & services → the app → Delete all connections.',
      proof: 'With the old token, the tokeninfo endpoint must answer 400.',
    },
  ],
  [
    'postgres',
    {
      click:
        'As another role: ALTER ROLE … NOLOGIN PASSWORD NULL, then pg_terminate_backend for each of its sessions in pg_stat_activity until none is left.',
      proof: 'A new login must be refused, and pg_stat_activity must show no session of it.',
    },
  ],
  [
    'smtp',
    {
      click: 'Change the password of the mailbox, and delete its app passwords: those live on.',
      proof: 'A login with the old password must be refused.',
    },
  ],
];

const anything: Words = {
  click:
    'Sign in where it was issued, find exactly this one (its last characters, its date), and revoke or delete it. Renaming it or waiting is not enough.',
  proof: 'One harmless call with the old secret must be refused.',
};

/** What a person does at the provider of a credential of this type, in order. */
export function stepsByHand(type: string): readonly string[] {
  const folded = type.toLowerCase();
  const { click, proof } = known.find(([begin]) => folded.startsWith(begin))?.[1] ?? anything;
  return [
    'First what can make other keys: the account, app or grant that it was made from.',
    click,
    'If two look alike, stop and ask its owner: the wrong one dies for good.',
    `${proof} Call again after five minutes: some providers take that long.`,
  ];
}

/** By the beginning of the type, in lower case: which way there Firebreak could be given. */
const learnable: readonly (readonly [string, ProviderKind])[] = [
  ['slack', 'slack'],
  ['github', 'github'],
  ['postgres', 'postgres'],
  ['oauth2', 'oauth'],
];

/** The provider that Firebreak could ask about a credential of this type, once it is given the way. */
export function providerOfType(type: string): ProviderKind | undefined {
  const folded = type.toLowerCase();
  return learnable.find(([begin]) => folded.startsWith(begin))?.[1];
}
