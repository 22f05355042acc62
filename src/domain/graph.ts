/** What a node of the picture stands for. */
export const graphNodeKinds = [
  'workflow',
  'credential',
  'host',
  'webhook',
  'trigger',
  'schedule',
  'person',
] as const;
export type GraphNodeKind = (typeof graphNodeKinds)[number];

/** One thing in the picture. All text is data. */
export type GraphNode = {
  /** Unique in the graph. */
  readonly id: string;
  readonly kind: GraphNodeKind;
  /** What verbs accept, where there is one: `w12`. */
  readonly ref?: string;
  readonly label: string;
  /** `affected`: what was asked about; `contained`: verified off; `active`: runs now. */
  readonly state?: 'affected' | 'contained' | 'active' | 'inactive';
};

/** From the one that acts to the one that is acted on. */
export type GraphEdge = {
  readonly from: string;
  readonly to: string;
  /**
   * `uses`, `calls`, `sends to`, `starts`, `on error`, `owns`; ` (draft only)`, ` (live only)` where
   * they differ, ` (until switched off)` for what was live.
   */
  readonly label: string;
};

/** What hangs together: the blast radius of a workflow, credential or host. */
export type Graph = {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** What is not in it, counted and in sentences. */
  readonly omissions: readonly string[];
};
