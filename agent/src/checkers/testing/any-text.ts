import fc from "fast-check";

const SURROGATES = { from: 0xd800, count: 0x800 };
const LAST_CODE_POINT = 0x10ffff;

/**
 * Texts of any code points but halves of pairs: what fast-check's unit `binary` gives, without the table of a million
 * entries that it makes first, which takes every test file most of a second.
 */
export function anyText(limits: { readonly maxLength?: number } = {}): fc.Arbitrary<string> {
  const unit = fc
    .nat(LAST_CODE_POINT - SURROGATES.count)
    .map((index) => String.fromCodePoint(index < SURROGATES.from ? index : index + SURROGATES.count));
  return fc.string({ unit, ...limits });
}
