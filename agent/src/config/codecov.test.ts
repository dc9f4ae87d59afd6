import { describe, expect, test } from "vitest";
import { fuzzParser } from "../checkers/testing/fuzz-parser.ts";
import { CODECOV_FILES, readCodecov } from "./codecov.ts";

const read = (text: string) => readCodecov(text, { file: "codecov.yml", account: "new" });
const complaints = (text: string) => {
  const result = read(text);
  return result.ok ? [] : result.complaints.map(({ line, path }) => `${line} ${path}`);
};
const WHOLE = `codecov:
  require_ci_to_pass: yes
  token: secret
  notify: { after_n_builds: 2, wait_for_ci: no }
coverage:
  precision: 1
  round: nearest
  range: 70..90
  status:
    default_rules: { flag_coverage_not_uploaded_behavior: pass }
    project:
      default: { target: auto, threshold: 1.5%, if_no_uploads: error, branches: [main] }
      ui: { flags: [ui], paths: ["src/ui/**"], informational: true }
    patch: off
    changes: yes
flags: { ui: { paths: [src/ui], carryforward: true, joined: false } }
flag_management: { default_rules: { carryforward: true }, individual_flags: [{ name: api, paths: [src/api] }] }
component_management: { individual_components: [{ component_id: a, paths: ["a/**"] }] }
ignore: ["tests/**", "^gen/.*"]
fixes: ["build/::src/"]
parsers: { gcov: { branch_detection: { loop: yes } } }
comment: { layout: "header, diff, files:5", require_changes: "coverage_drop and any_change or uncovered_patch" }
`;

test("what is written is what is judged by", () => {
  const result = read(WHOLE);
  if (!result.ok) throw new Error(JSON.stringify(result.complaints));
  const { config } = result;
  expect(config).toMatchObject({
    precision: 1,
    rounding: "nearest",
    range: [70, 90],
    requireCiToPass: true,
    afterBuilds: 2,
    missingFlag: "pass",
    ignore: [{ written: "tests/**" }, { expression: "^gen/.*" }],
    fixes: [{ before: "^build/", after: "src/" }],
    comment: {
      layout: [
        { section: "header", rows: undefined },
        { section: "diff", rows: undefined },
        { section: "files", rows: 5 },
      ],
      requireChanges: [["coverage_drop"], ["any_change", "uncovered_patch"]],
    },
  });
  expect(config.statuses.map(({ type, title }) => `${type}/${title}`)).toEqual([
    "project/default",
    "project/ui",
    "changes/default",
  ]);
  expect([...config.flags.keys()]).toEqual(["api", "ui"]);
  expect(config.flags.get("api")?.carryforward).toBe(true);
});

test("what the service knows and no status hangs on is named with its line", () => {
  const result = read(WHOLE);
  expect(result.ok && result.config.notJudged.map(({ key, line }) => `${line} ${key}`).toSorted()).toEqual([
    "12 coverage.status.project.default.if_no_uploads",
    "16 flags.ui.joined",
    "21 parsers",
    "3 codecov.token",
    "4 codecov.notify.wait_for_ci",
  ]);
});

describe("all faults at once, each with its line", () => {
  test.each([
    ["coverage:\n  round: sideways\n  precision: -1\n", ["2 coverage.round", "3 coverage.precision"]],
    [
      "coverage:\n  status:\n    patch:\n      default:\n        threshhold: 1\n        target: lots\n",
      ["5 coverage.status.patch.default.threshhold", "6 coverage.status.patch.default.target"],
    ],
    ['ignore:\n  - "a/**"\n  - "src/("\nfixes: [nowhere]\n', ["3 ignore.1", "4 fixes.0"]],
    [
      "comment:\n  layout: diff, flgs\n  require_changes: sometimes\n",
      ["2 comment.layout", "3 comment.require_changes"],
    ],
    ["coverage:\n  range: 90...70\n", ["2 coverage.range"]],
    [
      "component_management:\n  individual_components:\n    - name: no id\n",
      ["3 component_management.individual_components.0.component_id"],
    ],
    [
      "component_management:\n  individual_components:\n    - component_id: a\n      flag_regexes: ['(']\n",
      ["4 component_management.individual_components.0.flag_regexes.0"],
    ],
    ["codecov:\n  require_ci_to_pas: yes\n", ["2 codecov.require_ci_to_pas"]],
    ["a: [\n", ["2 "]],
  ])("%j", (text, wanted) => {
    expect(complaints(text)).toEqual(wanted);
  });
});

test("an unknown key comes with the one that was meant", () => {
  const result = read("coverage: {status: {patch: {default: {threshhold: 1}}}}");
  expect(!result.ok && result.complaints[0]?.message).toContain('did you mean "threshold"?');
});

test("ignore, fixes and flags may stand below coverage, as they once did", () => {
  const result = read('coverage: {ignore: ["a/**"], flags: {ui: {}}}');
  expect(result.ok && [result.config.ignore.length, [...result.config.flags.keys()]]).toEqual([1, ["ui"]]);
});

test("twelve places are looked at", () => {
  expect(CODECOV_FILES).toHaveLength(12);
});

fuzzParser("codecov.yml", {
  samples: [WHOLE, "coverage: {status: off}", "comment: false", "ignore: ['**/*', '[', '(?i)x', 'a{2']"],
  reported: (text) => {
    const result = read(text);
    return result.ok ? result.config.statuses.length : result.complaints.length;
  },
  // An entry of a record can be faulty in several ways, so the bound is wide: none comes from nowhere.
  most: (text) => text.length + 2,
});
