import pc from "picocolors";
import { describe, expect, test } from "vitest";
import { columnsOf } from "../../report/columns.ts";
import { explainNext } from "../../tasks/graph/explain-next.ts";
import { listTasks } from "../../tasks/graph/dependencies.ts";
import { chooseNext } from "../../tasks/graph/next.ts";
import { parseTasks } from "../../tasks/file/parse-tasks.ts";
import { explainText, listText, nextText, taskText } from "./task-text.ts";

const style = { colors: pc.createColors(false), width: 80 };

function listing(tasks: readonly object[], tags: Record<string, object> = {}) {
  const document = parseTasks(JSON.stringify({ master: { tasks }, ...tags }), "tasks.json");
  const listed = listTasks(document.tags.get("master")?.tasks ?? []);
  return { tag: "master", tags: [...document.tags.keys()], tasks: listed, next: chooseNext(listed) };
}

const family = [
  { id: 1, title: "Lay the ground", status: "done", priority: "high" },
  {
    id: 2,
    title: "Build the parser",
    status: "in-progress",
    dependencies: [1],
    subtasks: [
      { id: 1, title: "Lexer", status: "done" },
      { id: 2, title: "Grammar", dependencies: [1] },
    ],
  },
  { id: 10, title: "Ship it", dependencies: [2], priority: "critical" },
];

test("the list is a table that says what waits, and what is next", () => {
  expect(listText(listing(family, { beta: { tasks: [] } }), style)).toBe(
    `Tag master: 1 of 3 tasks done
Other tags: beta
    1  ✓ done         high     Lay the ground
    2  ◐ in-progress  medium   Build the parser
  2.1  ✓ done         medium   Lexer
> 2.2  ○ pending      medium   Grammar
   10  ○ pending      critical Ship it (waits for 2)
Next: 2.2 Grammar
  2.2 continues task 2, which is in progress; priority medium, done before it:
  2.1`,
  );
});

test("subtasks are counted until somebody asks, and a narrow terminal has the shapes alone", () => {
  const made = listing([
    {
      id: 1,
      title: "Both",
      status: "done",
      subtasks: [
        { id: 1, title: "A", status: "done" },
        { id: 2, title: "B", status: "cancelled" },
      ],
    },
  ]);
  expect(listText(made, style)).toContain("  1  ✓ done         medium   Both [1/2]\nNothing");
  expect(listText(made, { ...style, width: 40 }, { withSubtasks: true })).toContain(
    "    1  ✓ Both\n  1.1  ✓ A\n  1.2  ✗ B\n",
  );
  const shown = made.tasks.slice(1);
  expect(listText(made, style, { shown, withSubtasks: true })).toBe(
    "Tag master: 1 of 1 tasks done\n1 more task is not shown\nNothing next\n  no task is open: each is done, cancelled, deferred, blocked or in review",
  );
});

test("an empty list says so", () => {
  expect(listText(listing([]), style)).toBe("Tag master: 0 of 0 tasks done\nNothing next\n  there are no tasks yet");
});

describe("no line is longer than the terminal is wide", () => {
  const long = "Lorem ipsum dolor sit amet consectetur ".repeat(8);
  const tasks = [
    {
      id: 1,
      title: long,
      description: `${long}\n${"x".repeat(300)}`,
      details: long,
      dependencies: Array.from({ length: 40 }, (_, index) => index + 2),
    },
    ...Array.from({ length: 40 }, (_, index) => ({
      id: index + 2,
      title: "t",
      status: "cancelled",
      subtasks: [{ id: 1, title: long }],
    })),
  ];

  test.each([80, 120, 60, 40])("%i columns", (width) => {
    const made = listing(tasks);
    const [first] = made.tasks;
    if (first === undefined) throw new Error("no task");
    const texts = [
      listText(made, { ...style, width }, { withSubtasks: true }),
      listText(made, { ...style, width }),
      explainText(explainNext(made.tasks), { ...style, width }),
      taskText(first, { ...style, width }),
      nextText(made.next, { ...style, width }),
    ];
    const lines = texts.join("\n").split("\n");
    expect(Math.max(...lines.map(columnsOf))).toBeLessThanOrEqual(width);
    expect(lines.join(" ")).toContain("x".repeat(width));
  });
});

test("control characters of the file do not reach the terminal", () => {
  const evil = "a\u001b]0;title\u0007b\u001b[2J\u009bc\u202e\r\nd";
  const made = listing(
    [
      {
        id: "1\u001b[m",
        title: evil,
        description: evil,
        details: evil,
        testStrategy: evil,
        dependencies: ["9\u001b[1m"],
      },
    ],
    { [evil]: { tasks: [] } },
  );
  const [first] = made.tasks;
  if (first === undefined) throw new Error("no task");
  const text = [
    listText(made, style),
    taskText(first, style),
    nextText(made.next, style),
    explainText(explainNext([...made.tasks, ...made.tasks]), style),
  ].join("\n");
  expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  expect(text).toContain("a]0;titleb[2Jc");
});

test("one task shows all that the file says", () => {
  const [, parser] = listing(
    family.map((task) => ({
      ...task,
      details: "First line\nSecond line",
      testStrategy: "With a table",
      complexity: 7,
    })),
  ).tasks;
  if (parser === undefined) throw new Error("no task");
  expect(taskText(parser, style)).toBe(
    `2 Build the parser
◐ in-progress, priority medium, complexity 7 of 10
Depends on 1

Details
First line
Second line

How it is tested
With a table

Subtasks
  2.1  ✓ done         medium   Lexer
  2.2  ○ pending      medium   Grammar`,
  );
});
