import type { RawData } from "ws";

/** The text of a ws message, in whichever of its forms the library hands it over. */
export function messageText(data: RawData): string {
  if (Buffer.isBuffer(data)) return data.toString("utf8");
  return (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)).toString("utf8");
}
