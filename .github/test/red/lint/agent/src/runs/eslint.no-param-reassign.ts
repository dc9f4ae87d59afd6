export function next(id: number): number {
  id += 1;
  return id;
}
