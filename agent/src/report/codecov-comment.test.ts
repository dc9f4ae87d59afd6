import { describe, expect, test } from "vitest";
import { silenceOf } from "../core/codecov/comment-conditions.ts";
import { comparisonOf, configOf, type Scene } from "../core/codecov/testing/scenes.ts";
import { judgeStatuses } from "../core/codecov/statuses.ts";
import { COMMENT_MARKER, toCodecovComment } from "./codecov-comment.ts";

function commentOn(yaml: string, scene: Scene): string {
  const config = configOf(yaml);
  const comparison = comparisonOf(scene, config);
  const judgement = {
    file: "codecov.yml",
    complaints: [],
    statuses: judgeStatuses(config, comparison),
    flags: {},
    notJudged: [],
    notes: [],
  };
  return toCodecovComment({ config, comparison, judgement });
}
const layout = (sections: string, more = "") => `comment: {layout: "${sections}"${more}}`;
const pushed: Scene = {
  base: { "a.py": "h4", "b.py": "h2", "old.py": "h" },
  head: { "a.py": "h4 hm p", "b.py": "hm", "old.py": "h" },
  diff: [{ path: "a.py", added: [5, 6, 7] }],
};

test("it can be found again", () => {
  expect(commentOn(layout("header"), pushed).startsWith(`${COMMENT_MARKER}\n`)).toBe(true);
});

describe("sections of the layout", () => {
  test("the header speaks of the patch, and of the project unless that is hidden", () => {
    const patch = ":x: Patch coverage is `33.33333%` with `2 lines` in your changes missing coverage. Please review.";
    const whole = commentOn(layout("header", ", hide_project_coverage: false"), pushed);
    expect(whole).toContain(patch);
    expect(whole).toContain(
      ":white_check_mark: Project coverage is 70.00%. Comparing base (`base123`) to head (`head567`).",
    );
    expect(commentOn(layout("condensed_header"), pushed)).not.toContain("Project coverage");
  });

  test("a header is there even when none is asked for", () => {
    expect(commentOn(layout("diff"), pushed)).toContain("Patch coverage");
  });

  test("the diff adds up", () => {
    const lines = commentOn(layout("diff"), pushed).split("\n");
    const row = (name: string) =>
      lines
        .find((line) => line.includes(`${name} `))
        ?.trim()
        .split(/\s+/);
    expect(row("- Coverage")).toEqual(["-", "Coverage", "100.00%", "70.00%", "-30.00%"]);
    expect(row("Lines")).toEqual(["Lines", "7", "10", "+3"]);
    expect(row("- Misses")).toEqual(["-", "Misses", "0", "2", "+2"]);
    expect(row("- Partials")).toEqual(["-", "Partials", "0", "1", "+1"]);
    expect(row("Hits")).toEqual(["Hits", "7", "7"]);
  });

  test("files are those of the change; the others are counted", () => {
    const text = commentOn(layout("files"), pushed);
    expect(text).toContain("| a.py | 33.33% | 1 Missing and 1 partial :warning: |");
    expect(text).toContain("| a.py | `71.42% <33.33%> (-28.58%)` | :arrow_down: |");
    expect(text).toContain("... and 1 file with indirect coverage changes");
  });

  test("no more rows than asked for", () => {
    const two: Scene = {
      head: { "a.py": "m", "b.py": "m" },
      diff: ["a.py", "b.py"].map((path) => ({ path, type: "new", added: [1] })),
    };
    expect(commentOn(layout("header, files:1"), two)).toContain("| ... and 1 more | | |");
  });

  test("flags, and what became of a lost one", () => {
    const text = commentOn(layout("flags"), {
      base: [
        { flags: ["unit"], files: { "a.py": "h" } },
        { flags: ["gone"], files: { "b.py": "h" } },
      ],
      head: [{ flags: ["unit"], files: { "a.py": "h" } }],
    });
    expect(text).toContain("| unit | `100% <0.00%> (ø)` | |".replace("100%", "100.00%"));
    expect(text).toContain("| gone | `?` | |");
  });

  test("a carried flag is hidden, or told as such", () => {
    const scene: Scene = {
      base: [{ flags: ["unit"], files: { "a.py": "h" } }],
      head: [{ flags: ["e2e"], files: { "b.py": "h" } }],
      carry: true,
    };
    const flags = "flags: {unit: {carryforward: true}}\n";
    expect(commentOn(flags + layout("flags"), scene)).toContain("Flags with carried forward coverage won't be shown.");
    expect(commentOn(flags + layout("flags", ", show_carryforward_flags: true"), scene)).toMatch(
      /\| unit .* Carriedforward \|/,
    );
  });

  test("components with their change", () => {
    const components = "component_management: {individual_components: [{component_id: core, paths: [a.py]}]}\n";
    expect(commentOn(components + layout("components"), pushed)).toContain(
      "| core | `71.42% <33.33%> (-28.58%)` | :arrow_down: |",
    );
  });

  test("a change too small to be shown is told as less than the least", () => {
    const text = commentOn(
      layout("components") + "\ncomponent_management: {individual_components: [{component_id: all}]}",
      { base: { "a.py": "h500 m" }, head: { "a.py": "h501 m" } },
    );
    expect(text).toContain("(+<0.01%)");
  });
});

test("names cannot break out of a table", () => {
  const text = commentOn(layout("files"), {
    head: { "a|b`<img>.py": "m" },
    diff: [{ path: "a|b`<img>.py", type: "new", added: [1] }],
  });
  expect(text).toContain("| a\\|b\\`&lt;img>.py |");
});

describe("when the service would say nothing", () => {
  const silence = (comment: string, scene: Scene) => {
    const config = configOf(`comment: ${comment}`);
    return silenceOf(config, comparisonOf(scene, config)) === undefined ? "speaks" : "silent";
  };
  const same: Scene = { base: { "a.py": "h" }, head: { "a.py": "h" } };
  test.each([
    ["false", pushed, "silent"],
    ["true", same, "speaks"],
    ["{require_changes: true}", same, "silent"],
    ["{require_changes: true}", pushed, "speaks"],
    ["{require_changes: coverage_drop}", pushed, "speaks"],
    ["{require_changes: coverage_drop}", same, "silent"],
    ["{require_changes: uncovered_patch}", pushed, "speaks"],
    ["{require_changes: uncovered_patch and any_change}", same, "silent"],
    ["{branches: [main]}", pushed, "silent"],
    ["{}", { ...pushed, pull: false }, "silent"],
  ] as const)("%s", (comment, scene, wanted) => {
    expect(silence(comment, scene)).toBe(wanted);
  });
});
