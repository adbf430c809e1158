// The browser of the tests: Debian's Chromium, cut off from everything.
//
// Every request that is not for a file of the test is aborted and counted, so
// that a page which fetches anything fails, with or without a network.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import axe from "axe-core";

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

/** Opens the browser with a profile of its own; close() removes it. */
export async function open() {
  const profile = mkdtempSync(join(tmpdir(), "yagura-e2e-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: ARGUMENTS,
    locale: "ja-JP",
  });
  return {
    context,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** A page of a file at a width; `left` holds every request that wanted to leave. */
export async function visit(context, url, width) {
  const page = await context.newPage();
  const left = [];
  await page.route("**/*", (route) => {
    if (route.request().url() === url) return route.continue();
    left.push(route.request().url());
    return route.abort();
  });
  await page.setViewportSize({ width, height: 800 });
  await page.goto(url, { waitUntil: "load" });
  return { page, left };
}

/** What axe finds wrong, one line a finding. */
export async function violations(page) {
  await page.evaluate(axe.source);
  const result = await page.evaluate(
    (tags) => globalThis.axe.run(document, { runOnly: { type: "tag", values: tags } }),
    TAGS,
  );
  const findings = result.violations.flatMap((v) =>
    v.nodes.map((n) => `${v.id}: ${n.target.join(" ")} ${n.failureSummary}`),
  );
  // Words in the very colour of their ground are "incomplete" to axe; to a reader they are gone.
  const unseen = result.incomplete
    .filter((v) => v.id === "color-contrast")
    .flatMap((v) => v.nodes.filter((n) => n.any.some((c) => c.data?.messageKey === "equalRatio")))
    .map((n) => `unseen: ${n.target.join(" ")}`);
  return [...findings, ...unseen];
}

/** How many pixels the page is wider than its window. */
export function overflow(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

/** Links and controls that are smaller than a finger. */
export function smallTargets(page, least) {
  return page.evaluate((least) => {
    const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")];
    return all
      .map((e) => ({ text: e.textContent.trim(), box: e.getBoundingClientRect() }))
      .filter(({ box }) => box.width < least || box.height < least)
      .map(({ text, box }) => `${text}: ${box.width} × ${box.height}`);
  }, least);
}
