// What the pages may weigh, and how they behave where they are not looked at every day: slow networks, high contrast, paper.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { Keys } from "./keys.mjs";
import { PHONE, picture, registered, root, scene } from "./support.mjs";

/** Goes to a page and says what came over the wire: bytes and requests, all and by kind. */
async function weigh(page, path) {
  const wire = await page.context().newCDPSession(page);
  await wire.send("Network.enable");
  const kinds = new Map();
  const came = { bytes: 0, requests: 0, Document: 0, Stylesheet: 0, Script: 0, Font: 0, Image: 0, Other: 0 };
  wire.on("Network.responseReceived", ({ requestId, type }) => kinds.set(requestId, type));
  wire.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (encodedDataLength === 0) return;
    came.bytes += encodedDataLength;
    came.requests += 1;
    came[kinds.get(requestId)] = (came[kinds.get(requestId)] ?? 0) + encodedDataLength;
  });
  await page.goto(path, { waitUntil: "networkidle" });
  await page.evaluate(() => document.fonts.ready);
  await wire.detach();
  return came;
}

const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

scene("pages are light: at most 100 kB and 10 requests cold, 15 kB warm", {}, async (page, { another, t }) => {
  const { path } = await registered("desk.noibai");
  for (const [address, as, html] of [["/sign-in", undefined, 4_000], ["/people", "desk.noibai", 12_000], [path, "desk.noibai", 8_000], ["/people/new", "desk.noibai", 12_000]]) {
    const fresh = await another({ as });
    const cold = await weigh(fresh, address);
    const warm = await weigh(fresh, address);
    const what = address === path ? "/people/:code" : address;
    t.diagnostic(`${what}: cold ${kB(cold.bytes)} in ${cold.requests} requests (page ${kB(cold.Document)}, style ${kB(cold.Stylesheet)}, script ${kB(cold.Script)}, fonts ${kB(cold.Font)}), warm ${kB(warm.bytes)} in ${warm.requests}`);
    assert.ok(cold.Stylesheet > 0 && cold.Script > 0 && cold.Font > 0, "everything was counted");
    assert.ok(cold.bytes <= 100_000, `${what} weighs ${kB(cold.bytes)} cold`);
    assert.ok(cold.requests <= 10, `${what} takes ${cold.requests} requests`);
    assert.ok(warm.bytes <= 15_000, `${what} weighs ${kB(warm.bytes)} warm`);
    assert.ok(cold.Document <= html, `${what} itself weighs ${kB(cold.Document)}`);
    assert.ok(cold.Font <= 41_000, `fonts weigh ${kB(cold.Font)}`);
  }
});

scene("style, scripts and fonts are small", {}, async (page, { t }) => {
  const small = (name) => gzipSync(readFileSync(`${root}static/${name}`), { level: 9 }).length;
  const sizes = {
    style: small("vendor/app.css"),
    scripts: small("vendor/govuk-frontend.min.js") + small("js/app.js"),
    fonts: ["latin-400", "latin-700", "vietnamese-400", "vietnamese-700"].reduce((sum, font) => sum + statSync(`${root}static/vendor/fonts/noto-sans-${font}-normal.woff2`).size, 0),
  };
  t.diagnostic(Object.entries(sizes).map(([what, size]) => `${what} ${kB(size)}`).join(", "));
  assert.ok(sizes.style <= 20_000 && sizes.scripts <= 20_000 && sizes.fonts <= 40_000, JSON.stringify(sizes));
});

scene("nothing jumps on a phone with a slow network", {}, async (page, { another, t }) => {
  const { path } = await registered("desk.noibai");
  for (const [address, as] of [["/sign-in", undefined], ["/people", "desk.noibai"], [path, "desk.noibai"], ["/people/new", "desk.noibai"], ["/access-requests", "supervisor.noibai"]]) {
    const phone = await another({ as, viewport: PHONE });
    await phone.addInitScript(() => {
      globalThis.shifts = [];
      globalThis.painted = 0;
      const moved = ({ node, previousRect, currentRect }) => `${node?.textContent.trim().slice(0, 40)} from ${previousRect.y} to ${currentRect.y}`;
      new PerformanceObserver((list) => {
        for (const { value, hadRecentInput, sources } of list.getEntries()) {
          if (!hadRecentInput) globalThis.shifts.push({ value, moved: sources.map(moved) });
        }
      }).observe({ type: "layout-shift", buffered: true });
      new PerformanceObserver((list) => (globalThis.painted = list.getEntries().at(-1).startTime)).observe({ type: "largest-contentful-paint", buffered: true });
    });
    const wire = await phone.context().newCDPSession(phone);
    await wire.send("Network.enable");
    // Slow 3G: fonts and scripts come well after the first words.
    await wire.send("Network.emulateNetworkConditions", { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 });
    await phone.goto(address, { waitUntil: "networkidle" });
    const { shift, shifts, painted, fonts } = await phone.evaluate(async () => {
      await document.fonts.ready;
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      const shift = globalThis.shifts.reduce((sum, { value }) => sum + value, 0);
      return { shift, shifts: globalThis.shifts, painted: globalThis.painted, fonts: [...document.fonts].filter((f) => f.status === "loaded").length };
    });
    const what = address === path ? "/people/:code" : address;
    t.diagnostic(`${what}: layout shift ${shift.toFixed(3)}, largest paint ${(painted / 1000).toFixed(1)} s`);
    assert.ok(fonts > 0, "the fonts came");
    assert.ok(painted > 0);
    assert.ok(shift <= 0.1, `${what} shifts: ${JSON.stringify(shifts)}`);
    assert.ok(painted <= 4000, `${what} shows after ${painted} ms`);
  }
});

scene("in high contrast everything is there, and the focus can be seen", { as: "desk.noibai", forcedColors: "active" }, async (page) => {
  assert.ok(await page.evaluate(() => matchMedia("(forced-colors: active)").matches));
  await page.goto("/people/new");
  const keys = new Keys(page);
  const stops = await keys.walk();
  assert.equal(stops.length, await keys.expected());
  // Buttons keep an edge where their colour is taken away.
  const button = page.getByRole("button", { name: "Ghi nhận", exact: true });
  assert.ok(await button.evaluate((el) => parseFloat(getComputedStyle(el).borderTopWidth) > 0 || getComputedStyle(el).outlineStyle !== "none"));
  await page.getByLabel("Tỉnh, thành phố", { exact: true }).fill("nghe an");
  await page.getByRole("listbox").getByRole("option").waitFor();
  await page.keyboard.press("ArrowDown");
  const chosen = page.getByRole("listbox").getByRole("option", { selected: true });
  assert.notEqual(await chosen.evaluate((el) => getComputedStyle(el).outlineStyle), "none");
  await page.screenshot({ path: picture("high contrast") });
});

scene("on paper there are words, and nothing that only a screen can do", { as: "supervisor.noibai" }, async (page, { t }) => {
  const person = await registered("supervisor.noibai");
  await page.goto(person.path);
  await page.emulateMedia({ media: "print" });
  const paper = await page.evaluate(() => {
    const shown = [...document.body.querySelectorAll("*")].filter((el) => el.checkVisibility());
    return {
      controls: shown.filter((el) => el.matches("button, input, select, textarea, summary, form, nav, .govuk-button")).map((el) => el.outerHTML),
      added: shown.flatMap((el) => ["::before", "::after"].map((place) => getComputedStyle(el, place).content)).filter((text) => /\//.test(text)),
      text: document.body.innerText,
    };
  });
  assert.deepEqual(paper.controls, []);
  assert.deepEqual(paper.added, []);
  for (const words of [person.name, person.year, "Thẻ căn cước", person.path.split("/").at(-1)]) {
    assert.ok(paper.text.includes(words.normalize("NFC")), `${words} is missing`);
  }
  assert.ok(!paper.text.includes("Hiện số") && !paper.text.includes("Đăng xuất"));

  const file = picture("person", "pdf");
  const pdf = await page.pdf({ path: file, preferCSSPageSize: true });
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
  let text;
  try {
    text = execFileSync("pdftotext", [file, "-"], { encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    assert.equal(error.code, "ENOENT");
    return t.diagnostic("pdftotext is not installed: the page as printed was read, not its PDF");
  }
  assert.ok(text.includes(person.name.normalize("NFC")), text);
  assert.ok(!/\(\/people/.test(text), text);
});
