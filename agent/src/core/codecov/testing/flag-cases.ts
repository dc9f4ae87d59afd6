import { BASE, LIST, FLAGS, UPLOAD, project, changes, ten, type StatusCase } from "./status-case.ts";

const flagUploads = (unit: string, e2e: string) => [
  { flags: ["unit"], files: { "a.py": unit } },
  { flags: ["e2e"], files: { "b.py": e2e } },
];
const flagStatus = (rule: string) => `coverage: {status: {patch: off, project: {unit: {flags: [unit], ${rule}}}}}`;

export const flagCases: readonly StatusCase[] = [
  {
    name: "a status of one flag",
    yaml: flagStatus("target: 70"),
    scene: { head: flagUploads("h3 m", "m9"), base: flagUploads("h", "h") },
    expect: [["codecov/project/unit", "success", "75.00% (target 70.00%)"]],
    source: FLAGS,
  },
  {
    name: "a line that two flags measured counts for each as it saw it",
    yaml: flagStatus("target: 70"),
    scene: {
      head: [
        { flags: ["unit"], files: { "a.py": "hm" } },
        { flags: ["e2e"], files: { "a.py": "mh" } },
      ],
      base: flagUploads("h", "h"),
    },
    expect: [["codecov/project/unit", "failure", "50.00% (target 70.00%)"]],
    source: "reports/filtered.py, line_modifier",
  },
  {
    name: "the paths of a flag cut its uploads",
    yaml: `flags: {unit: {paths: [src/]}}\n${flagStatus("target: 70")}`,
    scene: { head: [{ flags: ["unit"], files: { "src/a.py": "h3 m", "x.py": "m9" } }], base: flagUploads("h", "h") },
    expect: [["codecov/project/unit", "success", "No coverage information found on base report"]],
    source: UPLOAD,
  },
  {
    name: "a flag that was not uploaded, left out",
    yaml: `coverage: {status: {default_rules: {flag_coverage_not_uploaded_behavior: exclude}, patch: off, project: {unit: {flags: [unit]}}}}`,
    scene: { head: [{ flags: ["e2e"], files: { "b.py": "h" } }], base: flagUploads("h", "h") },
    expect: [["codecov/project/unit", "none", ""]],
    source: BASE,
  },
  {
    name: "a flag that was not uploaded, passed",
    yaml: flagStatus("flag_coverage_not_uploaded_behavior: pass"),
    scene: { head: [{ flags: ["e2e"], files: { "b.py": "h" } }], base: flagUploads("h", "h") },
    expect: [
      [
        "codecov/project/unit",
        "success",
        "No coverage information found on head [Auto passed due to carriedforward or missing coverage]",
      ],
    ],
    source: BASE,
  },
  {
    name: "a flag that was not uploaded, included",
    yaml: flagStatus("if_not_found: failure"),
    scene: { head: [{ flags: ["e2e"], files: { "b.py": "h" } }], base: flagUploads("h", "h") },
    expect: [["codecov/project/unit", "failure", "No coverage information found on head"]],
    source: BASE,
  },
  {
    name: "a flag that is carried over stands as it was",
    yaml: `flags: {unit: {carryforward: true}}\n${flagStatus("target: auto")}`,
    scene: {
      head: [{ flags: ["e2e"], files: { "b.py": "h" } }],
      base: flagUploads("h3 m", "h"),
      carry: true,
    },
    expect: [["codecov/project/unit", "success", "75.00% (+0.00%) compared to base123"]],
    source: "report/__init__.py, create_new_report_for_commit",
  },
  {
    name: "carried lines move with the change",
    yaml: `flags: {unit: {carryforward: true}}\n${changes()}`,
    scene: {
      head: [{ flags: ["e2e"], files: { "b.py": "h" } }],
      base: flagUploads("hm", "h"),
      diff: [{ path: "a.py", added: [1, 2, 3] }],
      carry: true,
    },
    expect: [["codecov/changes", "success", "No indirect coverage changes found"]],
    source: "reports/reportfile.py, shift_lines_by_diff",
  },
  {
    name: "without carryforward the project loses what was not uploaded",
    yaml: project(""),
    scene: { head: [{ flags: ["e2e"], files: { "b.py": "hm" } }], base: flagUploads("h8", "hm"), carry: true },
    expect: [["codecov/project", "failure", "50.00% (-40.00%) compared to base123"]],
    source: "yaml/user_yaml.py, flag_has_carryfoward",
  },
  {
    name: "statuses of every flag",
    yaml: "coverage: {status: {patch: off}}\nflag_management: {default_rules: {statuses: [{type: project, name_prefix: f-, target: 60}]}}",
    scene: { head: flagUploads("h3 m", "hm"), base: flagUploads("h", "h") },
    expect: [
      ["codecov/project/f-e2e", "failure", "50.00% (target 60.00%)"],
      ["codecov/project/f-unit", "success", "75.00% (target 60.00%)"],
    ],
    source: LIST,
  },
  {
    name: "one flag with rules of its own",
    yaml: "coverage: {status: {patch: off}}\nflag_management: {individual_flags: [{name: unit, statuses: [{type: project, target: 80}]}]}",
    scene: { head: flagUploads("h3 m", "hm"), base: flagUploads("h", "h") },
    expect: [["codecov/project/unit", "failure", "75.00% (target 80.00%)"]],
    source: "yaml/user_yaml.py, get_flag_configuration",
  },
  {
    name: "a component of some paths",
    yaml: "coverage: {status: {patch: off}}\ncomponent_management: {individual_components: [{component_id: api, name: The API, paths: ['src/api/**'], statuses: [{type: project, target: 70}]}]}",
    scene: { head: { "src/api/a.py": "h3 m", "b.py": "m9" }, base: ten(1) },
    expect: [["codecov/project/The API", "success", "No coverage information found on base report"]],
    source: LIST,
  },
  {
    name: "components take over the rules for all, and a status can be off",
    yaml: "coverage: {status: {patch: off}}\ncomponent_management: {default_rules: {statuses: [{type: project, target: 60}, {type: patch, enabled: false}]}, individual_components: [{component_id: a, flag_regexes: ['^un']}, {component_id: b, statuses: []}]}",
    scene: { head: flagUploads("h3 m", "m9"), base: flagUploads("h", "h") },
    expect: [["codecov/project/a", "success", "75.00% (target 60.00%)"]],
    source: "yaml/reader.py, get_components_from_yaml",
  },
  {
    name: "too few uploads of a flag",
    yaml: `flags: {unit: {after_n_builds: 2}}\n${flagStatus("target: 70")}`,
    scene: { head: flagUploads("h", "h"), base: flagUploads("h", "h"), uploads: 2 },
    expect: [["codecov/project/unit", "pending", ""]],
    source: "notification/notifiers/status/base.py, required_builds",
  },
];
