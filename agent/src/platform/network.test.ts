import { createServer, type Server } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { useNetworkOf } from "./network.ts";

const open: { close: () => void }[] = [];
let undo = () => undefined as void;
let asked: string[] = [];
let proxy = "";

async function listen(server: Server): Promise<string> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return `http://127.0.0.1:${address.port}`;
}

beforeEach(async () => {
  asked = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.end("by the proxy");
  });
  server.on("connect", (request, socket) => {
    asked.push(request.url ?? "");
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  proxy = await listen(server);
});
afterEach(() => {
  undo();
  for (const server of open.splice(0)) server.close();
});

const silent = (message: string): never => {
  throw new Error(message);
};
const get = async (url: string) =>
  fetch(url).then(
    (response) => response.text(),
    () => "failed",
  );

test("requests go through the proxy that the environment names", async () => {
  undo = useNetworkOf({ HTTP_PROXY: proxy, HTTPS_PROXY: proxy }, silent);
  await get("http://osv.invalid/a");
  await get("https://osv.invalid/b");
  expect(asked).toHaveLength(2);
  expect(asked.every((url) => url.includes("osv.invalid"))).toBe(true);
});

test("this machine, and what NO_PROXY names, is asked directly", async () => {
  const direct = await listen(createServer((_request, response) => response.end("directly")));
  undo = useNetworkOf({ HTTP_PROXY: proxy, NO_PROXY: "osv.invalid" }, silent);
  expect(await get(direct)).toBe("directly");
  expect(await get("http://osv.invalid/")).toBe("failed");
  expect(asked).toEqual([]);
});

test("nothing is named, nothing changes; and it is undone", async () => {
  undo = useNetworkOf({}, silent);
  const other = useNetworkOf({ HTTP_PROXY: proxy }, silent);
  other();
  expect(await get("http://osv.invalid/")).toBe("failed");
  expect(asked).toEqual([]);
});

test("a file of authorities that is not there is said", () => {
  const said: string[] = [];
  undo = useNetworkOf({ SSL_CERT_FILE: "/no/such.pem" }, (message) => void said.push(message));
  expect(said).toEqual([expect.stringContaining("/no/such.pem")]);
});
