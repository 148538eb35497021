// Pictures of the pages for people to look at, in target/screenshots; two of them go into the README.
import assert from "node:assert/strict";
import { mkdirSync, statSync } from "node:fs";
import { PHONE, WIDE, picture, registered, root, scene, send } from "./support.mjs";

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
  await page.getByLabel("Xã, phường").fill("Tân Tiến");
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
