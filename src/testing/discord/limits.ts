/**
 * Every limit of Discord that the fake keeps, in one place.
 *
 * @source discord/discord-api-docs at c98d64bc: interactions/, components/reference.mdx,
 *   resources/message.mdx, topics/rate-limits.mdx, topics/opcodes-and-status-codes.mdx
 */
export const discordLimits = {
  contentCharacters: 2_000,
  embeds: 10,
  embedCharacters: 6_000,
  files: 10,
  fileBytes: 10 * 1024 * 1024,
  requestBytes: 25 * 1024 * 1024,
  nonceCharacters: 25,

  /** In a message with components v2, nested ones counted. */
  components: 40,
  /** Rows of a message without components v2. */
  rows: 5,
  buttonsInRow: 5,
  buttonLabelCharacters: 80,
  customIdCharacters: 100,
  urlCharacters: 512,
  /** All text displays of one message together. */
  textCharacters: 4_000,
  placeholderCharacters: 150,
  selectOptions: 25,
  selectOptionCharacters: 100,

  modalTitleCharacters: 45,
  modalParts: 5,
  inputLabelCharacters: 45,
  inputDescriptionCharacters: 100,
  inputPlaceholderCharacters: 100,
  inputCharacters: 4_000,

  choices: 25,
  choiceCharacters: 100,

  slashCommands: 100,
  userCommands: 15,
  messageCommands: 15,
  commandNameCharacters: 32,
  descriptionCharacters: 100,
  commandOptions: 25,
  /** All names, descriptions and values of one command together. */
  commandCharacters: 8_000,
  /** Commands that are new to a guild, each day. */
  commandCreatesADay: 200,

  threadNameCharacters: 100,
  topicCharacters: 1_024,
  pinsInChannel: 250,

  /** Within this the first answer to an interaction must come; autocomplete cannot be put off. */
  ackMs: 3_000,
  /** So long an answered interaction's token is good. */
  tokenMs: 15 * 60_000,

  requestsASecond: 50,
  /** Answers of 401, 403 and 429 within the window; more, and the address is shut out. */
  invalidRequests: 10_000,
  invalidWindowMs: 10 * 60_000,
} as const;

/** The bits that Discord calls flags of a message. */
export const messageFlags = {
  suppressEmbeds: 4,
  ephemeral: 64,
  loading: 128,
  suppressNotifications: 4_096,
  componentsV2: 32_768,
} as const;

/** One thing that is wrong with what was sent, and where in it. */
export type Complaint = {
  readonly path: readonly (string | number)[];
  readonly code: string;
  readonly message: string;
};

/** A JSON object as it comes over the wire. */
export type Raw = Readonly<Record<string, unknown>>;

export function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects of a list, when it is one. */
export function rawsOf(value: unknown): readonly Raw[] {
  return Array.isArray(value) ? value.filter(isRaw) : [];
}

/** Characters as Discord counts them. */
export function charactersOf(value: unknown): number {
  return typeof value === 'string' ? Array.from(value).length : 0;
}

/** Complains when a text is missing, no text, too short or too long. */
export function textWithin(
  value: unknown,
  path: Complaint['path'],
  bounds: { readonly min?: number; readonly max: number },
): readonly Complaint[] {
  const { min = 1, max } = bounds;
  if (value === undefined || value === null) {
    return min > 0 ? [required(path)] : [];
  }
  if (typeof value !== 'string') {
    return [{ path, code: 'STRING_TYPE_CONVERT', message: 'Could not interpret as string.' }];
  }
  const length = charactersOf(value);
  if (length >= min && length <= max) return [];
  const message = `Must be between ${min} and ${max} in length.`;
  return [{ path, code: 'BASE_TYPE_BAD_LENGTH', message }];
}

export function required(path: Complaint['path']): Complaint {
  return { path, code: 'BASE_TYPE_REQUIRED', message: 'This field is required' };
}

export function badLength(path: Complaint['path'], min: number, max: number): Complaint {
  const message = `Must be between ${min} and ${max} in length.`;
  return { path, code: 'BASE_TYPE_BAD_LENGTH', message };
}

export function badChoice(path: Complaint['path'], message: string): Complaint {
  return { path, code: 'BASE_TYPE_CHOICES', message };
}
