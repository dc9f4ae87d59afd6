const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:";
const META = `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`;

/** The report's page under a policy that allows its own inline styles and nothing else. */
export function restrictReport(html: string): string {
  // The policy has to be the first thing that the parser meets; a page may lack a head or carry attributes on it.
  const head = /<head(?:\s[^>]*)?>/i.exec(html);
  if (head === null) return `<!doctype html><head>${META}</head>${html}`;
  const at = head.index + head[0].length;
  return `${html.slice(0, at)}${META}${html.slice(at)}`;
}
