/** Commands of a Redis that are used; a structural type, so that nothing of the client is loaded before it is needed. */
export interface RedisConnection {
  get(key: string): Promise<string | null>;
  set(key: string, value: string, ttlSeconds: number): Promise<void>;
  close(): Promise<void>;
}

/** Connects to a Redis. Rejects when it cannot be reached within `timeoutMs`; nothing is tried again. */
export async function connectRedis(url: string, timeoutMs: number): Promise<RedisConnection> {
  const { createClient } = await import("@redis/client");
  const client = createClient({ url, socket: { connectTimeout: timeoutMs, reconnectStrategy: false } });
  // Each command reports its own failure; without a listener the client would end the process.
  client.on("error", () => undefined);
  await client.connect();
  return {
    get: (key) => client.get(key),
    set: async (key, value, ttlSeconds) => {
      await client.set(key, value, { expiration: { type: "EX", value: ttlSeconds } });
    },
    close: async () => client.destroy(),
  };
}
