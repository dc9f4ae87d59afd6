import { expect, test } from "vitest";
import { toolEnvironment } from "./tool-environment.ts";

const own = {
  PATH: "/usr/bin",
  HOME: "/home/me",
  LC_ALL: "C",
  XDG_CACHE_HOME: "/cache",
  HTTPS_PROXY: "http://proxy",
  AWS_SECRET_ACCESS_KEY: "secret",
  GITHUB_TOKEN: "secret",
  npm_config__authToken: "secret",
  ANTHROPIC_API_KEY: "secret",
  GIT_DIR: "/elsewhere",
  LD_PRELOAD: "/evil.so",
  PG_URL: "postgres://me@localhost/x",
  UNSET: undefined,
};

test("tools see what they need to run, and no secret", () => {
  const env = toolEnvironment(own, { root: "/repo", names: [] });
  expect(env).toEqual({
    PATH: "/repo/node_modules/.bin:/usr/bin",
    HOME: "/home/me",
    LC_ALL: "C",
    XDG_CACHE_HOME: "/cache",
    HTTPS_PROXY: "http://proxy",
    NO_COLOR: "1",
    FORCE_COLOR: "0",
  });
});

test("a check may name more, and what it names need not be set", () => {
  const env = toolEnvironment(own, { root: "/repo", names: ["PG_URL", "UNSET", "NOWHERE"] });
  expect(env["PG_URL"]).toBe(own.PG_URL);
  expect(Object.keys(env)).not.toContain("UNSET");
  expect(Object.keys(env)).not.toContain("NOWHERE");
});
