import { SaxesParser } from "saxes";
import { MOST_PROBLEMS } from "../parsed-coverage.ts";

export type Attributes = Readonly<Record<string, string>>;

/** What a format does with the elements of its report, as they come by. */
export interface XmlHandler {
  open(name: string, attributes: Attributes): void;
  close(name: string): void;
  text?(words: string): void;
}

/** What the report is called in problems, and the element that all of it stands in. */
export interface XmlFormat {
  readonly name: string;
  readonly root: string;
}

/** Takes a complaint, to which the place in the report is added. */
export type Complain = (problem: string) => void;

/** How much of the text the reader is handed at a time, so that it never holds a second copy of all of it. */
const CHUNK_LENGTH = 1 << 16;

class BrokenXmlError extends Error {}

/**
 * Hands the elements of a report to `handler`, one by one. Never throws and never fetches anything: a DOCTYPE is passed over,
 * and entities that it declares are not known. Gives the problems, each with line, column and offset.
 */
export function readXml(format: XmlFormat, text: string, makeHandler: (complain: Complain) => XmlHandler): string[] {
  const parser = new SaxesParser();
  const problems: string[] = [];
  const complain = (problem: string) => {
    if (problems.length < MOST_PROBLEMS)
      problems.push(
        `${format.name}, line ${parser.line}, column ${parser.column + 1}, offset ${parser.position}: ${problem}`,
      );
  };
  const handler = makeHandler(complain);
  parser.on("error", ({ message }) => {
    // The parser puts its own "line:column: " before its words.
    complain(message.replace(/^\d+:\d+: /, ""));
    throw new BrokenXmlError();
  });
  let isFirst = true;
  parser.on("opentag", ({ name, attributes }) => {
    if (isFirst && name !== format.root) complain(`it begins with <${name.slice(0, 40)}>, not <${format.root}>`);
    isFirst = false;
    handler.open(name, attributes);
  });
  parser.on("closetag", ({ name }) => handler.close(name));
  const words = handler.text?.bind(handler);
  if (words !== undefined) parser.on("text", words);
  try {
    for (let at = 0; at < text.length; at += CHUNK_LENGTH) parser.write(text.slice(at, at + CHUNK_LENGTH));
    parser.close();
  } catch (error) {
    if (!(error instanceof BrokenXmlError)) throw error;
  }
  return problems;
}
