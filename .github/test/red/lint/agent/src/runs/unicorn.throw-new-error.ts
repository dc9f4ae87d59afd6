export function stop(): never {
  throw Error("stopped");
}
