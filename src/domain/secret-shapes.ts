/**
 * How secrets look in text, wherever they stand.
 *
 * Every pattern is linear: it starts at a fixed prefix or at the start of a run, and what is not
 * bounded stands last or has a look-behind that keeps it from starting again inside the same run.
 * What is redacted is the group called `secret`, or the whole match.
 */
export const secretShapes: readonly RegExp[] = [
  // Stripe, OpenAI, Anthropic, n8n
  /(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{20,}/g,
  /(?<![\w-])sk-(?=[\w-]*\d)[\w-]{20,}/g,
  /n8n_api_[a-f0-9]{20,}/g,
  // Slack
  /xox[abceoprs][.-][\w.-]{10,}|xapp-[\w-]{10,}/g,
  /hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/(?<secret>[\w/-]{10,})/g,
  // Discord
  /discord(?:app)?\.com\/api\/(?:v\d{1,3}\/)?webhooks\/(?<secret>\d{5,25}\/[\w-]{20,})/g,
  /(?<![\w-])[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,}/g,
  // GitHub, GitLab, npm
  /gh[oprsu]_[A-Za-z0-9]{30,}|github_pat_\w{30,}/g,
  /gl(?:pat|dt|rt|cbt|ptt|soat)-[\w-]{20,}/g,
  /npm_[A-Za-z0-9]{36,}/g,
  // Google
  /AIza[\w-]{35}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,}|(?<![\w/])1\/\/0[\w-]{20,}/g,
  // AWS: ids by their prefix; a secret has no shape of its own, so it is taken beside its id
  /(?<![A-Za-z0-9])(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])/g,
  /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}[^A-Za-z0-9/+]{1,10}(?:\w{1,40}[^A-Za-z0-9/+]{1,10})?(?<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])/g,
  // Notion, HubSpot, Airtable, Telegram, Twilio, SendGrid, Mailgun
  /(?:ntn|secret)_[A-Za-z0-9]{40,}/g,
  /pat-(?:na|eu|ap)\d-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g,
  /(?<!\w)pat[A-Za-z0-9]{14}\.[a-f0-9]{64}/g,
  /(?<!\d)\d{8,10}:AA[\w-]{33}/g,
  /(?<!\w)SK[0-9a-f]{32}(?!\w)/g,
  /SG\.[\w-]{16,32}\.[\w-]{16,}/g,
  /(?<!\w)key-[0-9a-f]{32}(?!\w)/g,
  // Shopify, Hugging Face, DigitalOcean, Databricks, Linear, Atlassian
  /shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}|(?<!\w)hf_[A-Za-z0-9]{30,}|do[opr]_v1_[a-f0-9]{60,}/g,
  /(?<!\w)dapi[a-f0-9]{32}|lin_(?:api|oauth)_[A-Za-z0-9]{30,}|ATATT3[\w-]{50,}/g,
  // Firebreak's own tokens and codes
  /fb[a-z]_[\w-]{30,}/g,
  // JSON web tokens; an n8n API key is one
  /(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/g,
  // A private key; one that was cut off is taken to the end of the text
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
  // Headers. Words of prose ("Bearer authentication") hold no digit and are not that long
  /(?<![A-Za-z])bearer\s{1,5}(?<secret>(?=[\w.~+/-]*\d|[\w.~+/-]{24})[\w.~+/-]{8,}={0,2})/gi,
  /(?<![A-Za-z])[Bb]asic\s{1,5}(?<secret>(?=[A-Za-z0-9+/][A-Za-z0-9+/]*[A-Z0-9=])[A-Za-z0-9+/]{8,}={0,2})/g,
  // user:password in an address; the user may be the token
  /:\/\/(?<secret>[^\s/?#@:"'`<>‹]{0,200}:[^\s/?#@"'`<>‹]{1,400})@/g,
  /[?&](?:key|sig|signature|code|auth|api_?key|pass)=(?<secret>[^\s&#"'`<>{}‹]{8,})/gi,
];

const name = String.raw`(?:password|passwd|passphrase|pwd|secret|token|(?:api|access|private|auth|signing|encryption|account)[_-]?key)(?:[_-]?(?:key|value))?`;
const noValue = String.raw`(?!(?:true|false|null|none|undefined|yes|no|required|missing|invalid|expired)\b)`;

/** `password=…` and its like, where the name says that the value is secret. */
export const secretAssignments: readonly RegExp[] = [
  // password=hunter2, STRIPE_SECRET_KEY=…, ?token=…
  new RegExp(
    String.raw`${name}=${noValue}(?<secret>[^\s"'\`,;&<>{}()$*‹\\][^\s"'\`,;&<>{}‹\\]{2,})`,
    'gi',
  ),
  // "password": "…", 'apiKey' = '…', also inside JSON inside JSON
  new RegExp(
    String.raw`${name}(?:\\{0,3}["'\`]\s{0,5}[:=]\s{0,5}|\s{0,5}=\s{0,5}|:\s{1,5})\\{0,3}["'\`](?<secret>[^\s"'\`<>{}$*‹\\][^"'\`‹\\\r\n]{3,})`,
    'gi',
  ),
  // Minified code. Not after a blank: `secret:"…"` is a field of the query language
  new RegExp(
    String.raw`(?<=[{,][\w-]{0,40})${name}:["'\`](?<secret>[^\s"'\`<>{}$*‹\\][^"'\`‹\\\r\n]{3,})`,
    'gi',
  ),
  // password: correct-horse1 (in prose a value that looks like one)
  new RegExp(
    String.raw`${name}:\s{1,5}(?=[^\s"'\`,;]{0,60}\d)(?=[^\s"'\`,;]{0,60}[A-Za-z])(?<secret>[^\s"'\`,;<>{}()$*‹\\]{8,})`,
    'gi',
  ),
];
