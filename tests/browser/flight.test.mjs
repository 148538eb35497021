// A planeload at the desk: by keyboard alone, from two windows at once, and reconciled. In Vietnamese and in English, with
// scripts and without, wide and on a phone.
import assert from "node:assert/strict";
import { Keys } from "./keys.mjs";
import { PHONE, WIDE, heading, leave, scene, send, violations } from "./support.mjs";

// Whom the flights of the demo have as number 17.
const ZONE = ["P<VNMNGUYEN<<THI<MAU<<<<<<<<<<<<<<<<<<<<<<<<", "C0000000<4VNM9002155F3002153001190000018<<68"];
const STRANGER = "040190000117||Trần Thị Bưởi|01011990|Nữ|Xóm 3|01012022";

const focused = (page) => page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim());
const counted = async (page, words) => Number(/^\d+/.exec(await page.locator(".app-counts li").filter({ hasText: words }).first().innerText())[0]);

/** Today's flight. */
async function flight(page) {
  await page.goto("/flights");
  const line = page.locator("tbody tr").first();
  await page.getByText(/^(Hôm nay|Today)$/).first().waitFor();
  await leave(page, line.locator("th a"));
  await heading(page).getByText("VN417").waitFor();
}

/** Nothing against the page as it stands, wide and narrow. */
async function sound(page) {
  assert.deepEqual(await violations(page), [], page.url());
  await narrow(page);
}

async function narrow(page) {
  await page.setViewportSize(PHONE);
  assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= 360), `${page.url()} scrolls sideways`);
  await page.setViewportSize(WIDE);
}

scene("a planeload is met by keyboard alone, from two windows", { as: "desk.noibai" }, async (page, { another }) => {
  const keys = new Keys(page);
  await flight(page);
  const before = await counted(page, "đã tới");
  assert.equal(await focused(page), "scan");
  // As a reader types it: Enter after the first line does nothing yet, Enter after the last one reads.
  await keys.type(ZONE[0]);
  await keys.press("Enter");
  await keys.type(ZONE[1]);
  await keys.follow("Enter");
  await page.getByRole("heading", { name: "Số 17: Nguyễn Thị Mậu" }).waitFor();
  assert.equal(await focused(page), "Đã tới, không cần hỗ trợ gì thêm");
  const waiting = await another({ as: "supervisor.noibai" });
  await flight(waiting);
  await waiting.locator("#scan").fill(ZONE.join("\n"));
  await send(waiting, "Đọc mã");
  await keys.follow("Enter");
  await page.getByText("Đã xác nhận: số 17, VN417.").waitFor();
  assert.equal(await focused(page), "scan");
  assert.equal(await counted(page, "đã tới"), before + 1);
  // The other window had the same card open.
  await send(waiting, "Đã tới, không cần hỗ trợ gì thêm");
  await waiting.getByText("Số 17 đã được Ngô Quang Đăng xác nhận").waitFor();
  assert.equal(await counted(waiting, "đã tới"), before + 1);
  await waiting.goto((await waiting.getByRole("link", { name: /đã tới/ }).getAttribute("href")));
  assert.equal(await waiting.getByText("Nguyễn Thị Mậu").count(), 1);

  // Somebody who does not want to say who they are.
  const declined = await counted(page, "không muốn khai");
  await keys.to(page.locator("#q"));
  await keys.type("3");
  await keys.follow("Enter");
  await keys.to(page.getByRole("button", { name: "Không muốn khai" }));
  await keys.follow("Enter");
  await page.getByText("Đã đếm số 3 là không muốn khai.").waitFor();
  assert.equal(await counted(page, "không muốn khai"), declined + 1);

  // Somebody who is not on the list, and taken back.
  assert.equal(await focused(page), "scan");
  await keys.type(STRANGER);
  await keys.follow("Enter");
  await page.getByRole("heading", { name: "Không có trong danh sách" }).waitFor();
  await keys.follow("Enter");
  await page.getByText("Đã xác nhận: số 41").waitFor();
  assert.equal(await counted(page, "không có trong danh sách"), 1);
  await keys.to(page.locator("summary").filter({ hasText: "số 41" }));
  await keys.press("Enter");
  await keys.to(page.getByRole("button", { name: "Hoàn tác" }));
  await keys.follow("Enter");
  await page.getByText("Đã hoàn tác.").waitFor();
  assert.equal(await counted(page, "không có trong danh sách"), 0);

  // A wrong scan is explained; an empty line reads it all the same.
  await keys.type(ZONE[0].slice(0, 40));
  await keys.press("Enter");
  await keys.follow("Enter");
  await page.getByText("Mã thiếu hoặc thừa ký tự").first().waitFor();
});

scene("a flight is met and reconciled without scripts", { as: "desk.tansonnhat", scripts: false }, async (page) => {
  await flight(page);
  await page.locator("#scan").fill(ZONE.join("\n"));
  await send(page, "Đọc mã");
  await page.getByRole("heading", { name: "Số 17: Nguyễn Thị Mậu" }).waitFor();
  await narrow(page);
  await page.locator("#contact-value").fill("số");
  await send(page, "Hẹn gọi lại");
  await page.locator("#contact-value-error").waitFor();
  await narrow(page);
  await page.locator("#contact-value").fill("0955000117");
  await send(page, "Hẹn gọi lại");
  await page.getByText("Đã xác nhận: số 17, VN417.").waitFor();
  await page.getByRole("link", { name: "Thêm người không có trong danh sách" }).click();
  await page.locator("#person-name").fill("Trần Thị Bưởi");
  await page.locator("#person-birth-year").fill("1990");
  await send(page, "Muốn được hỗ trợ");
  await heading(page).waitFor();
  assert.match(page.url(), /\/cases\/\w+\/screening$/);
  await flight(page);
  assert.equal(await counted(page, "không có trong danh sách"), 1);
  await leave(page, page.locator("a[href$='/reconciliation']"));
  const looked = page.getByRole("button", { name: /^Đã đi tìm/ });
  const many = await looked.count();
  await leave(page, looked.first());
  assert.equal(await looked.count(), many - 1);
  await narrow(page);
  const file = await page.request.get(await page.getByRole("link", { name: /CSV/ }).getAttribute("href"));
  assert.match(await file.text(), /^flight,arrives_on,expected,arrived,not_seen,unannounced,declined\r\nVN417,[\d-]+,40,1,39,1,0\r\n$/);
  await send(page, "Chốt chuyến này");
  await page.getByText("Huỳnh Ngọc Diễm đã chốt chuyến này").waitFor();
  await narrow(page);
  await send(page, "Mở lại chuyến này");
  await page.locator("#scan").waitFor();
});

for (const language of ["vi", "en"]) {
  scene(`pages of flights in ${language}`, { as: "supervisor.noibai", language }, async (page) => {
    await page.goto("/flights");
    await sound(page);
    // Yesterday's, which the other scenes leave alone.
    await leave(page, page.getByRole("link", { name: /VN409/ }).first());
    await sound(page);
    const path = new URL(page.url()).pathname;
    for (const of of ["expected", "arrived", "not-seen", "unannounced", "declined"]) {
      await page.goto(`${path}/list?of=${of}`);
      await sound(page);
    }
    await page.goto(`${path}/list?of=not-seen`);
    await page.locator("[data-row] a").first().click();
    await page.locator("#card").waitFor();
    await sound(page);
    await page.locator("#contact-value").fill("0");
    await page.locator("[name=help][value=later]").click();
    await page.locator("#contact-value-error").waitFor();
    await sound(page);
    await page.goto(`${path}/reconciliation`);
    await sound(page);
    await page.goto(`${path}/unannounced`);
    await sound(page);
    await page.goto(path);
    await page.locator("#q").fill("thi");
    await leave(page, page.locator("form[action$='/search'] button"));
    await sound(page);
    await page.goto(path);
    await page.locator("#scan").fill(`${ZONE[0]}\n${ZONE[1].replace("C0000000", "C000O000")}`);
    await page.locator("form[action$='/scan'] button").click();
    await page.locator("pre").waitFor();
    await sound(page);
    await page.goto("/flights");
    await page.locator("#flight").fill("!");
    await page.locator("form[action='/flights'] button").click();
    await page.locator("#flight-error").waitFor();
    await sound(page);
  });
}
