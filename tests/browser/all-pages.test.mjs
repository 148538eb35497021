// Every page that each role can reach, and every state that a page can be in, in both languages: nothing for axe to say
// against it, nothing for the browser to complain about, no scrolling sideways on a narrow screen.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { before, describe } from "node:test";
import { PASSWORD, WIDE, at, attached, dated, email, inDays, offered, open, planned, posted, received, registered, released, rests, scene, send, trove, violations } from "./support.mjs";

const LANGUAGES = ["vi", "en"];

/** The narrowest screen that WCAG 1.4.10 asks for, with the spacing of 1.4.12: only tables may scroll sideways, by themselves. */
async function reflows(page, language) {
  await page.setViewportSize({ width: 320, height: 640 });
  // One language shows what more space does to the layout.
  for (const spaced of language === "vi" ? [false, true] : [false]) {
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
  // What depends on the width, and hardly on the words.
  if (language === "vi") {
    const rules = { type: "rule", values: ["target-size", "scrollable-region-focusable"] };
    assert.deepEqual(await violations(page, rules), [], `${page.url()}, narrow`);
  }
  await page.setViewportSize(WIDE);
}

/** Checks the page as it stands; its colours and a narrow screen too, unless that was done for another role. */
async function sound(page, language, narrow = true) {
  assert.equal(await page.locator("html").getAttribute("lang"), language);
  assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1);
  const label = new URL(page.url()).pathname;
  // Colours, which take half of the time, depend neither on the words nor on who looks.
  const rules = { "color-contrast": { enabled: narrow && language === "vi" } };
  assert.deepEqual(await violations(page, undefined, rules), [], label);
  if (narrow) await reflows(page, language);
  assert.deepEqual(page.complaints, [], label);
}

/** Addresses of one kind are one page; each list of cases is another. */
const shape = (path) => path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ":id").replace(/\/(people|cases)\/[0-9A-Z]{10}(?=\/|$)/, "/$1/:code")
  .replace(/(:code\/forms)\/[a-z-]+/, "$1/:form").replace(/\/(16|counting)\/\d{4}/, "/$1/:year").replace(/\/rows\/\d+/, "/rows/:line").replace(/\/questions\/\w+/, "/questions/:kind").replace(/(?<!scope)=.*/, "=");

const EVERYBODY = ["/", "/badge", "/staff-courses", "/lists", "/tables", "/tables/16/:year", "/certificates"];
const OFFICER = [...EVERYBODY, "/people", "/people?before=", "/people/new", "/people/:code", "/people/:code/edit", "/people/:code/documents/new",
  "/people/:code/contacts/new", "/people/:code/addresses/new", "/people/:code/documents/:id", "/people/:code/returns", "/people/:code/returns/:id",
  "/people/:code/returns/:id/edit", "/people/:code/household", "/people/:code/household/new", "/people/:code/family-links/new", "/people/:code/cases", "/people/:code/skills", "/people/:code/skills/new?kind=", "/people/:code/cv?language=", "/assessors", "/vacancies", "/vacancies/:id", "/courses", "/courses/:id", "/courses/requests", "/fairs", "/fairs/:id", "/employers", "/employers/:id", "/employers/:id/incentives", "/people/:code/exclusions", "/people/:code/intake", "/intake", "/arrivals",
  "/cases", "/cases?scope=office", "/cases?scope=lost", "/cases?scope=shared", "/cases?scope=closed", "/cases/numbers", "/cases?of=", "/cases?scope=office&of=", "/cases/:code", "/cases/:code/sheet", "/cases/:code/sheet?with=", "/cases/:code/forms", "/cases/:code/forms/:form", "/cases/:code/contact-attempts", "/cases/:code/plan", "/cases/:code/plan/timeline", "/providers", "/providers/:id", "/cases/:code/hand-overs/new",
  "/cases/:code/screening", "/cases/:code/slip", "/cases/:code/immediate", "/cases/:code/closure", "/hand-overs", "/hand-overs/:id", "/communes", "/shift", "/duty", "/duty?from="];
const ASKS = ["/private", "/private-openings", "/cases/:code/private", "/cases/:code/fairs", "/cases/:code/counselling", "/cases/:code/counselling/new", "/cases/:code/complaints", "/cases/:code/complaints/new", "/courses/new", "/cases/:code/courses", "/vacancies/:id/people", "/cases/:code/jobs", "/cases/:code/job-search", "/cases/:code/placements/new", "/placements", "/cases/:code/recognitions", "/cases/:code/recognitions/new", "/cases/:code/assessments", "/cases/:code/questions/:kind", "/cases/:code/attachments", "/cases/:code/attachments/new", "/cases/:code/attachments/:id", "/cases/:code/attachments/:id/files/new"];
const SUPERVISOR = [...OFFICER, ...ASKS, "/plans", "/providers/new", "/assessors/new", "/duplicates", "/duplicates?decided=", "/duplicates/:id", "/cases?scope=office&by=", "/cases?scope=office&ticked=", "/bulk", "/computers", "/exports", "/exports/:id", "/exports/new?scope=office", "/openings", "/access-requests", "/people/:code/access-log", "/people/:code/protection"];
const CENTRE = ["/employers/new", "/vacancies/file", "/fairs/new", "/unknown-returnees", "/unknown-returnees/list?of=", "/contact-tasks?state=", "/contact-tasks/:id"];
const DESK = [...OFFICER, "/flights", "/flights/:id", "/flights/:id/list?of=", "/flights/:id/rows/:id", "/flights/:id/unannounced", "/flights/:id/reconciliation"];
const MAKER = [...EVERYBODY, "/statistics", "/releases", "/releases/:id"];
const ROLES = {
  "supervisor.nghean": [...SUPERVISOR, "/assessors/:id", ...CENTRE, "/unknown-returnees/contract-ended/:id", "/contract-links", "/contract-links?decided="],
  "attache.tokyo": [...OFFICER, ...ASKS, "/protection", "/computers"],
  "desk.tansonnhat": DESK,
  "counsellor.haiphong": [...OFFICER, ...ASKS, ...CENTRE.slice(0, 6)],
  "analyst.dolab": MAKER,
  "publisher.dolab": MAKER,
  "counsellor.nghean": ["/private/:id", "/private/:id/talks/new", "/private/:id/talks/:id", "/private/:id/plan/edit", "/private/:id/questions", "/private/:id/questions/:kind", "/private/:id/checklist", "/protection",  "/private/:id/referrals/new", "/private/:id/referrals/:id", "/private/:id/end"],
  "letters.binhyen": [...EVERYBODY, "/referrals", "/referrals/:id"],
  "partner.congdoan": [...EVERYBODY, "/vacancies", "/vacancies/:id", "/vacancies/file", "/employers", "/employers/new", "/employers/:id", "/employers/:id/incentives", "/courses", "/courses/new", "/courses/:id", "/courses/requests", "/fairs", "/fairs/new", "/fairs/:id"],
  "administrator.dolab": [...EVERYBODY, "/users", "/outbox"],
};

/** A document of each office that keeps any; not every case has one. */
const papers = {};

// A year of which no other file of tests publishes anything; and something on every list of every office.
before(async () => {
  await released(2004);
  // A number typed twice, of which somebody must decide.
  const known = await registered("counsellor.nghean");
  await registered("counsellor.nghean", { "document.number": known.card, "person.none_of_these": "true" });
  for (const [account, other] of [["attache.tokyo", "Sở Nội vụ Nghệ An"], ["desk.tansonnhat", "Sở Nội vụ Nghệ An"], ["counsellor.haiphong", "Sở Nội vụ Nghệ An"], ["counsellor.nghean", "Trung tâm Dịch vụ việc làm Hà Tĩnh"]]) {
    const { case: path } = await received(account);
    await offered(account, path, other, "Cần gặp trước cuối tuần.");
    // At the top of the list, and not offered yet.
    const urgent = await received(account, { "screening.urgency": "immediate", "screening.flags": "medical" });
    await posted(account, `${urgent.case}/notes`, { "note.text": "Đã gọi, hẹn gặp." });
    // A counter keeps no papers.
    if (!account.startsWith("desk")) papers[account.split(".").pop()] = await attached(account, urgent.case);
  }
  // Somebody is asked after, and a file is there.
  const page = await open({ as: "supervisor.nghean" });
  await page.goto(await posted("supervisor.nghean", "/exports", { list: "open::", groups: "about", format: "csv", reason: "Thử" }));
  await rests(page);
  await asked(page, "contract-ended");
  await page.context().close();
});

/** Asks a commune after the first on a list of Nghệ An, one after the other; gives the task's address. */
let turn = Promise.resolve();
const asked = (page, of, fields = {}) => (turn = turn.then(() => ask(page, of, fields)));
async function ask(page, of, fields) {
  let path;
  // While the worker still finds out whose contracts are whose, somebody may leave the list before they are asked after.
  for (let n = 0; !path || !(await page.locator("#task-accountable").count()); n++) {
    assert.ok(n < 20, `nobody on ${of} to ask after`);
    await page.goto(`/unknown-returnees/list?of=${of}`);
    path = await page.locator("tbody tr a").first().getAttribute("href");
    await page.goto(path);
  }
  const who = await page.locator("#task-accountable").inputValue();
  const [day, month, year] = inDays(10);
  return posted("supervisor.nghean", path, {
    "task.commune": "Xã Quỳnh Lưu", "task.given_to": "Cán bộ xã", "task.accountable": who, "task.due.day": day, "task.due.month": month, "task.due.year": year, ...fields,
  });
}

/** What was looked at for some role. Whoever sees most comes first: the layout of a page hardly depends on who looks. */
const looked = { vi: new Set(), en: new Set() };
describe("pages that a role reaches", { concurrency: 2 }, () => {
  for (const [account, expected] of Object.entries(ROLES)) {
    for (const language of LANGUAGES) {
      scene(`${account} in ${language}`, { as: account, language }, async (page) => {
        const met = new Set();
        const queue = ["/", papers[account.split(".").pop()]].filter(Boolean);
        while (queue.length > 0) {
          const path = queue.shift();
          if (met.has(shape(path))) continue;
          met.add(shape(path));
          const answer = await page.goto(path);
          // A test beside this one asked after somebody, or ended a form of its own, meanwhile: the next one on the list will do.
          if (answer.status() === 404 && (path.startsWith("/unknown-returnees/") || path.includes("/forms/thu-"))) {
            met.delete(shape(path));
            continue;
          }
          assert.equal(answer.status(), 200, path);
          // Words are another matter in English, roles are not: there a page is looked at for whoever comes first.
          const seen = looked[language].has(shape(path));
          looked[language].add(shape(path));
          if (language === "vi" || !seen) await sound(page, language, !seen);
          queue.push(...await page.locator("a[href^='/']:not([href*='.csv'], [download])").evaluateAll((links) => links.map((a) => a.getAttribute("href"))));
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

/** Fills in what stands on the page, sends it, and waits for a refusal. */
async function refuses(page, fields) {
  for (const [id, value] of Object.entries(fields)) await page.locator(`#${id}`).fill(value);
  await presses(page, page.locator("main form button").last(), 422);
}

async function presses(page, button, status) {
  const answer = page.waitForNavigation();
  await button.click();
  assert.equal((await answer).status(), status, page.url());
}

/** The address of the return that a case is about. */
async function returnOf(page, path) {
  await page.goto(path);
  return page.locator("a[href*='/returns/']").first().getAttribute("href");
}

const asks = async (page, path, status) => assert.equal((await page.goto(path)).status(), status, path);

const WELDER = { "skill.kind": "trade", "skill.name": "Hàn MIG 3G", "skill.occupation": "thợ hàn", "skill.years": "4", "skill.country": "Hàn Quốc", "skill.source": "told" };

/** The address of the person whom a case is about. */
async function personOf(page, came) {
  await page.goto(came.case);
  return page.locator("main a[href^='/people/']").first().getAttribute("href");
}

/** Writes down that somebody is a welder; gives the skill's address. */
async function skilled(account, page, came) {
  const person = await personOf(page, came);
  await posted(account, `${person}/skills`, WELDER);
  await page.goto(`${person}/skills`);
  return page.locator("main li a[href*='/skills/']").last().getAttribute("href");
}

/** Asks for somebody's level as a welder; gives the recognition's address. */
async function recognising(account, page) {
  const came = await received(account);
  const skill = (await skilled(account, page, came)).split("/").pop();
  return posted(account, `${came.case}/recognitions`, { "ask.occupation": "7212", "ask.level": "3", "ask.skills": skill });
}

/** Makes an appointment that has passed, and opens the recognition. */
async function appointed(account, page, at) {
  await page.goto(at);
  const assessor = await page.locator("#book-assessor option").nth(1).getAttribute("value");
  const [day, month, year] = inDays(0);
  await posted(account, `${at}/appointments`, { "book.assessor": assessor, "book.at": "0:00", "book.on.day": day, "book.on.month": month, "book.on.year": year, version: "2" });
  await page.goto(at);
}

/** An employer with work for a welder, and somebody who looks for it; gives the addresses of the case and of the vacancy. */
async function looking(account, page, more = {}) {
  const came = await received(account);
  await skilled(account, page, came);
  const employer = await posted(account, "/employers", { "employer.name": "Xưởng Ví Dụ", "employer.province": "40", "employer.willing": "yes" });
  const [day, month, year] = inDays(90);
  const vacancy = await posted(account, `${employer}/vacancies`, {
    "vacancy.title": "Thợ hàn ca ngày", "vacancy.occupation": "7212", "vacancy.seats": "2", "vacancy.province": "40", "vacancy.wage_to": "12.000.000",
    "vacancy.has": "formal", "vacancy.closes.day": day, "vacancy.closes.month": month, "vacancy.closes.year": year, ...more,
  });
  await posted(account, `${came.case}/job-search`, { "search.looking": "yes", "search.hours": "full", "search.wage_least": "8.000.000", "search.version": "0" });
  return { at: came.case, employer, vacancy, match: `${came.case}/jobs/${vacancy.split("/").pop()}` };
}

/** Somebody was proposed; gives the proposal's address besides. */
async function proposed(account, page) {
  const found = await looking(account, page);
  return { ...found, referral: await posted(account, found.match, { "choice.what": "referred", "choice.agreed": "true" }) };
}

/** States of pages: their name, who sees them, and the way there. */
const STATES = [
  ["a badge with an easy PIN", "counsellor.haiphong", async (page) => {
    await asks(page, "/badge", 200);
    await page.locator("#pin").fill("123456");
    await presses(page, page.locator("main form button").last(), 422);
  }],
  ["a badge that was made", "attache.seoul", async (page) => {
    await asks(page, "/badge", 200);
    for (const field of ["#pin", "#again"]) await page.locator(field).fill("290841");
    await page.locator("#password").fill(PASSWORD);
    await presses(page, page.locator("main form button").last(), 200);
  }],
  ["a questionnaire concluded with nothing", "counsellor.haiphong", async (page) => {
    const { case: path } = await received("counsellor.haiphong");
    await asks(page, `${path}/questions/vulnerability`, 200);
    await presses(page, page.locator("main form button").last(), 422);
  }],
  ["an assessment concluded", "attache.tokyo", async (page) => {
    const { case: path } = await received("attache.tokyo");
    const questions = `${path}/questions/needs`;
    await posted("attache.tokyo", questions, { version: "1", act: "conclude", "answers.housing": "now", "was.housing": "", "answers.else": "Muốn về gần con.", "was.else": "" });
    await asks(page, `${path}/assessments`, 200);
    await asks(page, await page.locator(`a[href^='${path}/assessments/']`).getAttribute("href"), 200);
  }],
  ["a skill with nothing", "counsellor.haiphong", async (page) => {
    await asks(page, `${await personOf(page, await received("counsellor.haiphong"))}/skills/new?kind=trade`, 200);
    await presses(page, page.locator("main form button").last(), 422);
  }],
  ["a language, and another skill", "desk.noibai", async (page) => {
    const person = await personOf(page, await received("desk.noibai"));
    await asks(page, `${person}/skills/new?kind=language`, 200);
    await asks(page, `${person}/skills/new?kind=soft`, 200);
  }],
  ["a skill that two changed", "counsellor.haiphong", async (page) => {
    const skill = await skilled("counsellor.haiphong", page, await received("counsellor.haiphong"));
    await asks(page, skill, 200);
    await posted("counsellor.haiphong", skill, { ...WELDER, "skill.employer": "Daewoo", "skill.version": "1" });
    await page.locator("#skill-years").fill("5");
    await presses(page, page.locator("main form button").last(), 409);
  }],
  ["a recognition asked for with nothing", "counsellor.nghean", async (page) => {
    const came = await received("counsellor.nghean");
    await asks(page, `${came.case}/recognitions/new`, 200);
    await skilled("counsellor.nghean", page, came);
    await asks(page, `${came.case}/recognitions/new`, 200);
    await page.locator("#ask-skills").uncheck();
    await presses(page, page.locator("main form button").last(), 422);
  }],
  ["a recognition whose papers are checked, whose appointment lacks a day, and whose result a level", "counsellor.nghean", async (page) => {
    const at = await recognising("counsellor.nghean", page);
    await asks(page, at, 200);
    await presses(page, page.locator("form[action$='/check'] button"), 422);
    await posted("counsellor.nghean", `${at}/check`, { "check.outcome": "complete", version: "1" });
    await asks(page, at, 200);
    await presses(page, page.locator("form[action$='/appointments'] button"), 422);
    await appointed("counsellor.nghean", page, at);
    await presses(page, page.locator("form[action$='/results'] button"), 422);
  }],
  ["a recognition decided on by nobody yet, then refused and appealed against", "supervisor.nghean", async (page) => {
    const at = await recognising("counsellor.nghean", page);
    await posted("counsellor.nghean", `${at}/check`, { "check.outcome": "complete", version: "1" });
    await appointed("counsellor.nghean", page, at);
    const id = (await page.locator("[id^=found-result]").first().getAttribute("name")).split(".").pop();
    await posted("counsellor.nghean", `${at}/results`, { [`found.result.${id}`]: "2", [`found.gap.${id}`]: "Hàn ngửa", version: "3" });
    await asks(page, at, 200);
    await presses(page, page.locator("form[action$='/decision'] button"), 422);
    await posted("supervisor.nghean", `${at}/decision`, { "decision.outcome": "refused", "decision.words": "Chưa đủ", version: "4" });
    await asks(page, at, 200);
    await page.locator("form[action$='/appeal']").locator("xpath=ancestor::details").locator("summary").click();
    await presses(page, page.locator("form[action$='/appeal'] button"), 422);
    await posted("counsellor.nghean", `${at}/appeal`, { "appeal.words": "Xin xem lại", version: "5" });
    await asks(page, at, 200);
  }],
  ["a certificate, and one taken back without a reason", "supervisor.nghean", async (page) => {
    const at = await recognising("counsellor.nghean", page);
    await posted("counsellor.nghean", `${at}/check`, { "check.outcome": "complete", version: "1" });
    await appointed("counsellor.nghean", page, at);
    const id = (await page.locator("[id^=found-result]").first().getAttribute("name")).split(".").pop();
    await posted("counsellor.nghean", `${at}/results`, { [`found.result.${id}`]: "3", version: "3" });
    await posted("supervisor.nghean", `${at}/decision`, { "decision.outcome": "granted", level: "3", shows: "name", version: "4" });
    await asks(page, at, 200);
    await asks(page, `${at}/certificate`, 200);
    await page.locator("form[action$='/revocation']").locator("xpath=ancestor::details").locator("summary").click();
    await presses(page, page.locator("form[action$='/revocation'] button"), 422);
  }],
  ["an employer with nothing, and one as it is kept", "counsellor.nghean", async (page) => {
    await asks(page, "/employers/new", 200);
    await presses(page, page.locator("main form button").last(), 422);
    const { employer, vacancy } = await looking("counsellor.nghean", page);
    await asks(page, `${employer}/edit`, 200);
    await asks(page, employer, 200);
    await sound(page, await page.locator("html").getAttribute("lang"));
    await asks(page, `${vacancy}/edit`, 200);
  }],
  ["counselling with nothing, one session, and what was agreed in it", "counsellor.nghean", async (page) => {
    const { case: at } = await received("counsellor.nghean");
    await refused(page, `${at}/counselling/new`, { "session-minutes": "0", "session-next": "32" });
    await sound(page, await page.locator("html").getAttribute("lang"));
    const [day, month, year] = inDays(-1);
    const session = await posted("counsellor.nghean", `${at}/counselling`, {
      "session.way": "home", "session.goals": "Làm thợ hàn gần nhà.\nHọc thêm buổi tối.", "session.barriers": "care", "session.held.day": day, "session.held.month": month, "session.held.year": year,
    });
    await posted("counsellor.nghean", `${session}/actions`, { "action.what": "Gọi cho xưởng hàn ở Vinh", "action.who": "counsellor" });
    await asks(page, `${at}/counselling`, 200);
    await sound(page, await page.locator("html").getAttribute("lang"));
    await asks(page, `${session}/edit`, 200);
    await sound(page, await page.locator("html").getAttribute("lang"));
    await page.goto(session);
    await refuses(page, {});
  }],
  ["a complaint with nothing, and one without a yes", "counsellor.nghean", async (page) => {
    const { case: at } = await received("counsellor.nghean");
    await refused(page, `${at}/complaints/new`, {});
    await sound(page, await page.locator("html").getAttribute("lang"));
    const [day, month, year] = inDays(-3);
    const complaint = await posted("counsellor.nghean", `${at}/complaints`, {
      "complaint.against": "Xưởng Ví Dụ", "complaint.stage": "interview", "complaint.grounds": "migrated", "complaint.words": "Không nhận người đi nước ngoài về.", "complaint.agreed": "no",
      "complaint.happened.day": day, "complaint.happened.month": month, "complaint.happened.year": year,
    });
    await asks(page, `${at}/complaints`, 200);
    await page.goto(complaint);
    await refuses(page, {});
  }],
  ["what an employer is given, asked for and decided on", "counsellor.nghean", async (page) => {
    const { employer } = await looking("counsellor.nghean", page);
    await refused(page, `${employer}/incentives`, { "incentive-amount": "1" });
    await sound(page, await page.locator("html").getAttribute("lang"));
    const [day, month, year] = inDays(-3);
    await posted("counsellor.nghean", `${employer}/incentives`, {
      "incentive.kind": "wage", "incentive.words": "Một nửa lương ba tháng đầu", "incentive.amount": "30.000.000", "incentive.asked.day": day, "incentive.asked.month": month, "incentive.asked.year": year,
    });
    await page.goto(`${employer}/incentives`);
    await sound(page, await page.locator("html").getAttribute("lang"));
    await page.goto(await page.locator("main li a").first().getAttribute("href"));
    await refuses(page, {});
  }],
  ["a fair with nothing, one of today with its people and figures, and none", "counsellor.nghean", async (page) => {
    await refused(page, "/fairs/new", { "fair-held": "32", "fair-commune": "Chẳng đâu" });
    await sound(page, await page.locator("html").getAttribute("lang"));
    const { at } = await looking("counsellor.nghean", page);
    const [day, month, year] = inDays(0);
    const fair = await posted("counsellor.nghean", "/fairs", {
      "fair.title": "Phiên lưu động", "fair.hours": "8:00–11:30", "fair.province": "40", "fair.address": "Nhà văn hóa", "fair.held.day": day, "fair.held.month": month, "fair.held.year": year,
    });
    await posted("counsellor.nghean", `${at}/fairs?fair=${fair.split("/").pop()}`, {});
    await asks(page, `${at}/fairs`, 200);
    await sound(page, await page.locator("html").getAttribute("lang"));
    await asks(page, `${fair}/edit`, 200);
    await page.goto(fair);
    await presses(page, page.locator("form[action$='/employers'] button"), 422);
    await sound(page, await page.locator("html").getAttribute("lang"));
    await page.locator("#count-came").fill("3");
    await page.locator("#count-returnees").fill("4");
    await presses(page, page.locator("form[action$='/count'] button"), 422);
    await sound(page, await page.locator("html").getAttribute("lang"));
    await page.locator("main details summary").click();
    await page.locator("#cancel-because").fill("Mưa bão.");
    await presses(page, page.locator("form[action$='/cancellation'] button"), 200);
  }],
  ["a course with nothing, then with all wrong", "counsellor.nghean", async (page) => {
    await refused(page, "/courses/new", {});
    await sound(page, await page.locator("html").getAttribute("lang"));
    await page.locator("input[name='learning.kind'][value='trade']").check();
    await refuses(page, {
      "learning-title": "!", "learning-occupation": "không nghề nào", "learning-country": "Chẳng đâu", "learning-starts": "32", "learning-ends": "32",
      "learning-until": "32", "learning-hours": "0", "learning-seats": "0", "learning-fee": "1",
    });
  }],
  ["training of a case: who pays is not said, nor how it ended", "counsellor.nghean", async (page) => {
    const { at } = await looking("counsellor.nghean", page);
    await asks(page, `${at}/courses`, 200);
    await page.goto(await page.locator("tbody a").first().getAttribute("href"));
    await refuses(page, {});
    await sound(page, await page.locator("html").getAttribute("lang"));
    await page.locator("input[name='enrol.paid_by'][value='fes']").check();
    await presses(page, page.locator("main form button").last(), 200);
    await sound(page, await page.locator("html").getAttribute("lang"));
    await refuses(page, {});
  }],
  ["a roll on which nobody is marked", "counsellor.nghean", async (page) => {
    await page.goto("/courses?province=40&kind=trade");
    await page.goto(await page.getByRole("link", { name: "Vận hành máy CNC" }).first().getAttribute("href"));
    await page.goto(await page.locator("a[href$='/roll']").getAttribute("href"));
    await sound(page, await page.locator("html").getAttribute("lang"));
    await refuses(page, {});
  }],
  ["what an employer wants taught, with all wrong", "counsellor.nghean", async (page) => {
    const { employer } = await looking("counsellor.nghean", page);
    await page.goto(`${employer}/courses/new`);
    await refuses(page, { "demand-occupation": "không nghề nào", "demand-people": "0", "demand-needed": "32" });
  }],
  ["a course that does not take place", "counsellor.nghean", async (page) => {
    await page.goto("/courses/new");
    const provider = await page.locator("#learning-provider option:nth-child(2)").getAttribute("value");
    const days = Object.fromEntries([["starts", 20], ["ends", 40]].flatMap(([name, ahead]) => {
      const [day, month, year] = inDays(ahead);
      return Object.entries({ year, month, day }).map(([part, value]) => [`learning.${name}.${part}`, value]);
    }));
    const course = await posted("counsellor.nghean", "/courses", {
      "learning.title": "An toàn lao động", "learning.provider": provider, "learning.kind": "soft", "learning.province": "40", "learning.seats": "10", ...days,
    });
    await asks(page, `${course}/edit`, 200);
    await page.goto(course);
    await page.locator("main details summary").click();
    await refuses(page, {});
    await page.locator("#cancel-because").fill("Thiếu người học.");
    await presses(page, page.locator("main form button").last(), 200);
  }],
  ["a file of vacancies that is wrong line by line", "counsellor.nghean", async (page) => {
    await page.goto("/vacancies/file");
    const sheet = "Tên nơi tuyển dụng;Tuyển;Nghề;Số người cần;Lương đến;Nhận hồ sơ đến ngày\nKhông ai;Thợ;không nghề nào;0;0;32/13/2026";
    await page.locator("#files").setInputFiles({ name: "việc.csv", mimeType: "text/csv", buffer: Buffer.from(sheet) });
    await presses(page, page.locator("main form button").last(), 422);
    await page.locator("td").first().waitFor();
  }],
  ["a vacancy with nothing, then with all wrong", "counsellor.nghean", async (page) => {
    const { employer } = await looking("counsellor.nghean", page);
    await asks(page, `${employer}/vacancies/new`, 200);
    await presses(page, page.locator("main form button").last(), 422);
    await sound(page, await page.locator("html").getAttribute("lang"));
    await refuses(page, {
      "vacancy-title": "!", "vacancy-occupation": "không nghề nào", "vacancy-seats": "0", "vacancy-wage_from": "0", "vacancy-wage_to": "1000000000000",
      "vacancy-hours": "200", "vacancy-country": "Chẳng đâu", "vacancy-closes": "32", "vacancy-months": "-1",
    });
  }],
  ["what somebody looks for, with conditions of nothing", "counsellor.nghean", async (page) => {
    const { case: at } = await received("counsellor.nghean");
    await asks(page, `${at}/jobs`, 200);
    await asks(page, `${at}/job-search`, 200);
    await page.locator("#search-wanted").fill("không nghề nào");
    for (const value of ["distance", "wage"]) await page.locator(`[name='search.must'][value=${value}]`).check();
    await presses(page, page.locator("main form button").last(), 422);
  }],
  ["work that suits somebody, and a proposal that they did not agree to", "counsellor.nghean", async (page) => {
    const { at, match, vacancy } = await looking("counsellor.nghean", page);
    await asks(page, `${at}/jobs`, 200);
    await sound(page, await page.locator("html").getAttribute("lang"));
    await asks(page, `${vacancy}/people`, 200);
    await sound(page, await page.locator("html").getAttribute("lang"));
    await asks(page, match, 200);
    await presses(page, page.locator("main form button").first(), 422);
    await sound(page, await page.locator("html").getAttribute("lang"));
    await asks(page, match, 200);
    await page.locator("details:has(form) > summary").click();
    await presses(page, page.locator("details form button"), 422);
  }],
  ["a proposal with no step, then refused for no lawful reason", "counsellor.nghean", async (page) => {
    const { referral } = await proposed("counsellor.nghean", page);
    await asks(page, referral, 200);
    await presses(page, page.locator("main form button").last(), 422);
    await sound(page, await page.locator("html").getAttribute("lang"));
    await posted("counsellor.nghean", `${referral}/steps`, { version: "1", "step.act": "not-hired", "step.not_hired": "age" });
    await asks(page, referral, 200);
  }],
  ["work that began with nothing, then a check that is due", "counsellor.nghean", async (page) => {
    const { at, referral } = await proposed("counsellor.nghean", page);
    await asks(page, `${at}/placements/new?referral=${referral.split("/").pop()}`, 200);
    for (const field of ["#place-employer", "#place-occupation"]) await page.locator(field).fill("");
    await presses(page, page.locator("main form button").last(), 422);
    await sound(page, await page.locator("html").getAttribute("lang"));
    const [day, month, year] = inDays(-100);
    const work = await posted("counsellor.nghean", `${at}/placements`, {
      referral: referral.split("/").pop(), version: "1", "place.employer": "Xưởng Ví Dụ", "place.occupation": "7212", "place.province": "40",
      "place.started.day": day, "place.started.month": month, "place.started.year": year, "how.wage": "11.000.000", "how.hours": "48",
      "how.uses_skills": "yes", "how.formal": "yes", "how.more_hours": "no", "how.below": "no", "how.far": "daily",
    });
    await asks(page, "/placements", 200);
    await sound(page, await page.locator("html").getAttribute("lang"));
    await asks(page, work, 200);
    await presses(page, page.locator("main form button").last(), 422);
  }],
  ["an assessor with nothing", "supervisor.haiphong", async (page) => {
    await asks(page, "/assessors/new", 200);
    await presses(page, page.locator("main form button").last(), 422);
  }],
  ["a certificate that nobody knows, and a text that nobody signed", null, async (page) => {
    await asks(page, "/certificates?code=2222222222", 404);
    await page.locator("#signed").fill("a.b.c");
    await presses(page, page.locator("main form button").last(), 422);
  }],
  ["a document with nothing", "counsellor.haiphong", async (page) => {
    const { case: path } = await received("counsellor.haiphong");
    await asks(page, `${path}/attachments/new`, 200);
    await presses(page, page.locator("main form button").last(), 422);
  }],
  ["a document with a file taken out, then all of it", "attache.tokyo", async (page) => {
    const { case: path } = await received("attache.tokyo");
    const document = await attached("attache.tokyo", path);
    await asks(page, document, 200);
    await page.locator("details:has(form) > summary").first().click();
    await presses(page, page.locator("details[open] form button"), 422);
    await sound(page, await page.locator("html").getAttribute("lang"));
    await page.locator("details[open] textarea").fill("Ảnh của người khác.");
    await presses(page, page.locator("details[open] form button"), 200);
    await posted("attache.tokyo", `${document}/removal`, { because: "Nhầm hồ sơ." });
    await asks(page, document, 200);
    await sound(page, await page.locator("html").getAttribute("lang"));
    await asks(page, `${path}/attachments`, 200);
  }],
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
  ["intake with nothing", "desk.noibai", (page) => refused(page, "/intake", {})],
  ["intake with nothing, abroad", "attache.seoul", (page) => refused(page, "/intake", {})],
  ["intake with all wrong", "counsellor.thanhhoa", async (page) => {
    await page.goto("/intake");
    await page.locator("#document-kind").selectOption("citizen-card");
    await page.locator("details:has(#contact-value) > summary").click();
    await refuses(page, {
      "person-name": "!", "person-birth-year": "90", "document-number": "12", "document-country": "Chẳng đâu", "document-issued": "32",
      "contact-value": "số", "address-province": "Hà Đông", "address-commune": "Tân Tiến", "return-previous_country": "Chẳng đâu",
      "return-left": "32", "return-entered-month": "13", "return-expected": "x", "return-flight": "!", "screening-slip": "0",
    });
    const edge = (id) => page.locator(`#${id}`).evaluate((el) => getComputedStyle(el).borderTopColor);
    for (const id of ["person-birth-year", "document-number", "contact-value", "return-previous_country", "return-flight", "screening-slip"]) {
      assert.notEqual(await edge(id), await edge("address-line"), `${id} is not marked`);
    }
  }],
  ["intake of a scan", "desk.noibai", async (page) => {
    await page.goto("/intake");
    await page.locator("#scan").fill("P<VNMNGUYEN<<THI<MAU<<<<<<<<<<<<<<<<<<<<<<<<\nC0000000<4VNM9002155F3002153001190000018<<68");
    await presses(page, page.locator("[formaction='/intake/scan']"), 200);
  }],
  ["intake of a scan with one character wrong", "desk.noibai", async (page) => {
    await page.goto("/intake");
    await page.locator("#scan").fill("P<VNMNGUYEN<<THI<MAU<<<<<<<<<<<<<<<<<<<<<<<<\nC000O000<4VNM9002155F3002153001190000018<<68");
    await presses(page, page.locator("[formaction='/intake/scan']"), 422);
  }],
  ["intake of somebody known", "desk.noibai", async (page) => {
    const known = await registered("desk.noibai");
    await page.goto("/intake");
    await page.getByLabel(/^(Nữ|Female)$/).check();
    await page.locator("#return-previous_country").fill("KR");
    await page.locator("#return-left-year").fill("2020");
    await page.locator("#return-wants_help").check();
    await refuses(page, { "person-name": known.name, "person-birth-year": known.year });
    await page.locator("#known").waitFor();
  }],
  ["another return with nothing", "desk.noibai", async (page) => {
    const { path } = await registered("desk.noibai");
    await refused(page, `${path}/intake`, {});
  }],
  ["case with an urgent need", "desk.noibai", async (page) => {
    const { case: path } = await received("desk.noibai", { "screening.urgency": "immediate", "screening.private": "true" });
    await asks(page, path, 200);
    for (const summary of await page.locator("summary").all()) if (await summary.isVisible()) await summary.click();
  }],
  ["case with everything in it", "supervisor.noibai", async (page) => {
    const { case: path } = await received("desk.noibai", { "screening.flags": "debt", "screening.wishes": "Muốn cán bộ nữ" });
    const [day, month, year] = inDays(9);
    const due = (name) => ({ [`${name}.day`]: day, [`${name}.month`]: month, [`${name}.year`]: year });
    await posted("desk.noibai", `${path}/next-step`, { "next.step": "Gọi hỏi đã nộp đơn chưa", "next.by": "office", ...due("next.on") });
    for (const kind of ["skills", "psychosocial"]) await posted("desk.noibai", `${path}/services`, { "service.kind": kind, "service.provider": "Trung tâm dạy nghề", ...due("service.due") });
    await offered("desk.noibai", path, "Sở Nội vụ Nghệ An");
    await page.goto(path);
    await page.locator("#share-office").locator("xpath=ancestor::details").locator("summary").click();
    await page.locator("#share-office").selectOption({ index: 2 });
    await page.locator("#share-reason").fill("Cùng giúp");
    await presses(page, page.locator("form[action$='/shares'] button"), 200);
    for (const summary of await page.locator("summary").all()) if (await summary.isVisible()) await summary.click();
  }],
  ...[["next-step", "a wrong next step", { "next-on": "32" }], ["services", "a service without anything", {}], ["notes", "an empty note", {}],
    ["shares", "sharing with nobody", {}]].map(([part, name, fields]) => [`case page with ${name}`, "desk.noibai", async (page) => {
    const { case: path } = await received("desk.noibai");
    await page.goto(path);
    const form = page.locator(`form[action$='/${part}']`);
    const folded = form.locator("xpath=ancestor::details");
    if ((await folded.count()) > 0 && (await folded.getAttribute("open")) === null) await folded.locator("summary").click();
    for (const [id, value] of Object.entries(fields)) await page.locator(`#${id}`).fill(value);
    await presses(page, form.locator("button").last(), 422);
  }]),
  ["case that a colleague moved meanwhile", "desk.noibai", async (page) => {
    const { case: path } = await received("desk.noibai");
    await page.goto(path);
    const version = await page.locator("form[action$='/phase'] [name=version]").inputValue();
    // There and back again, so that the way is open and the page old.
    for (const [step, to] of ["assessment", "planning", "assessment"].entries()) await posted("supervisor.noibai", `${path}/phase`, { to, version: String(Number(version) + step) });
    await page.locator("form[action$='/phase'] button").first().evaluate((el) => (el.value = "planning"));
    await presses(page, page.locator("form[action$='/phase'] button").first(), 409);
  }],
  ["a plan in force, and its next version being written", "desk.noibai", async (page) => {
    const { case: path } = await received("desk.noibai");
    await planned("desk.noibai", path);
    await posted("desk.noibai", `${path}/plan`);
    await asks(page, `${path}/plan`, 200);
  }],
  ["a goal and an intervention with nothing", "desk.noibai", async (page) => {
    const { case: path } = await received("desk.noibai");
    await planned("desk.noibai", path);
    await posted("desk.noibai", `${path}/plan`);
    await refused(page, `${path}/plan/goals/new`, {});
    await sound(page, await page.locator("html").getAttribute("lang"));
    await page.goto(`${path}/plan`);
    await refused(page, await page.locator("main a[href$='/interventions/new']").first().getAttribute("href"), {});
  }],
  ["a goal that two changed", "desk.noibai", async (page) => {
    const { case: path } = await received("desk.noibai");
    await planned("desk.noibai", path);
    await posted("desk.noibai", `${path}/plan`);
    await page.goto(`${path}/plan`);
    const goal = await page.locator(`main a[href*="/plan/goals/"]:not([href$="/new"])`).first().getAttribute("href");
    await page.goto(goal);
    const version = await page.locator("main [name=version]").first().inputValue();
    await posted("supervisor.noibai", goal, { "goal.text": "Mở quán ăn nhỏ ở nhà", "goal.dimension": "economic", version });
    await page.locator("#goal-text").fill("Học nghề hàn để xin việc ở khu công nghiệp gần nhà");
    await presses(page, page.locator("main form button").first(), 409);
    assert.match(await page.locator(".app-interruption table").innerText(), /Mở quán ăn nhỏ/);
  }],
  ["an entry of the directory to change", "supervisor.dolab", async (page) => {
    await page.goto("/providers");
    await page.goto(await page.locator("tbody a[href^='/providers/']").first().getAttribute("href"));
    await asks(page, await page.locator("a[href$='/edit']").getAttribute("href"), 200);
  }],
  ["a provider with nothing", "supervisor.noibai", (page) => refused(page, "/providers/new", {})],
  ["closure with nothing", "desk.noibai", async (page) => {
    const { case: path } = await received("desk.noibai");
    await refused(page, `${path}/closure`, {});
  }],
  ["closure that wants to know what would have helped", "desk.noibai", async (page) => {
    const { case: path } = await received("desk.noibai");
    await page.goto(`${path}/closure`);
    await page.locator("[name=reason][value=declined]").check();
    await refuses(page, { outcome: "Không muốn tiếp tục." });
  }],
  ["closed", "desk.noibai", async (page) => {
    const { case: path } = await received("desk.noibai");
    await posted("desk.noibai", `${path}/closure`, { reason: "declined", outcome: "Không muốn tiếp tục.", would_have_stayed: "Tiền đi lại." });
    await page.goto(path);
    await presses(page, page.locator("form[action$='/reopening'] button"), 422);
  }],
  ["screening with a wrong slip", "desk.noibai", async (page) => {
    const { case: path } = await received("desk.noibai");
    await refused(page, `${path}/screening`, { "screening-slip": "2222222223" });
  }],
  ["another slip with nothing", "desk.noibai", async (page) => {
    const { case: path } = await received("desk.noibai");
    await page.goto(`${path}/slip`);
    await page.locator("main summary").click();
    await presses(page, page.locator("main form button").last(), 422);
  }],
  ["offer with nothing", "desk.noibai", async (page) => {
    const { case: path } = await received("desk.noibai");
    await refused(page, `${path}/hand-overs/new`, {});
  }],
  ["offer to oneself", "counsellor.hatinh", async (page) => {
    const [mine, theirs] = [await received("counsellor.hatinh"), await received("desk.laobao")];
    const other = await open({ as: "desk.laobao" });
    await other.goto(`${theirs.case}/hand-overs/new`);
    const self = await other.locator("#to option", { hasText: "Trung tâm Dịch vụ việc làm Hà Tĩnh" }).getAttribute("value");
    await other.context().close();
    await page.goto(`${mine.case}/hand-overs/new`);
    // Not among the choices: only a page of another account has it.
    await page.locator("#to").evaluate((el, id) => el.append(new Option("?", id, true, true)), self);
    await page.locator("#chosen").check();
    await presses(page, page.locator("main form button").last(), 422);
  }],
  ["decline without a reason", "counsellor.hatinh", async (page) => {
    const { case: path } = await received("desk.laobao");
    await page.goto(await offered("desk.laobao", path, "Trung tâm Dịch vụ việc làm Hà Tĩnh", "Cần gặp trước cuối tuần.\nĐi cùng con nhỏ."));
    await page.locator("main summary").click();
    await presses(page, page.locator("form[action$='/refusal'] button"), 422);
  }],
  ["case by a code with a wrong character", "desk.noibai", async (page) => {
    await page.goto("/cases");
    await page.locator("#find-code").fill("2222222223");
    await presses(page, page.locator("form[action='/cases/find'] button"), 422);
  }],
  ["case of another office by its code", "desk.noibai", async (page) => {
    const { case: path } = await received("counsellor.hatinh");
    await page.goto("/cases");
    await page.locator("#find-code").fill(path.split("/").pop());
    await presses(page, page.locator("form[action='/cases/find'] button"), 200);
    await sound(page, await page.locator("html").getAttribute("lang"));
    await presses(page, page.locator("form[action='/hand-overs/requests'] button"), 422);
  }],
  ["whom a returnee does not want, with nothing, and on the list", "counsellor.hatinh", async (page) => {
    const { case: path } = await received("counsellor.hatinh");
    await page.goto(path);
    const person = (await page.locator("a[href^='/people/']").first().getAttribute("href")).split("/").slice(0, 3).join("/");
    await asks(page, `${person}/exclusions`, 200);
    await presses(page, page.locator("form[action$='/refusals'] button"), 422);
    await sound(page, await page.locator("html").getAttribute("lang"));
    await page.locator("#refusal-office").selectOption({ index: 3 });
    await presses(page, page.locator("form[action$='/refusals'] button"), 200);
  }],
  ["a case of another office opened in need, with nothing, and looked at", "supervisor.nghean", async (page) => {
    const { case: path } = await received("supervisor.nghean");
    const code = path.split("/").pop();
    const need = { "need.code": code, "need.reason": "Người ấy đang ở đây và bị đau." };
    await posted("attache.seoul", "/cases/openings", need);
    await asks(page, "/openings", 200);
    // The other language has one of its own on the same page.
    const mine = page.locator("section", { hasText: code });
    await presses(page, mine.locator("button[value=no]"), 422);
    await sound(page, await page.locator("html").getAttribute("lang"));
    await presses(page, mine.locator("button[value=yes]"), 200);
    const theirs = await received("attache.seoul");
    await page.goto("/cases");
    await page.locator("#find-code").fill(theirs.case.split("/").pop());
    await presses(page, page.locator("form[action='/cases/find'] button"), 200);
    await page.locator("summary").last().click();
    await presses(page, page.locator("form[action='/cases/openings'] button"), 422);
  }],
  ["communes of nobody", "supervisor.sonoivu", async (page) => {
    await page.goto("/communes");
    await presses(page, page.locator("form[action='/communes'][method=post] button").last(), 422);
  }],
  ["an account without a name", "administrator.dolab", async (page) => {
    await page.goto("/users");
    await presses(page, page.locator("form[action='/users'] button"), 422);
  }],
  ["hours of duty with nothing", "supervisor.noibai", async (page) => {
    await page.goto("/duty");
    await page.locator("main details summary").first().click();
    for (const [id, value] of Object.entries({ "duty-phone": "không có", "duty-from": "25:00", "duty-days": "40" })) await page.locator(`#${id}`).fill(value);
    await presses(page, page.locator("form[action='/duty'] button"), 422);
  }],
  ["many cases given to nobody, and offered as they chose", "supervisor.laobao", async (page) => {
    const { case: path } = await received("supervisor.laobao");
    await page.goto("/cases?scope=office&ticked=true");
    await presses(page, page.locator("#bulk button[value=offer]"), 422);
    await sound(page, await page.locator("html").getAttribute("lang"));
    await page.locator("#office").selectOption({ index: 2 });
    await presses(page, page.locator("button[formaction='/bulk']"), 200);
    await sound(page, await page.locator("html").getAttribute("lang"));
    await page.locator(`#case-${path.split("/").pop()}`).check();
    await presses(page, page.locator("main form button").first(), 200);
  }],
  ["slips with a wrong number", "desk.noibai", (page) => refused(page, "/slips", { size: "501" })],
  ["slips issued", "desk.noibai", (page) => refused(page, "/slips", { size: "2" }, 200)],
  ["what is only counted, with nothing", "attache.seoul", (page) => refused(page, "/contacts", {})],
  ["what is only counted, at home", "desk.noibai", (page) => asks(page, "/contacts", 200)],
  ["what a slip leads to", null, (page) => asks(page, "/slip", 200)],
  ["return with all wrong", "desk.noibai", async (page) => {
    const { case: path } = await received("desk.noibai");
    await page.goto(`${await returnOf(page, path)}/edit`);
    for (const summary of await page.locator("summary").all()) if (await summary.isVisible()) await summary.click();
    await refuses(page, {
      "return-previous_country": "Chẳng đâu", "return-left": "32", "return-entered-month": "13", "return-flight": "!",
      "migration-occupation": "Chẳng nghề gì", "migration-activity": "Chẳng ngành gì", "migration-contract_start": "40", "migration-contract_end": "x",
      "migration-debt": "nhiều", "migration-wage_currency": "đồng", "migration-first_wage": "x", "migration-hours_per_week": "200",
    });
  }],
  ["return with everything", "desk.noibai", async (page) => {
    const { case: path } = await received("desk.noibai");
    const back = await returnOf(page, path);
    await page.goto(`${back}/edit`);
    for (const [id, value] of Object.entries({ "migration-employer": "Nhà máy đông lạnh ở Busan, khu công nghiệp Noksan", "migration-debt": "38.200.000", "migration-objective": "Xây nhà" })) await page.locator(`#${id}`).fill(value);
    await page.locator("#migration-channel").selectOption({ index: 3 });
    await presses(page, page.locator("main form button").last(), 200);
  }],
  ["return that two changed", "desk.noibai", async (page) => {
    const { case: path } = await received("desk.noibai");
    const edit = `${await returnOf(page, path)}/edit`;
    const other = await open({ as: "supervisor.noibai" });
    for (const [who, employer] of [[other, "Xưởng đóng tàu Okpo"], [page, "Nhà máy đông lạnh Noksan"]]) {
      await who.goto(edit);
      await who.locator("#migration-employer").fill(employer);
    }
    await other.locator("#return-flight").fill("VN417");
    await presses(other, other.locator("main form button").last(), 200);
    await other.context().close();
    await presses(page, page.locator("main form button").last(), 409);
    assert.match(await page.locator(".app-interruption table").innerText(), /Okpo/);
    assert.equal(await page.locator("#return-flight").inputValue(), "VN417");
  }],
  ["a target that cannot pause so long, and one that does", "counsellor.hatinh", async (page) => {
    const { case: path } = await received("desk.laobao");
    const offer = await offered("desk.laobao", path, "Trung tâm Dịch vụ việc làm Hà Tĩnh");
    await posted("counsellor.hatinh", `${offer}/acceptance`);
    await page.goto(path);
    const form = page.locator("form[action$='/first-contact/pause']");
    await page.locator("details", { has: form }).locator("summary").click();
    await dated(page, "pause-until", inDays(60));
    await page.locator("#pause-reason").check();
    await presses(page, form.locator("button"), 422);
    await sound(page, await page.locator("html").getAttribute("lang"));
    await dated(page, "pause-until", inDays(5));
    await presses(page, form.locator("button"), 200);
  }],
  ["a course with nothing, and one kept", "supervisor.noibai", async (page) => {
    await page.goto("/staff-courses");
    await page.locator("main details summary").first().click();
    const keep = page.locator("form[action='/staff-courses'] button");
    await presses(page, keep, 422);
    await sound(page, await page.locator("html").getAttribute("lang"));
    await page.locator("#course-topic").selectOption("first-aid");
    await page.locator("#course-title").fill(`Lắng nghe người vừa về nước ${Date.now()}`);
    await dated(page, "course-held", inDays(-300));
    await dated(page, "course-until", inDays(20));
    await page.getByRole("checkbox").first().check();
    await presses(page, keep, 200);
  }],
  ["notice in the future", "desk.noibai", async (page) => {
    const { case: path } = await received("desk.noibai");
    await page.goto(await returnOf(page, path));
    await page.locator("main details summary").last().click();
    await dated(page, "on", inDays(3));
    await presses(page, page.locator("form[action$='/notice'] button"), 422);
  }],
  ["asking a commune with nothing", "supervisor.nghean", async (page) => {
    await page.goto("/unknown-returnees/list?of=return-no-contract");
    await page.goto(await page.locator("tbody tr a").last().getAttribute("href"));
    await refuses(page, { "task-commune": "Chẳng đâu", "task-due": "32" });
  }],
  ["contact task without an outcome", "supervisor.nghean", async (page) => {
    await page.goto(await asked(page, "return-no-contract"));
    await refuses(page, { note: "Đã gọi hai lần." });
  }],
  ["contact task of somebody who is back", "supervisor.nghean", async (page) => {
    const task = await asked(page, "contract-ended", { "task.note": "Gặp riêng.\nHỏi thăm cả nhà." });
    await posted("supervisor.nghean", `${task}/outcome`, { outcome: "returned", version: "1" });
    await asks(page, task, 200);
    await page.locator("form[action='/intake/scan']").waitFor({ state: "attached" });
  }],
  ["contact task that was answered", "supervisor.nghean", async (page) => {
    const task = await asked(page, "return-no-contract");
    await posted("supervisor.nghean", `${task}/outcome`, { outcome: "no-contact", version: "1", note: "Không muốn." });
    await asks(page, task, 200);
  }],
  ["contract link without an answer", "supervisor.dolab", async (page) => {
    await page.goto("/contract-links");
    await page.goto(await page.locator("tbody tr a").first().getAttribute("href"));
    await presses(page, page.locator("form[action$='/decision'] button").last(), 422);
  }],
  ["contracts brought in", "supervisor.dolab", async (page) => {
    await page.goto("/imports");
    await page.goto(await page.locator("tbody tr a").last().getAttribute("href"));
    await sound(page, await page.locator("html").getAttribute("lang"));
    await page.goto(await page.locator("a[href*='/rows/']").first().getAttribute("href"));
  }],
  ["import of contracts with nothing", "supervisor.dolab", (page) => refused(page, "/imports", {})],
  ["release without a year", "analyst.dolab", (page) => refused(page, "/releases", {})],
  ["release of a year without anybody", "analyst.dolab", (page) => refused(page, "/releases", { year: "1981" })],
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
