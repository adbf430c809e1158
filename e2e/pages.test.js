// Opens every printable page of the demo as people will: wide, on a phone of
// 360 pixels, and on A4. Pictures are left in out/ for a person to look at.
//
// A check that cannot fail proves nothing: known-bad.html breaks each of them.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { open, overflow, smallTargets, violations, visit } from "./browser.js";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(HERE);
const OUT = join(HERE, "out");
const PAGES = join(OUT, "pages");
const AS_OF = "2026-11-24";
const LEAST_TARGET = 44;
/** The five institutions of the tour: every kind of page. All 40 would take a quarter of an hour. */
const DEMO = ["clinic-cloud", "clinic-cdr", "dental", "pharmacy", "hospital"].map((n) => `${n}.facts`);

// The program that was named, or else the one that was built last.
const built = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);
const program = (process.env.YAGURA ? [process.env.YAGURA] : ["target/release/yagura", "target/debug/yagura"])
  .map((p) => join(ROOT, p))
  .filter(existsSync)
  .sort((a, b) => built(b) - built(a))[0];

function yagura(...words) {
  return execFileSync(program, words, { cwd: ROOT, encoding: "utf8", maxBuffer: 1 << 28 });
}

let browser;
before(async () => {
  assert.ok(program, "build yagura first: cargo build --package cli");
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(PAGES, { recursive: true });
  const files = DEMO.map((f) => join("demo", f));
  yagura("judge", ...files, "--on", AS_OF, "--full", "--format", "html", "--out", PAGES);
  browser = await open();
});
after(() => browser?.close());

/** The ways a page is looked at: name, width, whether on paper. */
const WAYS = [
  ["wide", 1280, false],
  ["phone", 360, false],
  // 180 mm of A4 between the margins, at 96 pixels an inch.
  ["paper", 680, true],
];

/** Pages that are looked at in every way: each institution and the item with
 * the most to say. The others have the same parts; the phone is the narrowest. */
const CHOSEN = /^\d+(-7\.0-operations-14-05)?\.html$/;

async function look(file, way, width, paper) {
  const { page, left } = await visit(browser.context, pathToFileURL(join(PAGES, file)).href, width);
  try {
    if (paper) await page.emulateMedia({ media: "print" });
    const where = `${file} ${way}`;
    assert.deepEqual(await violations(page), [], where);
    assert.ok((await overflow(page)) <= 0, `${where}: wider than its window by ${await overflow(page)} px`);
    if (!paper) assert.deepEqual(await smallTargets(page, LEAST_TARGET), [], where);
    if (CHOSEN.test(file)) {
      await page.screenshot({ path: join(OUT, `${file.replace(/\.html$/, "")}-${way}.png`), fullPage: true });
    }
    if (paper) onA4(await page.pdf({ preferCSSPageSize: true }), where);
    assert.deepEqual(left, [], `${where}: asked for something outside`);
  } finally {
    await page.close();
  }
}

/** Every sheet of the document is A4. */
function onA4(pdf, where) {
  const text = pdf.toString("latin1");
  const sheets = text.match(/\/Type\s*\/Page\b(?!s)/g) ?? [];
  const boxes = [...text.matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/g)];
  assert.ok(sheets.length > 0 && boxes.length > 0, `${where}: no sheet`);
  for (const [, width, height] of boxes) {
    assert.ok(Math.abs(width - 595.3) < 1 && Math.abs(height - 841.9) < 1, `${where}: ${width} × ${height}`);
  }
}

test("every page, wide, on a phone and on paper", async () => {
  const files = readdirSync(PAGES).sort();
  assert.equal(files.filter((f) => /^\d+\.html$/.test(f)).length, DEMO.length);
  assert.ok(files.length > DEMO.length * 5);
  let looks = 0;
  for (const file of files) {
    for (const way of WAYS.filter(([name]) => name === "phone" || CHOSEN.test(file))) {
      await look(file, ...way);
      looks += 1;
    }
  }
  console.log(`${files.length} pages, looked at ${looks} times`);
});

test("a link leads to the page of the item and back", async () => {
  const start = pathToFileURL(join(PAGES, "9910000018.html")).href;
  const page = await browser.context.newPage();
  await page.goto(start);
  await page.click("table.items tbody a");
  assert.match(page.url(), /9910000018-7\.0-.*\.html$/);
  await page.click(".back a");
  assert.equal(page.url(), start);
  await page.close();
});

test("the number can be computed again from the JSON, without this program", () => {
  const sorted = (value) =>
    Array.isArray(value)
      ? value.map(sorted)
      : value && typeof value === "object"
        ? Object.fromEntries(Object.keys(value).sort().map((k) => [k, sorted(value[k])]))
        : value;
  const number = (json) => createHash("sha256").update(JSON.stringify(sorted(JSON.parse(json)[0]))).digest("hex");
  for (const more of [[], ["--explain", "運14⑤"]]) {
    const words = ["judge", "demo/clinic-cloud.facts", "--on", AS_OF, ...more, "--format"];
    assert.ok(yagura(...words, "html").includes(`照合番号の全文 ${number(yagura(...words, "json"))}<`), `${more}`);
  }
});

test("each check fails on a page that is bad", async () => {
  const { page, left } = await visit(browser.context, pathToFileURL(join(HERE, "known-bad.html")).href, 360);
  const found = (await violations(page)).join("\n");
  for (const rule of ["color-contrast", "image-alt", "html-has-lang", "document-title", "button-name", "unseen"]) {
    assert.match(found, new RegExp(`^${rule}: `, "m"));
  }
  assert.ok((await overflow(page)) > 0);
  assert.ok((await smallTargets(page, LEAST_TARGET)).length >= 2);
  assert.deepEqual(left, ["https://example.invalid/picture.png"]);
  const pdf = await page.pdf({ format: "A5" });
  assert.throws(() => onA4(pdf, "A5"), /×/);
  assert.throws(() => onA4(Buffer.from("%PDF"), "empty"), /no sheet/);
  await page.close();
});

test("the pages that people open are there to look at", () => {
  for (const way of ["wide", "phone", "paper"]) {
    assert.ok(readFileSync(join(OUT, `9910000018-${way}.png`)).length > 10_000);
  }
});
