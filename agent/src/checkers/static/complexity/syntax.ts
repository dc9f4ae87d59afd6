/** A node of a syntax tree in ESTree's form, as far as every node has it. */
export interface SyntaxNode {
  readonly type: string;
  readonly loc: {
    readonly start: { readonly line: number; readonly column: number };
    readonly end: { readonly line: number; readonly column: number };
  };
  readonly [key: string]: unknown;
}

/** Whether a property of a node is a node itself. Called for every property of a tree, so it looks at no more than it must. */
export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value && "loc" in value && "start" in value;
}
