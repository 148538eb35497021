// What the browser tests share. They speak Vietnamese unless they say otherwise, and find what they use as people do:
// by label and role.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chromium, request } from "playwright-core";

/** Where the server is; see serve.mjs. */
export const at = process.env.TESTED;
assert.ok(at, "start these tests with tests/browser/run");

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const PASSWORD = "duong-ve-nha-minh";
export const email = (account) => `${account}@demo.trove.example`;
export const WIDE = { width: 1280, height: 900 };
export const PHONE = { width: 360, height: 740 };

let launched;
export function browser() {
  // Chromium's sandbox refuses to hold root.
  launched ??= chromium.launch({ executablePath: process.env.CHROME, args: process.getuid() === 0 ? ["--no-sandbox"] : [] });
  return launched;
}
after(async () => (await launched)?.close());

const sessions = new Map();

/** The cookies of an account that signed in, once for all tests of a file. */
export function session(account, password = PASSWORD) {
  if (!sessions.has(account)) {
    sessions.set(account, (async () => {
      const client = await request.newContext({ baseURL: at });
      const form = { submission: randomUUID(), back: "/", email: account.includes("@") ? account : email(account), password };
      const answer = await client.post("/sign-in", { form, maxRedirects: 0 });
      assert.equal(answer.status(), 303, `${account} cannot sign in`);
      const state = await client.storageState();
      await client.dispose();
      return state;
    })());
  }
  return sessions.get(account);
}

/** A page of its own browser context. `page.complaints` collects what the browser finds wrong on the way. */
export async function open({ as, scripts = true, language = "vi", viewport = WIDE, ...more } = {}) {
  const context = await (await browser()).newContext({
    baseURL: at,
    storageState: as && (await session(as)),
    javaScriptEnabled: scripts,
    locale: "vi-VN",
    timezoneId: "Asia/Ho_Chi_Minh",
    viewport,
    ...more,
  });
  context.setDefaultTimeout(15_000);
  if (language !== "vi") await context.addCookies([{ name: "language", value: language, url: at }]);
  const page = await context.newPage();
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(`error: ${error.message}`));
  page.on("console", (message) => {
    // A page that says what was wrong comes with 422; `response` below tells it from a file that is missing.
    if (["error", "warning"].includes(message.type()) && !message.text().startsWith("Failed to load resource")) {
      page.complaints.push(`${message.type()}: ${message.text()}`);
    }
  });
  page.on("response", (response) => {
    if (response.status() >= 400 && !response.request().isNavigationRequest()) page.complaints.push(`${response.status()}: ${response.url()}`);
  });
  return page;
}

/** A test with a page. `body` gets it and a function that opens others; all are closed, and none may have complained. */
export function scene(title, options, body) {
  test(title, { timeout: 120_000 }, async (t) => {
    const pages = [];
    const another = async (options) => {
      const page = await open(options);
      pages.push(page);
      return page;
    };
    try {
      await body(await another(options), { another, t });
      for (const page of pages) assert.deepEqual(page.complaints, []);
    } catch (error) {
      await pages[0]?.screenshot({ path: picture(`failed ${title}`) }).catch(() => {});
      throw error;
    } finally {
      for (const page of pages) await page.context().close();
    }
  });
}

/** The same scene with scripts and without. */
export function both(title, options, body) {
  scene(`${title} (with scripts)`, { ...options, scripts: true }, body);
  scene(`${title} (without scripts)`, { ...options, scripts: false }, body);
}

/** Where a picture goes. */
export function picture(name, type = "png") {
  mkdirSync(`${root}target/screenshots`, { recursive: true });
  return `${root}target/screenshots/${name.replaceAll(/[^\p{L}\p{N}]+/gu, "-")}.${type}`;
}

/** Another person each time, whom nothing can take for one of the others: neither number, nor first and last name with the
 * year. The files run beside each other against one server, so each has a family name and a thousand numbers to itself. */
let drawn = 0;
const syllables = ["b", "ch", "d", "g", "h", "kh", "l", "m", "n", "nh", "ph", "r", "s", "t", "th", "tr", "v", "x"]
  .flatMap((onset) => ["ả", "ăn", "ệ", "ình", "ò", "ương", "ục", "iên"].map((rhyme) => onset + rhyme));
const files = readdirSync(`${root}tests/browser`).filter((name) => name.endsWith(".test.mjs")).sort();
const file = files.indexOf(basename(process.argv[1]));
assert.ok(file >= 0, "a file of tests is run by itself");
export function somebody() {
  const number = drawn++;
  const given = syllables[Math.floor(number / 40)];
  const year = String(1950 + (number % 40));
  // Six digits that no other file of tests comes to.
  const digits = String(file * 1000 + number).padStart(6, "0");
  return {
    name: `K${syllables[file]} Thị ${given[0].toUpperCase()}${given.slice(1)}`,
    year,
    // A woman's, born then, so that nothing is doubtful.
    card: `0401${year.slice(2)}${digits}`,
    // Those that come with `--demo` begin with 095.
    phone: `0912${digits}`,
  };
}

/** Registers somebody through the form, by an officer who found nobody before; gives their address and version. */
export async function registered(account, more = {}) {
  const person = somebody();
  const client = await request.newContext({ baseURL: at, storageState: await session(account) });
  const form = {
    submission: randomUUID(), "person.name": person.name, "person.sex": "female", "person.birth.year": person.year,
    "document.kind": "citizen-card", "document.number": person.card, "document.shown_as": "original",
    "contact.kind": "phone", "contact.value": person.phone, "contact.safe_to_call": "true",
    "address.province": "Nghệ An", "address.line": "Xóm 3", ...more,
  };
  const answer = await client.post("/people", { form, maxRedirects: 0 });
  const path = answer.headers().location;
  assert.equal(answer.status(), 303, await answer.text());
  await client.dispose();
  return { ...person, path };
}

/** Runs a command of the program beside the server. */
export async function trove(...words) {
  const { stdout } = await promisify(execFile)(process.env.TROVE, words, { env: process.env });
  return stdout.trim();
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What axe has to say against the page as it stands, a line each; by its rules for WCAG, or by those named. It is evaluated,
 * since the policy of the pages lets no foreign script in. */
export async function violations(page, runOnly = WCAG) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe);
  // Preloading is for a rule that is none of these.
  const { violations } = await page.evaluate((options) => globalThis.axe.run(document, options), { runOnly, resultTypes: ["violations"], preload: false });
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
}

/** Presses what sends the page's form, and waits for the answer. */
export async function send(page, name) {
  const answer = page.waitForNavigation();
  await page.getByRole("button", { name, exact: true }).first().click();
  return answer;
}

export const heading = (page) => page.getByRole("heading", { level: 1 });
