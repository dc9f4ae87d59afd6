// Lets the tests, which run in the extension host, see and use the window they run in: a loopback endpoint in front of
// the page. Only a caller that knows the token is served.
import { randomBytes, timingSafeEqual } from "node:crypto";
import { mkdirSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

const WAIT_MS = 30_000;

/** What a test may ask for. Each waits for what it names and fails when it does not come. */
const actions = {
  screenshot: async (page, { name }, folder) => {
    if (!/^[a-z0-9-]+$/.test(name)) throw new Error(`no file name: ${name}`);
    mkdirSync(folder, { recursive: true });
    // Animated widgets and a blinking cursor would make two pictures of one state differ.
    await page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled", caret: "hide" });
    return join(folder, `${name}.png`);
  },
  texts: async (page, { selector }) => page.locator(selector).allInnerTexts(),
  labels: async (page, { selector }) =>
    page
      .locator(selector)
      .evaluateAll((elements) => elements.map((element) => element.getAttribute("aria-label") ?? "")),
  backgrounds: async (page, { selector }) =>
    page
      .locator(selector)
      .evaluateAll((elements) => elements.map((element) => getComputedStyle(element).backgroundImage)),
  count: async (page, { selector }) => page.locator(selector).count(),
  click: async (page, { selector, button = "left" }) =>
    page.locator(selector).first().click({ timeout: WAIT_MS, button }),
  hover: async (page, { selector }) => page.locator(selector).first().hover({ timeout: WAIT_MS }),
  press: async (page, { keys }) => page.keyboard.press(keys),
  type: async (page, { text }) => page.keyboard.type(text),
  waitFor: async (page, { selector, state = "visible" }) =>
    page.locator(selector).first().waitFor({ state, timeout: WAIT_MS }),
  resize: async (page, { width, height }) => page.setViewportSize({ width, height }),
};

/** Starts the endpoint; `env` is what the tests need to find it. */
export async function controlPage(page, folder) {
  const token = randomBytes(24).toString("hex");
  const server = createServer((request, response) => {
    void answer(request, { page, folder, token }).then(({ status, body }) => {
      response.statusCode = status;
      response.end(JSON.stringify(body));
    });
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const url = `http://127.0.0.1:${server.address().port}`;
  return { env: { TRIGATE_PAGE_URL: url, TRIGATE_PAGE_TOKEN: token }, close: () => server.close() };
}

async function answer(request, { page, folder, token }) {
  if (!knows(token, request.headers.authorization)) return { status: 403, body: { error: "wrong token" } };
  try {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { action, ...options } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    if (!Object.hasOwn(actions, action)) return { status: 400, body: { error: `no action ${action}` } };
    return { status: 200, body: { value: (await actions[action](page, options, folder)) ?? null } };
  } catch (error) {
    return { status: 500, body: { error: String(error) } };
  }
}

function knows(token, authorization = "") {
  const given = Buffer.from(authorization);
  const expected = Buffer.from(`Bearer ${token}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
