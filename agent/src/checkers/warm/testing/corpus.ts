import { readFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "../../testing/run-checker.ts";

/** Real sources of this repository, each with faults planted among its lines, in the encodings that editors leave. */
export function typeScriptCorpus(): Readonly<Record<string, string>> {
  const sources = [
    "core/glob.ts",
    "core/judge.ts",
    "platform/process.ts",
    "runs/schedule.ts",
    "checkers/tool-finder.ts",
  ];
  const texts = sources.map((path) => readFileSync(join(REPOSITORY, "agent", "src", path), "utf8"));
  const faults = [
    "debugger;\n",
    'var greeting = "é😀"; if (greeting == 1) { debugger; }\n',
    "export const  spaced = [1,2 ,3];\n",
    'export const wrong: number = "𝒳" + missing;\n',
    "function unused(a) { let b = 1; return !!(a == null) ? true : false; }\n",
    "const empty = () => { for (;;) {} };\n",
  ];
  const planted = texts.map((text, index) => {
    const lines = text.split(/(?<=\n)/);
    const at = firstTopLevel(lines);
    return [...lines.slice(0, at), ...faults.slice(0, index + 2), ...lines.slice(at)].join("");
  });
  const [plain = "", second = ""] = planted;
  const files = Object.fromEntries(planted.map((text, index) => [`src/planted-${index}.ts`, text]));
  return {
    ...files,
    "src/clean.ts": 'export const answer = "42";\n',
    "src/crlf.ts": plain.replaceAll("\n", "\r\n"),
    "src/bom.ts": `\uFEFF${second}`,
    "src/broken.ts": "export const a = (((;\nlet = 3\n",
    "src/empty.ts": "",
    "src/script.js": 'var x = 1\nwith (x) { debugger }\n/* "é" */ if (x = 2) x == "😀"\n',
    "src/view.tsx": "export const View = () => <div onClick={() => { debugger; }}>{'é😀'}</div>;\n",
  };
}

/** After the imports, where any statement may stand. */
function firstTopLevel(lines: readonly string[]): number {
  const last = lines.findLastIndex((line) => /^import |^\} from /.test(line));
  return last + 1;
}

/** Python as people write it, with faults; some of it needs edits that are unsafe, some cannot be parsed. */
export function pythonCorpus(): Readonly<Record<string, string>> {
  const faults = [
    "import os, sys\nfrom typing import List\n\n\ndef area(width,height) :\n    result = width*height\n    unused = 1\n    return result\n",
    'import json\nname = "é😀" ; other= name == None\nif not name in [1]:\n    print(f"nothing")\nl = lambda x: x\n',
    "def a():\n    try:\n        pass\n    except:\n        raise ValueError('é')\nfor i in range(3): pass\nassert (1, 'x')\nprint(undefined_name)\n",
  ];
  const files = Object.fromEntries(faults.map((text, index) => [`app/planted_${index}.py`, text]));
  return {
    ...files,
    "app/clean.py": 'ANSWER = "42"\n',
    "app/crlf.py": (faults[0] ?? "").replaceAll("\n", "\r\n"),
    "app/bom.py": `\uFEFF${faults[1] ?? ""}`,
    "app/broken.py": "def f(:\n\treturn (\n",
    "app/empty.py": "",
    "app/no_newline.py": "x = 1\ny=  2",
  };
}
