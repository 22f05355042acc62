/** What a proof says about the claim "this is contained" (or, for an undo, "this is back"). */
export const findings = ['agrees', 'contradicts', 'silent'] as const;
export type Finding = (typeof findings)[number];

/** One look at the platform by another path than the write. */
export type Proof = {
  /** `list`, `webhook-probe`, `executions`, `sweep`, … */
  readonly method: string;
  readonly finding: Finding;
  /** One sentence for the responder: "OPTIONS on 2 webhooks: refused". */
  readonly text: string;
  readonly at: Date;
};

/** What a platform reports when it is asked whether one lever holds on one workflow. */
export type Reading = {
  readonly workflow: string;
  readonly proofs: readonly Proof[];
  /** It cannot be settled before: a schedule whose next period has not passed. With the reason. */
  readonly notBefore?: { readonly at: Date; readonly why: string };
  /** Why it cannot be proved at all, however long we wait. Empty when it can. */
  readonly doubts: readonly string[];
};

export const verdicts = ['pending', 'verified', 'contradicted', 'unverifiable'] as const;
export type Verdict = (typeof verdicts)[number];
