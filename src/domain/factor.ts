/** What a person can prove with that it is them: a code of an authenticator app. Passkeys will join. */
export const factorKinds = ['totp'] as const;
export type FactorKind = (typeof factorKinds)[number];
