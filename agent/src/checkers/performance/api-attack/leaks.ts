/** What no answer may tell, by a name for people. */
const ANYWHERE: readonly (readonly [string, RegExp])[] = [
  [
    "a stack trace of JavaScript",
    /\n?\s+at (?:async )?[\w$.<>[\] ]{1,100} ?\((?:file:|node:|\/|[A-Z]:\\)[^)\n]{1,300}:\d+:\d+\)/,
  ],
  ["a stack trace of Python", /Traceback \(most recent call last\)/],
  ["a stack trace of Java", /\bat [\w$.]{3,200}\([\w$]{1,80}\.(?:java|kt|scala):\d+\)/],
  ["a stack trace of Go", /\bgoroutine \d+ \[[a-z ]+\]:/],
  ["a stack trace of PHP", /PHP (?:Fatal|Parse) error|\bStack trace:\s*#0/],
  ["a stack trace of .NET", /\bat [\w.]{3,200}\([^)\n]{0,200}\) in [^\n]{1,200}:line \d+/],
  [
    "an error of a database",
    /SQLSTATE\[|\bORA-\d{5}\b|SQLITE_(?:ERROR|CONSTRAINT)|sqlite3?\.(?:Operational|Integrity)Error|You have an error in your SQL syntax|unterminated quoted string at or near|near "[^"]{0,80}": syntax error|psycopg2?\.|\bPG::[A-Z]\w+Error/i,
  ],
  ["a file of the system", /\broot:[^:\n]{0,40}:0:0:/],
  ["a private key", /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/],
  [
    "a token of a service",
    /\b(?:ghp|gho|ghs|github_pat)_\w{20,}|\bxox[abprs]-[\w-]{10,}|\bAKIA[0-9A-Z]{16}\b|\bsk_live_\w{16,}/,
  ],
];

/** Refusals have no reason to name the program's own files; results may be about files. */
const IN_REFUSALS: readonly (readonly [string, RegExp])[] = [
  [
    "a path of the program",
    /(?:file:\/\/\/|\/|[A-Z]:\\)[\w.@ /\\-]{1,200}\.(?:m?[jt]s|py|rb|php|go|rs|java|cs|cc|cpp)\b(?::\d+)?|\/(?:node_modules|site-packages)\//,
  ],
];

/** Names what an answer tells although it may not; what was sent along is no leak when it comes back. */
export function leakIn(
  text: string,
  { isRefusal, sent }: { isRefusal: boolean; sent: readonly string[] },
): string | undefined {
  const own = withoutSent(text.slice(0, 200_000), sent);
  const patterns = isRefusal ? [...ANYWHERE, ...IN_REFUSALS] : ANYWHERE;
  return patterns.find(([, pattern]) => pattern.test(own))?.[0];
}

function withoutSent(text: string, sent: readonly string[]): string {
  let own = text;
  for (const each of sent) {
    if (each.length < 3) continue;
    own = own.replaceAll(each, "").replaceAll(JSON.stringify(each).slice(1, -1), "");
  }
  return own;
}
