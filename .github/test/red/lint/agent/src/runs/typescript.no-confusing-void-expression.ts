export function each(visit: () => void): void {
  return visit();
}
