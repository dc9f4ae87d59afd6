import { type ParserOptions, type ParserPlugin, parse } from "@babel/parser";
import type { FunctionFigures } from "../../reading/function-report.ts";
import { isNode, type SyntaxNode } from "./syntax.ts";

export type Measured =
  | { readonly ok: true; readonly functions: readonly FunctionFigures[] }
  | { readonly ok: false; readonly problem: string };

/**
 * The functions of a JavaScript or TypeScript text with McCabe's cyclomatic complexity, counted as ESLint's rule
 * `complexity` counts it (variant `classic`): 1, and 1 for each `if`, `?:`, loop, `case` with a test, `catch`, `&&`, `||`,
 * `??` and their assignments, default value, and `?.`. A nested function, a class field's initial value and a static block
 * count for themselves. Never throws; a text that cannot be parsed is a problem that tells the line.
 */
export function measureFunctions(text: string, file: string): Measured {
  let problem = "";
  for (const plugins of dialectsOf(file)) {
    try {
      const tree: unknown = parse(text, { ...OPTIONS, plugins: [...plugins] }).program;
      const functions: FunctionFigures[] = [];
      if (isNode(tree)) visit(tree, { parent: undefined, owner: "", frame: undefined, functions });
      return { ok: true, functions };
    } catch (error) {
      // The first dialect is the likely one, so its complaint is the one that helps.
      problem ||= error instanceof Error ? error.message : String(error);
    }
  }
  return { ok: false, problem: `cannot be parsed: ${problem}` };
}

const OPTIONS: ParserOptions = {
  sourceType: "unambiguous",
  // What a program means is not judged here, only how it branches.
  errorRecovery: true,
  allowAwaitOutsideFunction: true,
  allowImportExportEverywhere: true,
  allowNewTargetOutsideFunction: true,
  allowReturnOutsideFunction: true,
  allowSuperOutsideMethod: true,
  allowUndeclaredExports: true,
  attachComment: false,
};

const SHARED: readonly ParserPlugin[] = [
  ["estree", { classFeatures: true }],
  "explicitResourceManagement",
  "decoratorAutoAccessors",
];

/** Languages that a file's name allows, the likely one first. */
function dialectsOf(file: string): readonly (readonly ParserPlugin[])[] {
  const typescript: readonly ParserPlugin[] = [...SHARED, "typescript", "decorators-legacy"];
  if (file.endsWith(".tsx")) return [[...typescript, "jsx"]];
  if (/\.[mc]?ts$/.test(file)) return [typescript];
  return [
    [...SHARED, "jsx", "decorators"],
    [...SHARED, "jsx", "flow", "decorators-legacy"],
  ];
}

interface Frame {
  complexity: number;
}

interface Surroundings {
  readonly parent: SyntaxNode | undefined;
  /** Names of the classes and functions around, each with a dot behind it. */
  readonly owner: string;
  /** What branches count for; `undefined` outside of every function. */
  readonly frame: Frame | undefined;
  readonly functions: FunctionFigures[];
}

const FUNCTIONS: ReadonlySet<string> = new Set([
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
]);
const FIELDS: ReadonlySet<string> = new Set(["PropertyDefinition", "AccessorProperty", "ClassAccessorProperty"]);

const BRANCHES: ReadonlySet<string> = new Set([
  "CatchClause",
  "ConditionalExpression",
  "LogicalExpression",
  "ForStatement",
  "ForInStatement",
  "ForOfStatement",
  "IfStatement",
  "WhileStatement",
  "DoWhileStatement",
  "AssignmentPattern",
]);

function branches(node: SyntaxNode): boolean {
  if (BRANCHES.has(node.type)) return true;
  if (node.type === "SwitchCase") return isNode(node["test"]);
  if (node.type === "AssignmentExpression") return ["&&=", "||=", "??="].includes(String(node["operator"]));
  return (node.type === "MemberExpression" || node.type === "CallExpression") && node["optional"] === true;
}

function visit(node: SyntaxNode, around: Surroundings): void {
  if (around.frame !== undefined && branches(node)) around.frame.complexity++;
  // An overload or an abstract method has no body, and is no function that could branch.
  if (FUNCTIONS.has(node.type)) {
    if (isNode(node["body"])) measure(node, around);
  } else if (node.type === "StaticBlock") measure(node, { ...around, parent: undefined });
  else if (FIELDS.has(node.type)) visitField(node, around);
  else {
    const owner = node.type.startsWith("Class") ? ownerOf(node, around) : around.owner;
    visitChildren(node, { ...around, owner });
  }
}

function ownerOf(node: SyntaxNode, { parent, owner }: Surroundings): string {
  if (node.type !== "ClassDeclaration" && node.type !== "ClassExpression") return owner;
  const name = nameIn(node["id"]) ?? nameOfParent(node, parent);
  return name === undefined ? owner : `${owner}${name}.`;
}

function visitChildren(node: SyntaxNode, around: Surroundings): void {
  for (const key in node) {
    if (key === "loc" || key === "extra") continue;
    const value = node[key];
    if (isNode(value)) visit(value, { ...around, parent: node });
    else if (Array.isArray(value)) for (const item of value) if (isNode(item)) visit(item, { ...around, parent: node });
  }
}

/** A field's initial value runs as if it were a function of its own; its key and decorators do not. */
function visitField(node: SyntaxNode, around: Surroundings): void {
  for (const key of ["decorators", "key"]) {
    const value = node[key];
    for (const item of Array.isArray(value) ? value : [value])
      if (isNode(item)) visit(item, { ...around, parent: node });
  }
  const { value } = node;
  if (!isNode(value)) return;
  const frame: Frame = { complexity: 1 };
  visit(value, { ...around, parent: node, frame });
  // A plain value is no function to anybody; a value that branches is one.
  if (frame.complexity > 1)
    record(value, { name: `${around.owner}${nameIn(node["key"]) ?? "<field>"}`, frame, around });
}

function measure(node: SyntaxNode, around: Surroundings): void {
  const frame: Frame = { complexity: 1 };
  const { parent } = around;
  const own = nameIn(node["id"]) ?? nameOfParent(node, parent);
  const unnamed = node.type === "StaticBlock" ? "<static block>" : "<anonymous>";
  const name = `${around.owner}${own ?? unnamed}`;
  const whole = parent?.type === "MethodDefinition" ? parent : node;
  record(whole, { name, frame, around });
  visitChildren(node, { ...around, owner: `${name}.`, frame });
}

interface Recorded {
  readonly name: string;
  readonly frame: Frame;
  readonly around: Surroundings;
}

/** Branches are counted after a function's place in the list is taken, so that outer functions come first. */
function record({ loc }: SyntaxNode, { name, frame, around }: Recorded): void {
  const startLine = loc.start.line;
  const endLine = loc.end.line;
  around.functions.push({
    name,
    startLine,
    endLine,
    length: endLine - startLine + 1,
    get complexity() {
      return frame.complexity;
    },
  });
}

/** What a function or class is called by what it is put into. */
function nameOfParent(node: SyntaxNode, parent: SyntaxNode | undefined): string | undefined {
  if (parent === undefined) return undefined;
  if (parent.type === "ExportDefaultDeclaration") return "default";
  const [target, source] = NAMED_BY[parent.type] ?? [];
  return target !== undefined && source !== undefined && parent[source] === node ? nameIn(parent[target]) : undefined;
}

/** Where a node that holds a value keeps its name, and where the value. */
const NAMED_BY: Readonly<Record<string, readonly [target: string, source: string]>> = {
  VariableDeclarator: ["id", "init"],
  AssignmentExpression: ["left", "right"],
  AssignmentPattern: ["left", "right"],
  MethodDefinition: ["key", "value"],
  Property: ["key", "value"],
  PropertyDefinition: ["key", "value"],
  AccessorProperty: ["key", "value"],
};

function nameIn(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === "Identifier") return String(node["name"]);
  if (node.type === "PrivateName" || node.type === "PrivateIdentifier")
    return `#${nameIn(node["id"]) ?? String(node["name"])}`;
  if (node.type === "Literal") return String(node["value"]).slice(0, 60);
  return node.type === "MemberExpression" ? nameIn(node["property"]) : undefined;
}
