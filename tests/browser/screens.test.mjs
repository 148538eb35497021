// Pictures of the pages for people to look at, in target/screenshots; some of them go into the README.
import assert from "node:assert/strict";
import { mkdirSync, statSync } from "node:fs";
import { PHONE, WIDE, dated, inDays, offered, picture, posted, received, registered, released, root, scene, send } from "./support.mjs";

async function pictured(page, name) {
  for (const [size, viewport] of [["", WIDE], [" 360", PHONE]]) {
    await page.setViewportSize(viewport);
    await page.evaluate(() => document.fonts.ready);
    const png = await page.screenshot({ path: picture(name + size), fullPage: true });
    assert.ok(png.length > 8_000, `${name} is empty`);
  }
  await page.setViewportSize(WIDE);
}

/** A small picture for the README. */
async function shown(page, name) {
  mkdirSync(`${root}docs/images`, { recursive: true });
  const path = `${root}docs/images/${name}.png`;
  await page.setViewportSize({ width: 1080, height: 720 });
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path });
  await page.setViewportSize(WIDE);
  assert.ok(statSync(path).size <= 150_000, `${path} is ${statSync(path).size} bytes`);
}

scene("pictures of the sign-in page", {}, async (page) => {
  await page.goto("/sign-in");
  await pictured(page, "sign-in");
  await send(page, "Đăng nhập");
  await pictured(page, "sign-in refused");
});

scene("pictures of work at a desk", { as: "desk.noibai" }, async (page, { another }) => {
  await page.goto("/");
  await pictured(page, "home");

  await page.goto("/people");
  await pictured(page, "people");
  await shown(page, "people");
  // Somebody who has papers and may be called.
  const links = await page.locator("tbody a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  for (const link of links) {
    await page.goto(link);
    if ((await page.locator(".app-parts .app-number").count()) > 0 && (await page.locator(".app-safe").count()) > 0) break;
  }
  await pictured(page, "person");
  await shown(page, "person");
  await page.getByRole("link", { name: "Hiện số" }).first().click();
  await page.getByText("Việc mở số này đã được ghi lại.").waitFor();
  await pictured(page, "number");

  await page.goto("/people");
  await page.getByLabel("Họ và tên").fill("nguyen huong");
  await send(page, "Tìm");
  await pictured(page, "results");
  await page.getByLabel("Họ và tên").fill("Ưng Chẳng Ai");
  await send(page, "Tìm");
  await pictured(page, "results none");

  await page.goto("/people/new");
  await pictured(page, "new");
  await page.getByLabel("Nữ").check();
  await page.locator("#person-birth-year").fill("90");
  await page.locator("#document-kind").selectOption("Thẻ căn cước");
  await page.getByLabel("Số giấy tờ", { exact: true }).fill("04019012345");
  await page.getByLabel("Số hoặc địa chỉ").fill("12");
  await page.getByLabel("Xã, phường, đặc khu").fill("Tân Tiến");
  await page.keyboard.press("Tab");
  await send(page, "Ghi nhận");
  await pictured(page, "new refused");

  const known = await registered("desk.noibai");
  await page.goto("/people/new");
  await page.getByRole("textbox", { name: "Họ, chữ đệm và tên" }).fill(known.name);
  await page.locator("#person-birth-year").fill(known.year);
  await send(page, "Ghi nhận");
  await pictured(page, "new known");

  await page.goto(`${known.path}/edit`);
  await pictured(page, "edit");
  const other = await another({ as: "supervisor.noibai" });
  await other.goto(`${known.path}/edit`);
  await other.getByRole("combobox", { name: "Tình trạng hôn nhân" }).selectOption("Đã kết hôn");
  await send(other, "Lưu");
  await page.getByRole("textbox", { name: "Trình độ chuyên môn" }).fill("May công nghiệp");
  await send(page, "Lưu");
  await pictured(page, "conflict");

  await page.goto(`${known.path}/documents/new`);
  await pictured(page, "add document");
  await page.goto("/nowhere");
  await pictured(page, "not found");
});

scene("pictures of a supervisor's pages", { as: "supervisor.laobao" }, async (page, { another }) => {
  const { path } = await registered("desk.laobao");
  const asking = await another({ as: "counsellor.nghean" });
  await asking.goto(`${path}/access-requests/new`);
  await asking.locator("textarea").fill("Chị đang ở trung tâm, cần hỗ trợ việc làm.");
  await pictured(asking, "ask");
  await asking.locator("main form button").click();
  await asking.waitForURL("**/people");
  await page.goto("/access-requests");
  await pictured(page, "requests");
  await page.goto(path);
  await page.locator("summary").first().click();
  await pictured(page, "person for a supervisor");
  await page.goto(`${path}/access-log`);
  await pictured(page, "log");
  await page.goto(`${path}/protection`);
  await pictured(page, "protection");
});

// Made up by this project; see src/intake/scan.
const PASSPORT = "P<VNMNGUYEN<<THI<MAU<<<<<<<<<<<<<<<<<<<<<<<<\nC0000000<4VNM9002155F3002153001190000018<<68";

scene("pictures of a door", { as: "desk.noibai" }, async (page, { another }) => {
  await page.goto("/intake");
  await pictured(page, "intake");
  await page.getByLabel("Quét hộ chiếu hoặc thẻ căn cước").fill(PASSPORT);
  await send(page, "Đọc mã");
  await pictured(page, "intake scanned");
  await page.getByLabel("Nước sống gần đây nhất").first().fill("Hàn Quốc");
  await dated(page, "return-left", ["", "4", "2021"]);
  await shown(page, "intake");
  await page.goto("/intake");
  await page.getByLabel("Quét hộ chiếu hoặc thẻ căn cước").fill(PASSPORT.replace("C0000000", "C000O000"));
  await send(page, "Đọc mã");
  await pictured(page, "intake misread");
  await page.goto("/intake");
  await send(page, "Lưu và tiếp tục");
  await pictured(page, "intake refused");
  const abroad = await another({ as: "attache.seoul" });
  await abroad.goto("/intake");
  await pictured(abroad, "intake abroad");

  const gate = await abroad.getByLabel("Nơi sẽ đón").locator("option", { hasText: "Nội Bài" }).getAttribute("value");
  for (const flight of ["VN417", ""]) {
    const [day, month, year] = inDays(flight ? 0 : 3);
    await received("attache.seoul", {
      "return.standing": "planned", "return.entered.day": "", "return.entered.month": "", "return.entered.year": "", "return.flight": flight,
      "return.expected.day": day, "return.expected.month": month, "return.expected.year": year, "return.expected_at": gate,
    });
  }
  await page.goto("/arrivals");
  await pictured(page, "arrivals");
  await page.goto("/contacts");
  await pictured(page, "contacts");
  await page.goto("/slips");
  await page.getByLabel("Số phiếu cần in").fill("3");
  await send(page, "Tạo phiếu");
  await pictured(page, "slips");

  const urgent = await received("desk.noibai", { "screening.urgency": "immediate", "screening.flags": "medical", "screening.private": "true" });
  await page.goto(urgent.case);
  await pictured(page, "case urgent");
  await page.goto(`${urgent.case}/slip`);
  await pictured(page, "slip");
  await page.goto(`${urgent.case}/screening`);
  await pictured(page, "screening");
  await page.goto(`${urgent.case}/hand-overs/new`);
  await pictured(page, "offer");
});

scene("pictures of work on cases", { as: "counsellor.hatinh" }, async (page) => {
  const { case: path } = await received("counsellor.hatinh", { "return.previous_country": "Nhật Bản", "screening.flags": "debt", "screening.wishes": "Muốn gặp cán bộ nữ" });
  const due = (name, days) => Object.fromEntries(inDays(days).map((value, at) => [`${name}.${["day", "month", "year"][at]}`, value]));
  await posted("counsellor.hatinh", `${path}/notes`, { "note.text": "Chị đã nghỉ vài hôm, muốn tìm việc may gần nhà.\nCòn giữ chứng chỉ của nghiệp đoàn." });
  await posted("counsellor.hatinh", `${path}/services`, { "service.kind": "skills", "service.provider": "Trường Cao đẳng nghề Hà Tĩnh", ...due("service.due", 30) });
  await posted("counsellor.hatinh", `${path}/services`, { "service.kind": "counselling", ...due("service.due", 14) });
  await posted("counsellor.hatinh", `${path}/next-step`, { "next.step": "Gọi hỏi đã nộp đơn chưa", "next.by": "me", ...due("next.on", 0) });
  const waits = await received("counsellor.hatinh");
  await posted("counsellor.hatinh", `${waits.case}/next-step`, { "next.step": "Chờ giấy xác nhận của công ty", "next.by": "returnee", ...due("next.on", 6) });
  await received("counsellor.hatinh", { "screening.urgency": "immediate" });
  await received("counsellor.hatinh", { "screening.urgency": "priority" });
  await page.goto(path);
  await pictured(page, "case");
  await shown(page, "case");
  await page.goto(`${path}/closure`);
  await pictured(page, "closure");
  await page.goto("/cases");
  await pictured(page, "cases");
  await shown(page, "worklist");

  const coming = await received("desk.laobao", { "screening.urgency": "priority" });
  const offer = await offered("desk.laobao", coming.case, "Trung tâm Dịch vụ việc làm Hà Tĩnh", "Cần gặp trước cuối tuần.\nĐi cùng con nhỏ.");
  await page.goto("/hand-overs");
  await pictured(page, "hand-overs");
  await page.goto(offer);
  await pictured(page, "hand-over");

  await page.goto(path);
  await page.getByRole("link", { name: "Lần về nước", exact: true }).click();
  await page.waitForURL("**/returns/*");
  await pictured(page, "return");
  await page.goto(`${page.url()}/edit`);
  await pictured(page, "return edit");
});

scene("pictures of a release", { as: "publisher.dolab" }, async (page, { another }) => {
  // A year of which no other file of tests publishes anything.
  const release = await released(2005);
  await page.goto("/releases");
  await pictured(page, "releases");
  await page.goto(release);
  await pictured(page, "release");
  const visitor = await another({});
  await visitor.goto("/tables");
  await pictured(visitor, "tables");
  await visitor.goto("/tables/16/2005");
  await pictured(visitor, "table");
  await shown(visitor, "table");
});

scene("pictures of training, counselling and fairs", { as: "counsellor.nghean" }, async (page) => {
  await page.goto("/courses");
  await pictured(page, "courses");
  await page.goto("/courses?province=40&kind=trade");
  await page.getByRole("link", { name: "Vận hành máy CNC" }).first().click();
  await page.waitForURL("**/courses/*");
  await pictured(page, "course");
  await page.getByRole("button", { name: "Điểm danh" }).click();
  await page.waitForURL("**/roll");
  await pictured(page, "roll");
  await page.goto("/fairs?province=40");
  await page.getByRole("link", { name: "Phiên lưu động" }).first().click();
  await page.waitForURL("**/fairs/*");
  await pictured(page, "fair");
  const fairs = await page.locator("main a[href$='/fairs'][href^='/cases/']").first().getAttribute("href");
  const of = fairs.slice(0, fairs.lastIndexOf("/"));
  await page.goto(fairs);
  await pictured(page, "fairs of a case");
  await page.goto(`${of}/courses`);
  await pictured(page, "courses of a case");
  await page.goto(await page.locator("tbody a").first().getAttribute("href"));
  await pictured(page, "enrolment");
  await page.goto(`${of}/counselling`);
  await pictured(page, "counselling");
  await page.goto(`${of}/counselling/new`);
  await pictured(page, "counselling new");
  await page.goto(`${of}/complaints/new`);
  await pictured(page, "complaint new");
  await page.goto("/courses/new");
  await pictured(page, "course new");
});
