import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseTrace } from "./audit-trace.ts";

const only = (line: string) => parseTrace(line, "/repo").map(({ kind, path }) => `${kind} ${path}`);

describe("what strace wrote", () => {
  test.each([
    ['12 openat(AT_FDCWD</repo>, "a.py", O_RDONLY|O_CLOEXEC) = 3</repo/a.py>', "read /repo/a.py"],
    ['12 openat(AT_FDCWD</repo/sub>, "../a.py", O_RDONLY) = 3', "read /repo/a.py"],
    ['12 openat(5</etc>, "x.conf", O_RDONLY) = 3', "read /etc/x.conf"],
    [
      '12 openat(AT_FDCWD</repo>, "/home/.ruff.toml", O_RDONLY) = -1 ENOENT (No such file or directory)',
      "absent /home/.ruff.toml",
    ],
    ['12 openat(AT_FDCWD</repo>, "out", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 4</repo/out>', "written /repo/out"],
    ['12 openat(AT_FDCWD</repo>, ".", O_RDONLY|O_DIRECTORY) = 3</repo>', "looked-at /repo"],
    ["12 getdents64(3</repo/src>, 0x55 /* 4 entries */, 32768) = 112", "listed /repo/src"],
    ['12 newfstatat(AT_FDCWD</repo>, "/x", {st_mode=S_IFREG|0644, st_size=3, ...}, 0) = 0', "looked-at /x"],
    ['12 openat(AT_FDCWD</repo>, "\\303\\274.py", O_RDONLY) = 3', "read /repo/ü.py"],
    ['12 openat(AT_FDCWD</repo>, "/srv/secret", O_RDONLY) = -1 EACCES (Permission denied)', undefined],
    ["12 +++ exited with 0 +++", undefined],
  ])("%s", (line, wanted) => expect(only(line)).toEqual(wanted === undefined ? [] : [wanted]));

  test("calls of several threads that interrupt each other are put together", () => {
    const text =
      '7 openat(AT_FDCWD</repo>, "a", O_RDONLY <unfinished ...>\n8 openat(AT_FDCWD</repo>, "b", O_RDONLY <unfinished ...>\n7 <... openat resumed>) = 3\n8 <... openat resumed>) = -1 ENOENT (No such file or directory)\n';
    expect(only(text)).toEqual(["read /repo/a", "absent /repo/b"]);
  });

  test("whatever it is, is no exception", () => {
    const piece = fc.constantFrom(
      "12 ",
      "openat(",
      '"',
      "\\",
      "\\3",
      "AT_FDCWD<",
      ">",
      ") = ",
      "<unfinished ...>",
      "<... openat resumed>",
      "-1 ENOENT",
      "\n",
      "x",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string())), (parts) => {
        for (const { path } of parseTrace(parts.join(""), "/repo")) expect(path.startsWith("/")).toBe(true);
      }),
      { numRuns: 10_000 },
    );
  });
});
