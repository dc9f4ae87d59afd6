export function stop(): never {
  throw "stopped";
}
