import { type Parcel, priceCents } from "./tariff.ts";

/** The lines printed on a label, from top to bottom. */
export function labelLines(parcel: Parcel, name: string): string[] {
  let price = (priceCents(parcel) / 100).toFixed(2);
  const lines = [name.trim(), parcel.destination.toUpperCase(), `EUR ${price}`];
  return parcel.express ? ["EXPRESS", ...lines] : lines;
}
