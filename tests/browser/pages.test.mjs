// Every page that each role can reach, and every state that a page can be in, in both languages: nothing for axe to say
// against it, nothing for the browser to complain about, no scrolling sideways on a narrow screen.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe } from "node:test";
import { PASSWORD, WIDE, at, email, open, registered, scene, send, trove, violations } from "./support.mjs";

const LANGUAGES = ["vi", "en"];

/** The narrowest screen that WCAG 1.4.10 asks for, with the spacing of 1.4.12: only tables may scroll sideways, by themselves. */
async function reflows(page) {
  await page.setViewportSize({ width: 320, height: 640 });
  for (const spaced of [false, true]) {
    // The policy of the pages lets no style in but through the ones that are there.
    if (spaced) {
      await page.evaluate(() => {
        const [sheet] = document.styleSheets;
        sheet.insertRule("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }", sheet.cssRules.length);
        sheet.insertRule("p { margin-bottom: 2em !important; }", sheet.cssRules.length);
      });
    }
    const wide = await page.evaluate(() => {
      const found = [...document.querySelectorAll("body *")].filter((el) =>
        /auto|scroll/.test(getComputedStyle(el).overflowX) && !el.matches(".app-table-scroll, input, select, textarea") && el.scrollWidth > el.clientWidth);
      if (document.scrollingElement.scrollWidth > 320) {
        found.push(...[...document.querySelectorAll("body *")].filter((el) => el.getBoundingClientRect().right > 321 && !el.closest(".app-table-scroll")));
      }
      return found.map((el) => `${Math.round(el.getBoundingClientRect().right)} px: ${el.outerHTML.slice(0, 120)}`);
    });
    assert.deepEqual(wide, [], `${page.url()} scrolls sideways${spaced ? " with more space between letters" : ""}`);
  }
  // What depends on the width.
  assert.deepEqual(await violations(page, { type: "rule", values: ["target-size", "scrollable-region-focusable"] }), [], `${page.url()}, narrow`);
  await page.setViewportSize(WIDE);
}

/** Checks the page as it stands. */
async function sound(page, language) {
  assert.equal(await page.locator("html").getAttribute("lang"), language);
  assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1);
  const label = new URL(page.url()).pathname;
  assert.deepEqual(await violations(page), [], label);
  await reflows(page);
  assert.deepEqual(page.complaints, [], label);
}

const shape = (path) => path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ":id").replace(/\/people\/[0-9A-Z]{10}(?=\/|$)/, "/people/:code").replace(/=.*/, "=");

const OFFICER = ["/", "/lists", "/people", "/people?before=", "/people/new", "/people/:code", "/people/:code/edit",
  "/people/:code/documents/new", "/people/:code/contacts/new", "/people/:code/addresses/new", "/people/:code/documents/:id"];
const SUPERVISOR = [...OFFICER, "/access-requests", "/people/:code/access-log", "/people/:code/protection"];
const ROLES = {
  "attache.tokyo": OFFICER,
  "desk.tansonnhat": OFFICER,
  "counsellor.haiphong": OFFICER,
  "supervisor.nghean": SUPERVISOR,
  "analyst.dolab": ["/", "/lists", "/statistics"],
  "publisher.dolab": ["/", "/lists", "/statistics"],
  "administrator.dolab": ["/", "/lists", "/users"],
};

describe("pages that a role reaches", { concurrency: 2 }, () => {
  for (const [account, expected] of Object.entries(ROLES)) {
    for (const language of LANGUAGES) {
      scene(`${account} in ${language}`, { as: account, language }, async (page) => {
        const met = new Set();
        const queue = ["/"];
        while (queue.length > 0) {
          const path = queue.shift();
          if (met.has(shape(path))) continue;
          met.add(shape(path));
          const answer = await page.goto(path);
          assert.equal(answer.status(), 200, path);
          await sound(page, language);
          queue.push(...await page.locator("a[href^='/']").evaluateAll((links) => links.map((a) => a.getAttribute("href"))));
        }
        // New pages are looked at as soon as a link leads to them; these must not get lost.
        assert.deepEqual(expected.filter((path) => !met.has(path)), []);
      });
    }
  }
});

/** Fills in, sends, and waits for a page with this status. */
async function refused(page, path, fields, status = 422) {
  await page.goto(path);
  for (const [id, value] of Object.entries(fields)) await page.locator(`#${id}`).fill(value);
  const answer = page.waitForNavigation();
  await page.locator("main form button").last().click();
  assert.equal((await answer).status(), status, path);
}

const asks = async (page, path, status) => assert.equal((await page.goto(path)).status(), status, path);

/** States of pages: their name, who sees them, and the way there. */
const STATES = [
  ["sign-in", null, (page) => asks(page, "/sign-in", 200)],
  ["sign-in with nothing", null, (page) => refused(page, "/sign-in", {})],
  ["sign-in with a wrong password", null, (page) => refused(page, "/sign-in", { email: email("desk.laobao"), password: "sai" })],
  ["not found", null, (page) => asks(page, "/nowhere", 404)],
  ["method", null, (page) => asks(page, "/language", 405)],
  ["not found for an officer", "desk.noibai", (page) => asks(page, "/people/0000000000", 404)],
  ["not allowed", "desk.noibai", (page) => asks(page, "/access-requests", 403)],
  ["session gone", "desk.noibai", async (page) => {
    await page.goto("/people/new");
    await page.context().clearCookies({ name: /^(?!language$)/ });
    const answer = page.waitForNavigation();
    await page.locator("main form button").last().click();
    assert.equal((await answer).status(), 401);
  }],
  ["search for nothing", "desk.noibai", (page) => refused(page, "/people", {})],
  ["search with all wrong", "desk.noibai", (page) => refused(page, "/people", { name: "--", "birth-year": "90", number: "!" })],
  ["nobody found", "desk.noibai", (page) => refused(page, "/people", { name: "Ưng Chẳng Ai" }, 200)],
  ["many found", "desk.noibai", (page) => refused(page, "/people", { name: "Nguyễn Hương" }, 200)],
  ["register with nothing", "desk.noibai", (page) => refused(page, "/people/new", {})],
  ["register with all wrong", "desk.noibai", async (page) => {
    await page.goto("/people/new");
    await page.locator("#document-kind").selectOption("citizen-card");
    for (const [id, value] of Object.entries({
      "person-name": "!", "person-birth-year": "90", "document-number": "12", "document-country": "Chẳng đâu", "document-issued": "32",
      "document-expires-year": "2001", "contact-value": "số", "address-province": "Hà Đông", "address-commune": "Tân Tiến",
    })) await page.locator(`#${id}`).fill(value);
    const answer = page.waitForNavigation();
    await page.locator("main form button").last().click();
    assert.equal((await answer).status(), 422);
    const edge = (id) => page.locator(`#${id}`).evaluate((el) => getComputedStyle(el).borderTopColor);
    for (const id of ["person-birth-year", "document-number", "contact-value", "address-province"]) {
      assert.notEqual(await edge(id), await edge("address-line"), `${id} is not marked`);
    }
  }],
  ["register with a commune of many names", "desk.noibai", async (page) => {
    await refused(page, "/people/new", { "person-name": "Ưng Xã", "address-commune": "Tân Tiến" });
    assert.ok((await page.locator("[data-candidates] input").count()) > 1);
  }],
  ["register somebody known", "desk.noibai", async (page) => {
    const known = await registered("desk.noibai");
    await refused(page, "/people/new", { "person-name": known.name, "person-birth-year": known.year });
  }],
  ["register somebody whom another office holds", "desk.laobao", async (page) => {
    const known = await registered("counsellor.hatinh");
    await refused(page, "/people/new", { "person-name": known.name, "person-birth-year": known.year });
    const ask = page.locator("a[href$='/access-requests/new']");
    await asks(page, await ask.getAttribute("href"), 200);
  }],
  ["ask without a reason", "desk.laobao", async (page) => {
    const { path } = await registered("counsellor.hatinh");
    await refused(page, `${path}/access-requests/new`, {});
  }],
  ["person with everything", "supervisor.noibai", async (page) => {
    const { path } = await registered("supervisor.noibai", { "person.absence.language": "refused", "contact.safe_to_call": "false", "contact.wishes": "Chỉ gọi sau 19 giờ" });
    // The same card once more: a duplicate is suspected.
    await refused(page, `${path}/documents/new`, {});
    await asks(page, path, 200);
    for (const summary of await page.locator("summary").all()) await summary.click();
  }],
  ...["documents", "contacts", "addresses"].map((part) => [`add to ${part} with nothing`, "desk.noibai", async (page) => {
    const { path } = await registered("desk.noibai");
    await refused(page, `${path}/${part}/new`, {});
  }]),
  ["edit with nothing", "desk.noibai", async (page) => {
    const { path } = await registered("desk.noibai");
    await refused(page, `${path}/edit`, { "person-name": "", "person-birth-year": "x" });
  }],
  ["conflict", "desk.noibai", async (page) => {
    const { path } = await registered("desk.noibai");
    await page.goto(`${path}/edit`);
    const other = await open({ as: "supervisor.noibai" });
    await other.goto(`${path}/edit`);
    await other.getByRole("combobox", { name: "Dân tộc" }).selectOption({ index: 2 });
    await send(other, "Lưu");
    await other.context().close();
    await page.locator("#person-name").fill("Ưng Khác");
    const answer = page.waitForNavigation();
    await page.locator("main form button").last().click();
    assert.equal((await answer).status(), 409);
  }],
  ["protect nobody's eyes", "supervisor.noibai", async (page) => {
    const { path } = await registered("supervisor.noibai");
    await page.goto(`${path}/protection`);
    for (const box of await page.getByRole("checkbox").all()) await box.uncheck();
    const answer = page.waitForNavigation();
    await page.locator("main form button").last().click();
    assert.equal((await answer).status(), 422);
  }],
  ["protected", "supervisor.noibai", async (page) => {
    const { path } = await registered("supervisor.noibai");
    await page.goto(`${path}/protection`);
    await page.getByLabel("Bùi Thị Thanh Trà").check();
    const answer = page.waitForNavigation();
    await page.locator("main form button").last().click();
    await answer;
    await page.locator(".govuk-tag--red").waitFor();
    await sound(page, await page.locator("html").getAttribute("lang"));
    await page.goto(`${path}/protection`);
  }],
  ["requests that wait", "supervisor.hatinh", async (page) => {
    const { path } = await registered("counsellor.hatinh");
    const asking = await open({ as: "desk.laobao" });
    await asking.goto(`${path}/access-requests/new`);
    await asking.locator("textarea").fill("Đang ở bàn hỗ trợ, cần giấy thông hành.\nXin mở hôm nay.");
    await send(asking, await asking.locator("main form button").innerText());
    await asking.context().close();
    await asks(page, "/access-requests", 200);
    assert.ok((await page.locator(".app-request").count()) > 0);
  }],
  ["forged", null, async (page) => {
    // Another origin of the same machine sends a form here.
    await page.route("http://localhost/", (route) => route.fulfill({ contentType: "text/html", body: `<title>.</title><form method="post" action="${at}/sign-in"><button>x</button></form>` }));
    await page.goto("http://localhost/");
    const answer = page.waitForNavigation();
    await page.locator("button").click();
    assert.equal((await answer).status(), 403);
  }],
];

describe("states of pages", { concurrency: 2 }, () => {
  for (const [name, as, reach] of STATES) {
    for (const language of LANGUAGES) {
      scene(`${name} in ${language}`, { as, language }, async (page) => {
        await reach(page);
        await sound(page, language);
      });
    }
  }
});

describe("an office with nothing in it", () => {
  for (const [role, language] of [["supervisor", "vi"], ["desk", "en"]]) {
    scene(`a new ${role} in ${language}, from the invitation on`, { language }, async (page) => {
      const address = `${role}.${randomUUID()}@moi.example`;
      const link = await trove("user", "add", "--email", address, "--name", "Kha Thị Mới", "--role", role, "--organisation", `Văn phòng mới ${language}`, "--kind", "province", "--province", "Nghệ An");
      const path = new URL(link).pathname;
      await asks(page, path, 200);
      await sound(page, language);
      await refused(page, path, { password: "ngắn" });
      await sound(page, language);
      await refused(page, path, { password: PASSWORD, again: PASSWORD }, 200);
      await sound(page, language);
      await refused(page, "/sign-in", { email: address, password: PASSWORD }, 200);
      for (const path of role === "supervisor" ? ["/", "/people", "/access-requests"] : ["/", "/people"]) {
        await asks(page, path, 200);
        await sound(page, language);
        assert.equal(await page.locator("table, .app-request").count(), 0);
      }
      // The link is spent.
      await asks(page, path, 404);
      await sound(page, language);
    });
  }
});

scene("the browser's complaints are heard", {}, async (page) => {
  await page.goto("/sign-in");
  await page.evaluate(() => document.body.append(Object.assign(document.createElement("script"), { textContent: "1" })));
  assert.match(page.complaints.splice(0).join(), /Content Security Policy/);
  await page.evaluate(() => fetch("/static/none/none.css"));
  assert.match(page.complaints.splice(0).join(), /^404: /);
});
