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

/** A test with a page. `body` gets it, a function that opens others and whether scripts run; all are closed, and none may have
 * complained. */
export function scene(title, options, body) {
  test(title, { timeout: 240_000 }, async (t) => {
    const pages = [];
    const another = async (options) => {
      const page = await open(options);
      pages.push(page);
      return page;
    };
    try {
      await body(await another(options), { another, t, scripts: options.scripts !== false });
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

/** Another person each time, whom nothing can take for one of the others: neither number, nor name, nor year is close to
 * another's. The files run beside each other against one server, so each has a family name and a thousand numbers to itself. */
let drawn = 0;
const syllables = ["b", "ch", "d", "g", "h", "kh", "l", "m", "n", "nh", "ph", "r", "s", "t", "th", "tr", "v", "x"]
  .flatMap((onset) => ["ả", "ăn", "ệ", "ình", "ò", "ương", "ục", "iên"].map((rhyme) => onset + rhyme));
const capital = (word) => word[0].toUpperCase() + word.slice(1);
const files = readdirSync(`${root}tests/browser`).filter((name) => name.endsWith(".test.mjs")).sort();
const file = files.indexOf(basename(process.argv[1]));
assert.ok(file >= 0, "a file of tests is run by itself");
export function somebody() {
  const number = drawn++;
  const syllable = (at) => syllables[at % syllables.length];
  // After as many as there are syllables a given name has two, as no Vietnamese one has.
  const again = Math.floor(number / syllables.length);
  // Chosen by trying: no two people born in neighbouring years have given names that are close, and of no two born two years
  // apart, or in years of one last digit, are both parts of the name close.
  const [middle, given] = [syllable(number + Math.floor(number / 8) + 40), (again ? syllable(50 * again) : "") + syllable(25 * number)].map(capital);
  const year = String(1950 + ((17 * number) % 41));
  // Five digits that no other file of tests comes to, and two more, so that no two are but one digit apart.
  const digits = String(file * 1000 + number).padStart(5, "0");
  const more = String((file * 1000 + number) * 37 % 97).padStart(2, "0");
  return {
    name: `K${syllables[file]} ${middle} ${given}`,
    year,
    // A woman's, born then, so that nothing is doubtful.
    card: `0401${year.slice(2)}0${digits}`,
    // Those that come with `--demo` begin with 095.
    phone: `091${digits}${more}`,
  };
}

/** Registers somebody through the form, by an officer who found nobody before; gives their address and version. */
export async function registered(account, more = {}) {
  const person = somebody();
  const form = {
    "person.name": person.name, "person.sex": "female", "person.birth.year": person.year,
    "document.kind": "citizen-card", "document.number": person.card, "document.shown_as": "original",
    "contact.kind": "phone", "contact.value": person.phone, "contact.safe_to_call": "true",
    "address.province": "Nghệ An", "address.line": "Xóm 3", ...more,
  };
  return { ...person, path: await posted(account, "/people", form) };
}

/** Days from today in Viet Nam, as the three boxes of a date take it. */
export function inDays(days) {
  const at = new Date(Date.now() + 7 * 3_600_000 + days * 86_400_000);
  return [at.getUTCDate(), at.getUTCMonth() + 1, at.getUTCFullYear()].map(String);
}

/** Fills the three boxes of a date. */
export async function dated(page, id, [day, month, year]) {
  for (const [part, value] of [["", day], ["-month", month], ["-year", year]]) await page.locator(`#${id}${part}`).fill(value);
}

/** Takes somebody in who came back, through the form of a door; gives where that led: their case's slip, or their return. */
export async function received(account, more = {}) {
  const person = somebody();
  const [day, month, year] = inDays(0);
  const form = {
    "person.name": person.name, "person.sex": "female", "person.birth.year": person.year,
    "document.kind": "citizen-card", "document.number": person.card, "document.shown_as": "original",
    "contact.kind": "phone", "contact.value": person.phone, "contact.safe_to_call": "true",
    "address.province": "Nghệ An", "address.line": "Xóm 3",
    "return.standing": "returned", "return.previous_country": "Hàn Quốc", "return.left.month": "3", "return.left.year": "2021",
    "return.entered.day": day, "return.entered.month": month, "return.entered.year": year, "return.wants_help": "yes", ...more,
  };
  const path = await posted(account, "/intake", form);
  return { ...person, path, case: /^\/cases\/\w+/.exec(path)?.[0] };
}

/** Sends a form as the browser of this account would, and gives where that led. */
export async function posted(account, path, form = {}) {
  const client = await request.newContext({ baseURL: at, storageState: await session(account) });
  const answer = await client.post(path, { form: { submission: randomUUID(), ...form }, maxRedirects: 0 });
  assert.equal(answer.status(), 303, `${path}: ${await answer.text()}`);
  await client.dispose();
  return answer.headers().location;
}

/** A picture of one colour, as a telephone would name it: made here, so that no file lies about. */
export async function photograph(name = "trang 1.jpg", points = 60) {
  const page = await open();
  const url = await page.evaluate((points) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: points, height: points });
    const context = canvas.getContext("2d");
    const image = context.createImageData(points, points);
    // Noise, which no format makes small.
    for (let at = 0; at < image.data.length; at += 4) image.data.set([(at * 7919) % 251, (at * 104729) % 241, (at * 1299709) % 239, 255], at);
    context.putImageData(image, 0, 0);
    return canvas.toDataURL("image/jpeg", 1);
  }, points);
  await page.context().close();
  return { name, mimeType: "image/jpeg", buffer: Buffer.from(url.split(",")[1], "base64") };
}

/** A document of a case with one photograph, checked; gives its address. */
export async function attached(account, path, title = "Hợp đồng lao động") {
  const client = await request.newContext({ baseURL: at, storageState: await session(account) });
  const files = await photograph();
  const answer = await client.post(`${path}/attachments`, { multipart: { submission: randomUUID(), title, kind: "contract", files }, maxRedirects: 0 });
  assert.equal(answer.status(), 303, await answer.text());
  const { location } = answer.headers();
  while ((await (await client.get(location)).text()).includes("<img") === false);
  await client.dispose();
  return location;
}

/** A plan in force, as whoever holds the case makes it: one goal, one thing to do, the returnee's yes. */
export async function planned(account, path) {
  const page = await open({ as: account });
  const form = async (at) => {
    await page.goto(at);
    return page.locator("main form [name=version]").first().inputValue();
  };
  await posted(account, `${path}/plan`);
  await posted(account, `${path}/plan/goals`, { version: await form(`${path}/plan/goals/new`), "goal.text": "Có việc gần nhà", "goal.dimension": "economic" });
  await page.goto(`${path}/plan`);
  const add = await page.locator("main a[href$='/interventions/new']").getAttribute("href");
  const [day, month, year] = inDays(20);
  await posted(account, add.replace(/\/new$/, ""), {
    version: await form(add), "part.kind": "job-placement", "part.what": "Giới thiệu ba nơi tuyển", "part.responsible": "us",
    "part.due.day": day, "part.due.month": month, "part.due.year": year,
  });
  const [on, of, at] = inDays(0);
  const agreement = { "agreement.how": "by-phone", "agreement.on.day": on, "agreement.on.month": of, "agreement.on.year": at };
  await posted(account, `${path}/plan/agreement`, { version: await form(`${path}/plan`), ...agreement });
  await posted(account, `${path}/plan/beginning`, { version: await form(`${path}/plan`) });
  await page.context().close();
}

/** Offers a case to the office of this name, which the returnee chose; gives the offer's address. */
export async function offered(account, path, office, note = "") {
  const page = await open({ as: account });
  await page.goto(`${path}/hand-overs/new`);
  await page.getByLabel("Đơn vị được chọn").selectOption({ label: office });
  await page.getByLabel("Người lao động đã chọn đơn vị này").check();
  await page.getByLabel("Điều nơi nhận cần biết").fill(note);
  await send(page, "Gửi đề nghị");
  const offer = await page.locator("main a[href^='/hand-overs/']").getAttribute("href");
  await page.context().close();
  return offer;
}

/** Enough people who came back in a year for its table to be protected. */
export async function crowd(year) {
  const from = (country, sex) => received("counsellor.thanhhoa", {
    "person.sex": sex, "return.previous_country": country, "return.left.year": String(year - 4), "return.wants_help": "no",
    "return.entered.day": "5", "return.entered.month": "6", "return.entered.year": String(year),
  });
  for (const country of ["Hàn Quốc", "Nhật Bản"]) {
    for (let n = 0; n < 3; n++) await Promise.all(["male", "female", "male", "female"].map((sex) => from(country, sex)));
  }
}

/** Publishes table 16 of a year in which a crowd came back; gives the release's address. */
export async function released(year) {
  await crowd(year);
  const release = await posted("analyst.dolab", "/releases", { year: String(year), note: "Bản thử." });
  await posted("analyst.dolab", `${release}/protection`);
  await posted("publisher.dolab", `${release}/approval`);
  await posted("publisher.dolab", `${release}/publication`);
  return release;
}

/** Runs a command of the program beside the server. */
export async function trove(...words) {
  const { stdout } = await promisify(execFile)(process.env.TROVE, words, { env: process.env });
  return stdout.trim();
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What axe has to say against the page as it stands, a line each; by its rules for WCAG, or by those named, and not by `rules` that
 * are off. It is evaluated, since the policy of the pages lets no foreign script in. */
export async function violations(page, runOnly = WCAG, rules = {}) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe);
  // Preloading is for a rule that is none of these.
  const { violations } = await page.evaluate((options) => globalThis.axe.run(document, options), { runOnly, rules, resultTypes: ["violations"], preload: false });
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
}

/** Presses what sends the page's form, and waits for the answer. */
export const send = (page, name) => leave(page, page.getByRole("button", { name, exact: true }));

/** Clicks what leads to another page, and waits until that is whole: `waitForLoadState` may speak of the page that one leaves. */
export async function leave(page, by) {
  const [answer] = await Promise.all([page.waitForNavigation(), by.first().click()]);
  return answer;
}

export const heading = (page) => page.getByRole("heading", { level: 1 });

/** Nothing for axe to say; it needs scripts. */
export async function accessible(page) {
  if (await page.evaluate(() => document.body.classList.contains("js-enabled"))) assert.deepEqual(await violations(page), [], page.url());
}

/** Waits as an officer does: the page looks again by itself while something runs. */
export const rests = (page) => page.locator("html:not(:has(meta[http-equiv=refresh])) h1").waitFor({ timeout: 60_000 });
