import { REMOVED, project, range, type StatusCase } from "./status-case.ts";

export const removedCases: readonly StatusCase[] = [
  {
    name: "hit lines were removed: the base is adjusted",
    yaml: project(""),
    scene: {
      base: { "a.py": "h1980 m120" },
      head: { "a.py": "h1974 m120" },
      diff: [{ path: "a.py", removed: range(1, 6) }],
    },
    expect: [
      [
        "codecov/project",
        "success",
        "94.26% (-0.02%) compared to base123, passed because coverage increased by 0% when compared to adjusted base (94.26%)",
      ],
    ],
    source: REMOVED,
  },
  {
    name: "more hit lines were removed than the coverage lost",
    yaml: `coverage: {round: nearest, status: {patch: off, project: {default: {}}}}`,
    scene: {
      base: { "a.py": "h1980 m120" },
      head: { "a.py": "h1974 m120" },
      diff: [{ path: "a.py", removed: range(1, 15), added: range(1, 9) }],
    },
    expect: [
      [
        "codecov/project",
        "success",
        "94.27% (-0.02%) compared to base123, passed because coverage increased by 0.02% when compared to adjusted base (94.24%)",
      ],
    ],
    source: REMOVED,
  },
  {
    name: "too few were removed to explain the loss",
    yaml: project("removed_code_behavior: adjust_base"),
    scene: {
      base: { "a.py": "h1980 m120" },
      head: { "a.py": "h1974 m120" },
      diff: [{ path: "a.py", removed: range(1, 3) }],
    },
    expect: [["codecov/project", "failure", "94.26% (-0.02%) compared to base123"]],
    source: REMOVED,
  },
  {
    name: "a fixed target is not adjusted",
    yaml: project("target: 95"),
    scene: {
      base: { "a.py": "h1980 m120" },
      head: { "a.py": "h1974 m120" },
      diff: [{ path: "a.py", removed: range(1, 6) }],
    },
    expect: [["codecov/project", "failure", "94.26% (target 95.00%)"]],
    source: REMOVED,
  },
  {
    name: "the adjusted base is told with the threshold taken off, in the digits of a binary fraction",
    yaml: project("threshold: 1"),
    scene: { base: { "a.py": "h8 m2" }, head: { "a.py": "h3 m2" }, diff: [{ path: "a.py", removed: range(1, 5) }] },
    expect: [
      [
        "codecov/project",
        "success",
        "60.00% (-20.00%) compared to base123, passed because coverage increased by 1.00% when compared to adjusted base (58.99%)",
      ],
    ],
    source: REMOVED,
  },
  {
    name: "switched off",
    yaml: project("removed_code_behavior: off"),
    scene: { base: { "a.py": "h8 m2" }, head: { "a.py": "h3 m2" }, diff: [{ path: "a.py", removed: range(1, 5) }] },
    expect: [["codecov/project", "failure", "60.00% (-20.00%) compared to base123"]],
    source: REMOVED,
  },
  {
    name: "only removals",
    yaml: project("target: 80, removed_code_behavior: removals_only"),
    scene: { base: { "a.py": "h8 m2" }, head: { "a.py": "h3 m2" }, diff: [{ path: "a.py", removed: range(1, 5) }] },
    expect: [["codecov/project", "success", "60.00% (target 80.00%), passed because this change only removed code"]],
    source: REMOVED,
  },
  {
    name: "removals with an added line",
    yaml: project("target: 80, removed_code_behavior: removals_only"),
    scene: {
      base: { "a.py": "h8 m2" },
      head: { "a.py": "h3 m2 h" },
      diff: [{ path: "a.py", removed: range(1, 5), added: [6] }],
    },
    expect: [["codecov/project", "failure", "66.66% (target 80.00%)"]],
    source: REMOVED,
  },
  {
    name: "removals with an indirect change",
    yaml: project("target: 80, removed_code_behavior: removals_only"),
    scene: {
      base: { "a.py": "h8 m2", "b.py": "h" },
      head: { "a.py": "h3 m2", "b.py": "m" },
      diff: [{ path: "a.py", removed: range(1, 5) }],
    },
    expect: [["codecov/project", "failure", "50.00% (target 80.00%)"]],
    source: REMOVED,
  },
  {
    name: "a fully covered patch",
    yaml: project("target: 80, removed_code_behavior: fully_covered_patch"),
    scene: { base: { "a.py": "h2 m2" }, head: { "a.py": "h2 m2 h2" }, diff: [{ path: "a.py", added: [5, 6] }] },
    expect: [
      [
        "codecov/project",
        "success",
        "66.66% (target 80.00%), passed because patch was fully covered by tests, and no indirect coverage changes",
      ],
    ],
    source: REMOVED,
  },
  {
    name: "a patch that is not fully covered",
    yaml: project("target: 80, removed_code_behavior: fully_covered_patch"),
    scene: { base: { "a.py": "h2 m2" }, head: { "a.py": "h2 m2 hm" }, diff: [{ path: "a.py", added: [5, 6] }] },
    expect: [["codecov/project", "failure", "50.00% (target 80.00%)"]],
    source: REMOVED,
  },
  {
    name: "a patch without a counted line",
    yaml: project("target: 80, removed_code_behavior: fully_covered_patch"),
    scene: { base: { "a.py": "h2 m2" }, head: { "a.py": "h2 m2" }, diff: [{ path: "README.md", added: [5, 6] }] },
    expect: [
      ["codecov/project", "success", "50.00% (target 80.00%), passed because coverage was not affected by patch"],
    ],
    source: REMOVED,
  },
  {
    name: "a covered patch with an indirect change",
    yaml: project("target: 80, removed_code_behavior: fully_covered_patch"),
    scene: { base: { "a.py": "h3 m" }, head: { "a.py": "h2 m2 h" }, diff: [{ path: "a.py", added: [5] }] },
    expect: [["codecov/project", "failure", "60.00% (target 80.00%)"]],
    source: REMOVED,
  },
];
