import * as vscode from "vscode";
import type { FolderFeed } from "../client/folder-feed.ts";
import { readSettings } from "../client/settings.ts";
import { messageOf } from "../model/client-error.ts";
import {
  type CoverageMarks,
  LINE_STATES,
  type LineState,
  marksAfter,
  marksOf,
  spansOf,
} from "../model/coverage-map.ts";
import type { Services } from "../services.ts";

const OVERVIEW_COLORS: { [S in LineState]: string } = {
  covered: "trigate.coverage.covered",
  partial: "trigate.coverage.partial",
  missed: "trigate.coverage.missed",
};
const HOVERS: { [S in LineState]: string } = {
  covered: "The tests ran this line.",
  partial: "The tests ran this line, but not all of its branches.",
  missed: "No test ran this line.",
};

type Decorations = { readonly [S in LineState]: vscode.TextEditorDecorationType };

/** Gutter marks from the last run that measured coverage: full bar covered, half bar partial, cross missed. */
class CoverageGutters implements vscode.Disposable {
  readonly #services: Services;
  readonly #marks = new Map<string, CoverageMarks>();
  readonly #subscriptions: vscode.Disposable[];
  #decorations: Decorations;

  constructor(services: Services) {
    this.#services = services;
    this.#decorations = createDecorations(services.context);
    this.#subscriptions = [
      services.feeds.onDidChange(({ feed, part }) => {
        if (part === "coverage") this.#reload(feed);
      }),
      vscode.window.onDidChangeVisibleTextEditors((editors) => {
        for (const editor of editors) void this.#show(editor);
      }),
      vscode.workspace.onDidChangeTextDocument((event) => this.#follow(event)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#marks.delete(document.uri.toString())),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("trigate.coverage")) this.#redecorate();
      }),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const state of LINE_STATES) this.#decorations[state].dispose();
  }

  #redecorate(): void {
    for (const state of LINE_STATES) this.#decorations[state].dispose();
    this.#decorations = createDecorations(this.#services.context);
    for (const editor of vscode.window.visibleTextEditors) void this.#show(editor);
  }

  /** A new run replaces everything that was known of the folder's files. */
  #reload(feed: FolderFeed): void {
    const folder = `${feed.folder.uri.toString()}/`;
    for (const uri of this.#marks.keys()) if (uri.startsWith(folder)) this.#marks.delete(uri);
    for (const editor of vscode.window.visibleTextEditors) void this.#show(editor);
  }

  #follow({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const key = document.uri.toString();
    const marks = this.#marks.get(key);
    if (marks === undefined || contentChanges.length === 0) return;
    const edits = contentChanges.map(({ range, text }) => ({
      startLine: range.start.line,
      startCharacter: range.start.character,
      endLine: range.end.line,
      endCharacter: range.end.character,
      text,
    }));
    // Changes of one event are given in the terms of the document before it; from the end on they do not disturb another.
    edits.sort((a, b) => b.startLine - a.startLine || b.startCharacter - a.startCharacter);
    this.#marks.set(key, edits.reduce(marksAfter, marks));
    for (const editor of vscode.window.visibleTextEditors) if (editor.document === document) this.#paint(editor);
  }

  async #show(editor: vscode.TextEditor): Promise<void> {
    const { uri } = editor.document;
    const feed = this.#services.feeds.of(uri);
    if (feed === undefined || feed.session.connection.kind !== "ready") return;
    if (readSettings(uri).coverageEnabled && !this.#marks.has(uri.toString()) && !editor.document.isDirty) {
      await this.#load(feed, uri);
    }
    this.#paint(editor);
  }

  async #load(feed: FolderFeed, uri: vscode.Uri): Promise<void> {
    const file = vscode.workspace.asRelativePath(uri, false).replaceAll("\\", "/");
    try {
      const coverage = await feed.coverageOf(file);
      this.#marks.set(uri.toString(), coverage === undefined ? new Map() : marksOf(coverage));
    } catch (error) {
      this.#services.log.warn(`coverage of ${file} cannot be read: ${messageOf(error)}`);
    }
  }

  #paint(editor: vscode.TextEditor): void {
    const { uri } = editor.document;
    const marks = readSettings(uri).coverageEnabled ? this.#marks.get(uri.toString()) : undefined;
    for (const state of LINE_STATES) {
      const ranges = spansOf(marks ?? new Map(), state).map(([first, last]) => ({
        range: new vscode.Range(first, 0, last, 0),
        hoverMessage: HOVERS[state],
      }));
      editor.setDecorations(this.#decorations[state], ranges);
    }
  }
}

function createDecorations(context: vscode.ExtensionContext): Decorations {
  const { coverageOverview } = readSettings();
  const create = (state: LineState) =>
    vscode.window.createTextEditorDecorationType({
      gutterIconPath: vscode.Uri.joinPath(context.extensionUri, "media", `coverage-${state}.svg`),
      gutterIconSize: "contain",
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
      ...(coverageOverview && state !== "covered"
        ? {
            overviewRulerColor: new vscode.ThemeColor(OVERVIEW_COLORS[state]),
            overviewRulerLane: vscode.OverviewRulerLane.Left,
          }
        : {}),
    });
  return { covered: create("covered"), partial: create("partial"), missed: create("missed") };
}

/** Shows coverage marks in every open editor. */
export function registerCoverageGutters(services: Services): vscode.Disposable {
  return new CoverageGutters(services);
}
