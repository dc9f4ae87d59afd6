import { SaxesParser } from "saxes";
import { plainText } from "./plain-text.ts";

export type XmlAttributes = Readonly<Record<string, string>>;

/** What a reader does with the elements of a report, as they come by. */
export interface XmlHandler {
  open(name: string, attributes: XmlAttributes): void;
  /** Text and CDATA, in as many pieces as the parser makes of them. */
  words?(words: string): void;
  close(name: string): void;
}

/**
 * Hands the elements of XML that a tool wrote to `handler`. Characters that XML forbids are replaced, and blanks before the
 * declaration passed over: tools print both. What is wrong with a text that is no complete XML comes back; all that stood
 * before that place has been handed over.
 */
export function readXml(text: string, handler: XmlHandler): string | undefined {
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => handler.open(name, attributes));
  parser.on("text", (words) => handler.words?.(words));
  parser.on("cdata", (words) => handler.words?.(words));
  parser.on("closetag", ({ name }) => handler.close(name));
  try {
    parser.write(withoutForbiddenCharacters(text.replace(/^\ufeff?\s+(?=<\?xml)/, ""))).close();
  } catch (error) {
    return plainText(error instanceof Error ? error.message : String(error));
  }
  return undefined;
}

/** Some writers leave control characters in the output they quote, plain or escaped; no XML parser may accept them. */
function withoutForbiddenCharacters(text: string): string {
  return text
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replaceAll(
      /&#(?:x0*([0-9a-f]{1,6})|0*([0-9]{1,7}));/gi,
      (reference: string, hex: string | undefined, decimal: string | undefined) => {
        const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
        return isXmlCharacter(code) ? reference : "\ufffd";
      },
    );
}

function isXmlCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  const isNoncharacter = (code & 0xfffe) === 0xfffe;
  return code <= 0x10ffff && !isSurrogate && !isNoncharacter;
}

/** The number of a line or a column, from 1; 0 where none is written. */
export function placeNumber(written: string | undefined): number {
  const number = Number(written ?? "0");
  return Number.isSafeInteger(number) && number > 0 ? number : 0;
}
