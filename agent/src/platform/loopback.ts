import { lookup, type LookupAddress, type LookupOptions } from "node:dns";

/** Whether an address leads to this machine. Names other than `localhost` do not count: they can change. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

type Answer = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

/** Name resolution that only ever gives addresses of loopback, for a machine whose `localhost` is somewhere else. */
export function lookupLoopback(hostname: string, options: LookupOptions, answer: Answer): void {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    const own = found?.filter(({ address }) => address === "::1" || address.startsWith("127.")) ?? [];
    const [first] = own;
    if (error !== null || first === undefined)
      answer(error ?? Object.assign(new Error(`${hostname} is not loopback`), { code: "ENOTFOUND" }), "", 0);
    else if (options.all === true) answer(null, own);
    else answer(null, first.address, first.family);
  });
}
