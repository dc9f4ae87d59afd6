import { expect, test } from "vitest";
import { restrictReport } from "./report-page.ts";

test.each([
  { name: "a head", html: "<html><head><title>t</title>" },
  { name: "a head with attributes", html: '<html><HEAD lang="en"><title>t</title>' },
  { name: "no head", html: "<title>t</title>" },
])("the policy stands before everything else in a page with $name", ({ html }) => {
  const page = restrictReport(html);
  expect(page).toMatch(/<head[^>]*><meta http-equiv="Content-Security-Policy" content="default-src 'none';/i);
  expect(page.indexOf("Content-Security-Policy")).toBeLessThan(page.indexOf("<title>"));
});

test("a word that only starts like a head is none", () => {
  expect(restrictReport("<header>x</header>")).toMatch(/^<!doctype html><head><meta/);
});
