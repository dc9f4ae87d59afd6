/** The price in whole cents after a discount in percent, rounded in the buyer's favour. */
export function discounted(cents: number, percent: number): number {
  if (percent < 0 || percent > 100) {
    throw new RangeError("a discount is between 0 and 100 percent");
  }
  return Math.floor((cents * (100 - percent)) / 100);
}
