// Documents of a case: sent over a line that breaks, and after a reload; with scripts and without; by keyboard.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Keys } from "./keys.mjs";
import { PHONE, WIDE, accessible, attached, both, heading, photograph, picture, received, scene, send } from "./support.mjs";

const main = (page) => page.getByRole("main");
const about = async (page, title) => {
  await page.getByLabel("Tên tài liệu").fill(title);
  await page.getByLabel("Loại tài liệu").selectOption({ label: "Hợp đồng" });
};
/** Waits until the worker has made what people look at. */
async function checked(page) {
  await page.locator("main ol > li").first().waitFor();
  for (let n = 0; await main(page).getByText("Đang kiểm tra").count(); n++) {
    assert.ok(n < 200, "nobody checks the file");
    await page.reload();
  }
}

both("several photographs become one document", { as: "counsellor.hatinh" }, async (page, { scripts }) => {
  const person = await received("counsellor.hatinh");
  await page.goto(person.case);
  await page.getByRole("button", { name: "Tài liệu (0)" }).click();
  await heading(page).getByText("Tài liệu của hồ sơ").waitFor();
  await page.getByRole("button", { name: "Thêm tài liệu" }).click();
  await about(page, "Hợp đồng ký năm 2023");
  await page.getByLabel("Chọn tệp").setInputFiles([await photograph("trang 1.jpg"), await photograph("trang 2.jpg", 80)]);
  // With scripts they are there before the form is.
  if (scripts) await page.locator("[data-list] li:has(input[name=uploads])").nth(1).waitFor({ state: "attached" });
  await accessible(page);
  await send(page, "Lưu tài liệu");
  await page.getByText("Đã thêm tài liệu.").waitFor();
  await heading(page).getByText("Hợp đồng ký năm 2023").waitFor();
  await checked(page);
  assert.deepEqual(await page.locator(".app-file-name").allInnerTexts(), ["trang 1.jpg", "trang 2.jpg"]);
  const shown = page.getByRole("img", { name: "Hợp đồng ký năm 2023, tệp 2" });
  await shown.scrollIntoViewIfNeeded();
  await shown.evaluate((img) => img.decode());
  assert.equal(await shown.evaluate((img) => img.naturalWidth), 80);
  await accessible(page);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Tải bản để xem – trang 1.jpg" }).click();
  assert.equal((await download).suggestedFilename(), "trang 1.jpg");
  // Taken out, with a reason.
  await page.getByText("Bỏ tài liệu này").click();
  await send(page, "Bỏ và xóa hẳn");
  await page.getByRole("alert").getByRole("link").waitFor();
  await page.locator("#because").fill("Người lao động rút lại.");
  await send(page, "Bỏ và xóa hẳn");
  await page.getByText("Đã bỏ tài liệu, nội dung đã xóa.").waitFor();
  await main(page).getByText("Người lao động rút lại.").waitFor();
});

scene("a file goes on where the line broke, and after a reload", { as: "counsellor.nghean" }, async (page) => {
  const person = await received("counsellor.nghean");
  const file = await photograph("bằng chứng.jpg", 900);
  assert.ok(file.buffer.length > 800_000, "several pieces");
  // On a disk, since a file is known again by when it was changed.
  const folder = mkdtempSync(join(tmpdir(), "photograph-"));
  const disk = join(folder, file.name);
  writeFileSync(disk, file.buffer);
  const pieces = [];
  await page.route("**/uploads/*", async (route) => {
    const sending = route.request();
    if (sending.method() !== "PATCH") return route.continue();
    const offset = Number(sending.headers()["upload-offset"]);
    pieces.push(offset);
    // No piece behind the first arrives.
    return offset > 0 ? route.abort() : route.continue();
  });
  await page.goto(`${person.case}/attachments/new`);
  await about(page, "Ảnh vết thương");
  await page.getByLabel("Chọn tệp").setInputFiles(disk);
  await main(page).getByText("Mất mạng. Sẽ tự gửi tiếp khi có mạng lại.").first().waitFor();
  // Nobody saves half a file.
  await page.getByRole("button", { name: "Lưu tài liệu" }).click();
  await page.getByText("Còn tệp đang gửi. Xin đợi gửi xong rồi lưu.").waitFor();
  assert.ok(await page.locator("[data-status]").evaluate((el) => el === document.activeElement && el.getAttribute("aria-live") === "polite"));
  assert.ok(pieces.includes(262_144), `${pieces}`);
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await page.reload();
  await main(page).getByText(/Đã gửi \d+ %\. Chọn lại đúng tệp này để gửi tiếp\./).waitFor();
  // Nothing of the file's name is left in the browser.
  assert.ok(!(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))).includes("chứng"));
  const offsets = [];
  page.on("request", (sending) => sending.method() === "PATCH" && offsets.push(Number(sending.headers()["upload-offset"])));
  await about(page, "Ảnh vết thương");
  await page.getByLabel("Chọn tệp").setInputFiles(disk);
  await main(page).getByText("đã gửi xong", { exact: true }).waitFor();
  assert.equal(await page.locator("[data-list] li").count(), 1, "one line for one file");
  await accessible(page);
  await send(page, "Lưu tài liệu");
  await page.getByText("Đã thêm tài liệu.").waitFor();
  await checked(page);
  const id = await page.locator("main ol > li").getAttribute("id");
  const original = await page.request.get(`${new URL(page.url()).pathname}/files/${id.replace("file-", "")}/original`);
  assert.ok(file.buffer.equals(await original.body()), "to the byte");
  assert.equal(original.headers()["content-length"], String(file.buffer.length));
  assert.ok(offsets[0] > 0, `what had come was sent again: ${offsets}`);
  rmSync(folder, { recursive: true });
  // The browser says of each broken piece that it broke.
  page.complaints.length = 0;
});

scene("what is refused is said beside the file, and the keyboard does all of it", { as: "attache.tokyo" }, async (page) => {
  const person = await received("attache.tokyo");
  await page.goto(`${person.case}/attachments/new`);
  const keys = new Keys(page);
  await about(page, "Giấy xác nhận");
  await page.getByLabel("Chọn tệp").setInputFiles({ name: "giấy.docx", mimeType: "application/msword", buffer: Buffer.from("PK") });
  await main(page).getByText("giấy.docx: loại tệp này không nhận được").first().waitFor();
  await accessible(page);
  await page.getByLabel("Chọn tệp").setInputFiles(await photograph("giấy.jpg"));
  await page.locator("input[name=uploads]").waitFor({ state: "attached" });
  await page.getByRole("button", { name: "Bỏ ra – giấy.docx" }).focus();
  await keys.press("Enter");
  assert.equal(await page.locator("[data-list] li").count(), 1);
  await page.setViewportSize(PHONE);
  assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= 360), "scrolls sideways");
  await page.screenshot({ path: picture("attachment new phone"), fullPage: true });
  await page.setViewportSize(WIDE);
  await page.screenshot({ path: picture("attachment new"), fullPage: true });
  await page.getByRole("button", { name: "Lưu tài liệu" }).focus();
  const answer = page.waitForNavigation();
  await keys.press("Enter");
  await answer;
  await page.getByText("Đã thêm tài liệu.").waitFor();
  await checked(page);
  await page.screenshot({ path: picture("attachment"), fullPage: true });
  await page.setViewportSize(PHONE);
  assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= 360), "scrolls sideways");
  await page.screenshot({ path: picture("attachment phone"), fullPage: true });
  await attached("attache.tokyo", person.case, "Bản ghi lời kể");
  await page.goto(`${person.case}/attachments`);
  await page.screenshot({ path: picture("attachments phone"), fullPage: true });
  // A refusal is an answer that the browser counts among those that failed.
  page.complaints.length = 0;
});
