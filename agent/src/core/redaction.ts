/** What stands in the place of a secret. */
export const REDACTED = "[redacted]";

interface Pattern {
  /** A text without which the expression cannot match: looking for it is much faster than the expression. */
  readonly hint: string | RegExp;
  readonly secret: RegExp;
  readonly by: string;
}

/** Secrets that are known by their form. Each expression takes time in proportion to the text. */
const PATTERNS: readonly Pattern[] = [
  {
    hint: "PRIVATE KEY",
    // A message that was cut off has no end of the key any more.
    secret:
      /-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----[^]*?(?:-----END (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----|$)/g,
    by: REDACTED,
  },
  {
    // 64 hexadecimal digits are as often a hash, so only those that are called a key count.
    hint: /key|secret|mnemonic|seed/i,
    secret: /((?:key|secret|mnemonic|seed)["'`\]]{0,2}[ \t]{0,4}[:=(]?[ \t]{0,4}["'`]?)(?:0x)?[0-9a-f]{64}\b/gi,
    by: `$1${REDACTED}`,
  },
  {
    hint: /gh[pousr]_|github_pat_/,
    secret: /\b(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255})/g,
    by: REDACTED,
  },
  { hint: "glpat-", secret: /\bglpat-[\w-]{20,100}/g, by: REDACTED },
  { hint: "npm_", secret: /\bnpm_[A-Za-z0-9]{36}\b/g, by: REDACTED },
  { hint: /AKIA|ASIA/, secret: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g, by: REDACTED },
  { hint: "xox", secret: /\bxox[abeoprs]-[\w-]{10,255}/g, by: REDACTED },
  { hint: /sk[-_]/, secret: /\bsk(?:-|_live_|_test_)(?:[\w]{1,12}-){0,3}[A-Za-z0-9_]{20,255}/g, by: REDACTED },
  { hint: "AIza", secret: /\bAIza[\w-]{35}/g, by: REDACTED },
  { hint: "eyJ", secret: /\beyJ[\w-]{10,2000}\.eyJ[\w-]{10,4000}\.[\w-]{10,2000}/g, by: REDACTED },
  {
    hint: /bearer|basic/i,
    secret: /\b(authorization["']?[ \t]?[:=][ \t]?["']?(?:bearer|basic)[ \t])[\w.~+/=-]{8,4000}/gi,
    by: `$1${REDACTED}`,
  },
  // The password of an address.
  { hint: "://", secret: /(:\/\/[^\s:@/]{0,100}:)[^\s:@/]{1,200}(?=@)/g, by: `$1${REDACTED}` },
];

const SECRET_NAME =
  /TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|PRIVATE|MNEMONIC|(?:^|_)(?:API|ACCESS|ENCRYPTION|SIGNING|AUTH)_?KEY|(?:^|_)(?:KEY|PWD|PAT)$/i;
/** Names of where something lies, not of the thing itself. */
const PLACE_NAME = /(?:_(?:SOCK|PATH|FILE|DIR|ID|NAME|URI)|^PWD|^OLDPWD)$/i;
/** Shorter values stand in texts by chance. */
const SHORTEST = 8;

/** Values of variables whose names say that they are secret, longest first. */
export function secretValues(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const values = Object.entries(env).flatMap(([name, value = ""]) =>
    SECRET_NAME.test(name) && !PLACE_NAME.test(name) && value.trim().length >= SHORTEST && !/^\.{0,2}\//.test(value)
      ? [value.trim()]
      : [],
  );
  return [...new Set(values)].toSorted((a, b) => b.length - a.length);
}

/**
 * Gives a function that takes secrets out of texts: the values given, as they are and as JSON or a URL writes them, and
 * what has the form of a private key, a service's token or a password in an address.
 */
export function redactor(values: readonly string[]): (text: string) => string {
  const literal = [...new Set(values.flatMap((value) => [value, JSON.stringify(value).slice(1, -1), encoded(value)]))];
  return (text) => {
    let clean = text;
    for (const value of literal) if (clean.includes(value)) clean = clean.replaceAll(value, REDACTED);
    for (const { hint, secret, by } of PATTERNS) {
      const isPossible = typeof hint === "string" ? clean.includes(hint) : hint.test(clean);
      if (isPossible) clean = clean.replaceAll(secret, by);
    }
    return clean;
  };
}

function encoded(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}
