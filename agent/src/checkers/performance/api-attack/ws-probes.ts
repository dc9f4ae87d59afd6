import { objectOf } from "./json-form.ts";
import { MARK } from "./hostile-values.ts";
import { cut } from "./weakness.ts";
import { hurts, isRpcError, isRpcResult } from "./ws-judge.ts";
import { goodMessage, type WsSession } from "./ws-session.ts";
import { type Exchange, isMessage, type WsConnection } from "./ws-target.ts";

const FOREIGN = "https://attacker.example";
const WRONG = "Bearer tg8f3a-wrong";

/** Who may connect: nobody without good credentials, and no page of another origin. */
export async function probeUpgrade(attack: WsSession): Promise<void> {
  const { headers, credentials, url } = attack.options;
  if (attack.api.isProtected || credentials.length > 0) {
    const names = credentials.length > 0 ? credentials : ["authorization"];
    const bare = Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
    const wrong = { ...bare, ...Object.fromEntries(names.map((name) => [name, WRONG])) };
    for (const [tried, how] of [
      [bare, "without credentials"],
      [wrong, "with wrong credentials"],
    ] as const)
      if (await opens(attack, tried))
        attack.reportServer("missing-authentication", how, `connect to ${url.href} ${how}`);
  }
  if (await opens(attack, { ...headers, origin: FOREIGN }))
    attack.reportServer("foreign-origin", "the upgrade is accepted", `connect to ${url.href} with Origin: ${FOREIGN}`);
}

/** Whether a connection can be used: some servers accept everybody and close at once. */
async function opens(attack: WsSession, headers: Readonly<Record<string, string>>): Promise<boolean> {
  const connection = await attack.connect(headers);
  if (typeof connection === "number") return false;
  const exchange = await connection.exchange(JSON.stringify(attack.handshake?.handshake ?? {}));
  connection.close();
  return exchange.end === "open" && !exchange.messages.filter(isMessage).every(isRefusal);
}

/** Nothing is answered before the message that has to come first. */
export async function probeFirst(attack: WsSession): Promise<void> {
  if (attack.handshake === undefined) return;
  for (const operation of attack.api.operations.filter(({ handshake }) => handshake === undefined)) {
    const connection = await attack.connect();
    if (typeof connection === "number") return;
    const message = goodMessage(operation, attack.api, attack.options.seed);
    const exchange = await connection.exchange(JSON.stringify(message));
    connection.close();
    const answer = exchange.messages.find((each) => isMessage(each) && !isRefusal(each));
    if (answer === undefined) continue;
    const words = `before the first message it answers ${cut(JSON.stringify(answer), 150)}`;
    attack.report(operation, { rule: "missing-authentication", words }, JSON.stringify(message));
  }
}

function isRefusal(message: unknown): boolean {
  return isRpcError(message) || (typeof message === "object" && message !== null && "error" in message);
}

interface Envelope {
  readonly name: string;
  readonly data: string | Buffer;
  /** For what is shown of a message that is too long or not text. */
  readonly shown?: string;
}

const DEEP = 100_000;

/** Messages that no server should take for one of its own. */
function envelopes({ api, options, handshake }: WsSession): readonly Envelope[] {
  const operation = api.operations.find((each) => each !== handshake) ?? api.operations[0];
  const good = operation === undefined ? {} : goodMessage(operation, api, options.seed);
  const text = JSON.stringify(good);
  const isRpc = operation?.method !== undefined;
  const rpc = (method: unknown, id: unknown = 7) => JSON.stringify({ jsonrpc: "2.0", id, method, params: {} });
  return [
    { name: "half a JSON", data: '{"jsonrpc":' },
    { name: "an empty text", data: "" },
    { name: "NUL", data: "\0" },
    { name: "null", data: "null" },
    { name: "a number", data: "1" },
    { name: "an empty batch", data: "[]" },
    { name: "a batch", data: `[${text},${text}]` },
    { name: "deep nesting", data: "[".repeat(DEEP) + "]".repeat(DEEP), shown: `[[[…]]], ${DEEP} deep` },
    { name: "a binary frame", data: Buffer.from([0, 255, 254, 1]), shown: "a binary frame 00 ff fe 01" },
    { name: "binary JSON", data: Buffer.from(text), shown: `a binary frame with ${text}` },
    ...(isRpc
      ? [
          ...["__proto__", "constructor", "toString", MARK, "rpc.discover", ""].map((method) => ({
            name: `the method ${method || "without a name"}`,
            data: rpc(method),
          })),
          { name: "a method that is no text", data: rpc({ toString: 1 }) },
          { name: "an id that is no id", data: rpc(operation?.method, { a: [] }) },
          { name: "another version", data: text.replace('"2.0"', '"1.0"') },
          { name: "no version", data: JSON.stringify({ id: 7, method: operation?.method }) },
        ]
      : []),
  ];
}

/** Broken and strange envelopes, each on a connection of its own, then one message that is far too large. */
export async function probeEnvelopes(attack: WsSession): Promise<void> {
  for (const { name, data, shown = String(data) } of envelopes(attack)) {
    const exchange = await exchangeFresh(attack, data);
    if (exchange === undefined) break;
    judgeEnvelope(attack, exchange, { name, shown, sent: [String(data)] });
    if (await attack.isUp()) continue;
    attack.reportServer("server-down", name, shown);
    return;
  }
  await probeTwice(attack);
  await probeSize(attack);
}

async function exchangeFresh(attack: WsSession, data: string | Buffer): Promise<Exchange | undefined> {
  const connection = await attack.greeted();
  const exchange = await connection?.exchange(data);
  connection?.close();
  return exchange;
}

function judgeEnvelope(
  attack: WsSession,
  exchange: Exchange,
  { name, shown, sent }: { name: string; shown: string; sent: readonly string[] },
): void {
  const [problem] = hurts(exchange, sent);
  if (problem !== undefined) attack.reportServer(problem.rule, `${name}: ${problem.words}`, shown);
  // A batch may be answered with a list, and then each part of it counts.
  const taken = exchange.messages.flat().find(isRpcResult);
  if (taken === undefined || name === "a batch") return;
  attack.reportServer("malformed-accepted", `${name} is answered with ${cut(JSON.stringify(taken), 150)}`, shown);
}

/** Two requests of one id: both are answered or refused, and the server lives. */
async function probeTwice(attack: WsSession): Promise<void> {
  const operation = attack.api.operations.find(
    ({ method, handshake }) => method !== undefined && handshake === undefined,
  );
  const connection = operation === undefined ? undefined : await attack.greeted();
  if (operation === undefined || connection === undefined) return;
  const text = JSON.stringify({ ...objectOf(goodMessage(operation, attack.api, attack.options.seed)), id: 7 });
  const first = connection.exchange(text);
  await first;
  const second = await connection.exchange(text);
  connection.close();
  const [problem] = hurts(second, [text]);
  if (problem !== undefined)
    attack.report(operation, { ...problem, words: `twice with one id: ${problem.words}` }, text);
}

/** More than any message has to be: refused, or the connection closed. */
async function probeSize(attack: WsSession): Promise<void> {
  const connection: WsConnection | undefined = await attack.greeted();
  if (connection === undefined) return;
  const { oversizeBytes } = attack.options;
  const operation = attack.api.operations.find(({ handshake }) => handshake === undefined) ?? attack.api.operations[0];
  const good = operation === undefined ? {} : goodMessage(operation, attack.api, attack.options.seed);
  // Blanks between the parts leave the message the same.
  const exchange = await connection.exchange(`${" ".repeat(oversizeBytes)}${JSON.stringify(good)}`);
  connection.close();
  const isRefused = exchange.end === "closed" || exchange.messages.some(isRefusal);
  const shown = `(${oversizeBytes} blanks)${JSON.stringify(good)}`;
  if (!isRefused) attack.reportServer("oversized-accepted", `a message of ${oversizeBytes} bytes is taken`, shown);
  if (!(await attack.isUp())) attack.reportServer("server-down", "a message that is too large", shown);
}
