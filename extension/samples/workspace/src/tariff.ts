/** A parcel on the counter's scale. */
export interface Parcel {
  readonly weightGrams: number;
  readonly destination: "inland" | "europe" | "world";
  readonly express?: boolean;
}

const BASE_CENTS = { inland: 499, europe: 1299, world: 2199 } as const;
const STEP_GRAMS = 500;
const STEP_CENTS = 75;

/** Price in cents. Each started 500 g above the first costs a step; express doubles the whole. */
export function priceCents(parcel: Parcel): number {
  if (parcel.weightGrams <= 0) {
    throw new RangeError(`a parcel weighs more than nothing, not ${parcel.weightGrams} g`);
  }
  const steps = Math.max(0, Math.ceil(parcel.weightGrams / STEP_GRAMS) - 1);
  const cents = BASE_CENTS[parcel.destination] + steps * STEP_CENTS;
  return parcel.express ? cents * 2 : cents;
}

/** The cheapest day of the week to send, when the shop runs its quiet-day discount. */
export function discountPercent(weekday: string): number {
  switch (weekday) {
    case "tuesday":
      return 10;
    case "wednesday":
      return 5;
    default:
      return 0;
  }
}
