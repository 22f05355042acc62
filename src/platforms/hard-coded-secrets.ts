import type { NodeFact, Text } from './node-texts.ts';
import { plainText } from './plain-text.ts';

/** A hard-coded secret on its way to its fingerprint; it goes nowhere else. */
type Found = { readonly secret: string; readonly label: string; readonly byShape: boolean };

/**
 * Token shapes of well-known issuers. The first group is the secret where the match is wider.
 *
 * Each names its issuer, so that a responder knows whom to ask for a new one.
 */
const shapes: readonly (readonly [label: string, pattern: RegExp])[] = [
  ['Stripe key', /\b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,}|\bwhsec_[A-Za-z0-9+/=]{20,}/g],
  ['AWS access key', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g],
  ['Google key', /\bAIza[\w-]{35}|\bya29\.[\w-]{20,}|\bGOCSPX-[\w-]{20,}/g],
  ['Slack token', /\bxox[abeoprs]-[A-Za-z0-9-]{10,}|\bxapp-[A-Za-z0-9-]{10,}/g],
  ['Slack webhook', /\bhooks\.slack\.com\/(?:services|workflows|triggers)\/([\w/-]{20,})/g],
  ['Discord webhook', /\bdiscord(?:app)?\.com\/api\/(?:v\d+\/)?webhooks\/(\d+\/[\w-]{20,})/g],
  ['Discord bot token', /\b[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27,}/g],
  ['GitHub token', /\bgh[oprsu]_[A-Za-z0-9]{30,}|\bgithub_pat_\w{30,}/g],
  ['GitLab token', /\bgl(?:pat|dt|rt|cbt|ptt)-[\w-]{20,}/g],
  ['Anthropic key', /\bsk-ant-[\w-]{20,}/g],
  ['OpenAI key', /\bsk-(?!ant-)(?:proj-|svcacct-|admin-)?[\w-]{20,}/g],
  ['SendGrid key', /\bSG\.[\w-]{16,}\.[\w-]{16,}/g],
  ['Telegram bot token', /\b\d{8,10}:AA[\w-]{33}/g],
  ['npm token', /\bnpm_[A-Za-z0-9]{36}/g],
  ['Apify token', /\bapify_api_[A-Za-z0-9]{20,}/g],
  ['Airtable token', /\bpat[A-Za-z0-9]{14}\.[a-f0-9]{64}/g],
  ['Notion token', /\b(?:ntn_|secret_)[A-Za-z0-9]{40,}/g],
  ['HubSpot token', /\bpat-(?:na|eu)\d-[0-9a-f-]{36}/g],
  ['Shopify token', /\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}/g],
  ['Hugging Face token', /\bhf_[A-Za-z0-9]{30,}/g],
  ['DigitalOcean token', /\bdo[opr]_v1_[a-f0-9]{60,}/g],
  ['Databricks token', /\bdapi[a-f0-9]{32}/g],
  ['Linear key', /\blin_(?:api|oauth)_[A-Za-z0-9]{30,}/g],
  ['JSON web token', /\beyJ[\w-]{8,300}\.eyJ[\w-]{8,}\.[\w-]{8,}/g],
  [
    'private key',
    /-----BEGIN (?:[A-Z]+ ){0,3}PRIVATE KEY-----(?:(?:\\n|\s)*[\w-]{1,40}: [^\n\\]{1,100}){0,4}([A-Za-z0-9+/=\s\\]{40,8000})/g,
  ],
  ['bearer token', /\b[Bb]earer\s+([\w.~+/-]{16,}=*)/g],
  ['basic authentication', /\b[Bb]asic\s+([A-Za-z0-9+/]{12,}={0,2})(?![\w.-])/g],
  [
    'password in an address',
    /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@'"`{}]{0,200}:([^\s/@'"`{}]{4,200})@/gi,
  ],
];

const fieldLabel = 'value of a field that holds secrets';

/** Cheap and wide: a text without any of these cannot match a shape above. */
const hint =
  /[sr]k[_-]|whsec_|AKIA|ASIA|AIza|ya29|GOCSPX|xox|xapp-|hooks\.slack|webhooks\/|[MNO][\w-]{23}|gh[oprsu]_|github_pat|gl(?:pat|dt|rt|cbt|ptt)-|SG\.|:AA|npm_|apify_|pat|ntn_|secret_|shp|hf_|do[opr]_v1|dapi|lin_|eyJ|PRIVATE KEY|earer|asic|:\/\/[^\s/]*@/;

const sensitiveName =
  /(?:^|[-_. ])(?:authorization|api[-_ ]?key|x[-_]?api[-_]?key|apikey|access[-_ ]?key|access[-_ ]?token|auth[-_ ]?token|auth[-_ ]?key|bearer|token|secret|client[-_ ]?secret|secret[-_ ]?key|private[-_ ]?key|password|passwd|passphrase|pwd)$/i;

/** `"api_key": "…"` in JSON, `apiKey = '…'` in code, `?token=…` in an address. */
const assignment =
  /([A-Za-z][\w.-]{1,40})["']?\s*[:=]\s*["'`]([^"'`\s]{8,400})["'`]|[?&]([\w.-]{2,40})=([^&\s"'`{}#]{8,400})/g;

/** The hard-coded secrets in a node's texts, as keyed fingerprints only. */
export function secretFacts(
  texts: readonly Text[],
  fingerprint: (secret: string) => string,
): NodeFact[] {
  const found = new Map<string, Found>();
  for (const text of texts) {
    if (text.value.length < 8) continue;
    for (const each of secretsIn(text)) {
      if (!found.has(each.secret)) found.set(each.secret, each);
    }
  }
  const all = [...found.values()];
  // A flood of made-up tokens is listed as it is: comparing each with each would take too long.
  const distinct =
    all.length > maxCompared
      ? all
      : all.filter((each) => !all.some((other) => speaksFor(other, each)));
  return distinct.map(({ secret, label }) => ({
    kind: 'secret',
    value: fingerprint(secret),
    label,
  }));
}

const maxCompared = 300;

/** The same secret read twice counts once: an issuer's shape before a field's name, then the longer. */
function speaksFor(other: Found, each: Found): boolean {
  if (other === each) return false;
  const overlap = other.secret.includes(each.secret) || each.secret.includes(other.secret);
  if (!overlap) return false;
  if (other.byShape !== each.byShape) return other.byShape;
  return other.secret.length > each.secret.length;
}

function* secretsIn({ value, field }: Text): Generator<Found> {
  // n8n's mark of an expression; no token begins like that.
  const literal = value.startsWith('=') ? value.slice(1) : value;
  if (hint.test(literal)) {
    for (const [label, pattern] of shapes) {
      for (const match of literal.matchAll(pattern)) {
        // A key is the same whether the ends of its lines are real or written as `\n`.
        const secret = (match[1] ?? match[0]).replace(/\\n|\s/g, '');
        if (!isPlaceholder(secret)) yield { secret, label, byShape: true };
      }
    }
  }
  if (isSensitive(field)) {
    const secret = literal.replace(/^(?:bearer|basic|token|apikey|key)\s+/i, '').trim();
    if (looksSecret(secret)) yield { secret, label: fieldLabel, byShape: false };
  }
  if (!literal.includes('=') && !literal.includes(':')) return;
  for (const match of literal.matchAll(assignment)) {
    const name = match[1] ?? match[3] ?? '';
    const secret = decoded(match[2] ?? match[4] ?? '');
    if ((isSensitive(name) || name === 'key') && looksSecret(secret)) {
      yield { secret, label: fieldLabel, byShape: false };
    }
  }
}

function isSensitive(name: string): boolean {
  if (name.length < 3 || name.length > 60) return false;
  // `clientSecret` → `client_Secret`
  return sensitiveName.test(name.replace(/([a-z0-9])([A-Z])/g, '$1_$2'));
}

function looksSecret(value: string): boolean {
  if (value.length < 8 || value.length > 4_000 || /\s|\{\{|\$\{/.test(value)) return false;
  if (isPlaceholder(value)) return false;
  return value.length >= 12 || (/\d/.test(value) && /[A-Za-z]/.test(value));
}

function isPlaceholder(value: string): boolean {
  return (
    /^\[.*\]$|your|here|replace|change[-_]?me|example|placeholder|insert|redacted|dummy|sample|todo|<[^>]*>|__n8n_BLANK|\$(?:json|env|node|vars|secrets|credentials|input|parameter|fromAI)|^\$|^[A-Z]+(?:_[A-Z]+)+$|\.{3}|…/i.test(
      value,
    ) || /^(.)\1+$|[xX*•]{6,}|process\.env/.test(value)
  );
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** Takes token shapes out of a text that is stored for people to read: names and paths can hold them. */
export function withoutSecrets(text: string): string {
  if (text.length < 8 || !hint.test(text)) return text;
  let clean = text;
  for (const [, pattern] of shapes) clean = clean.replace(pattern, '[secret]');
  return clean;
}

/** A name that people gave, as it may be stored and shown: people name things after their tokens. */
export function shownName(text: string): string {
  return withoutSecrets(plainText(text));
}
