// Calling somebody: one key from the page or from the list, with scripts and without, and nothing dialled that is not safe.
import assert from "node:assert/strict";
import { Keys } from "./keys.mjs";
import { PHONE, WIDE, both, heading, picture, received, scene, send, violations } from "./support.mjs";

const main = (page) => page.getByRole("main");
const line = (page, person) => main(page).getByRole("row").filter({ hasText: person.name });

both("a call is kept with one press, and the next one is on the list", { as: "counsellor.hatinh" }, async (page) => {
  const person = await received("counsellor.hatinh");
  await page.goto(person.case);
  await page.getByRole("button", { name: "Gọi", exact: true }).click();
  await heading(page).getByText("Gọi và liên lạc").waitFor();
  await main(page).getByText("Chưa gọi lần nào.").waitFor();
  await page.getByText("Người lao động hẹn ngày khác").click();
  await page.locator("#later").fill("40");
  await send(page, "2. Không nghe máy");
  await main(page).getByText("Xin nhập năm có bốn chữ số").first().waitFor();
  assert.equal(await page.locator("#later").inputValue(), "40");
  await page.locator("#later").fill("");
  await send(page, "2. Không nghe máy");
  await page.getByText("Đã ghi lần gọi. Lần gọi sau đã có trong danh sách.").waitFor();
  await line(page, person).getByText(/Gọi lại \d\d\/\d\d\/\d{4}/).waitFor();
  await line(page, person).getByRole("link", { name: /^Gọi/ }).click();
  await main(page).getByText(/Lần gọi tiếp theo: /).waitFor();
  await send(page, "1. Gặp được");
  await page.getByText("Đã ghi là gặp được.").waitFor();
  assert.equal(await line(page, person).getByText(/Gọi lại/).count(), 0);
});

scene("digits on the list and on the page", { as: "counsellor.haiphong" }, async (page) => {
  const person = await received("counsellor.haiphong");
  await page.goto("/cases");
  const keys = new Keys(page);
  await line(page, person).getByRole("link", { name: /^Gọi/ }).focus();
  await keys.follow("2");
  await line(page, person).getByText(/Gọi lại/).waitFor();
  await line(page, person).getByRole("link", { name: /^Gọi/ }).focus();
  await keys.follow("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.value), "reached");
  assert.deepEqual(await violations(page), []);
  await page.screenshot({ path: picture("contact attempts"), fullPage: true });
  await page.setViewportSize(PHONE);
  assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= 360), "scrolls sideways");
  await page.screenshot({ path: picture("contact attempts phone"), fullPage: true });
  await page.setViewportSize(WIDE);
  // A digit in a field is a digit.
  await page.getByText("Người lao động hẹn ngày khác").click();
  await page.locator("#later").focus();
  await keys.press("2");
  assert.equal(await page.locator("#later").inputValue(), "2");
  await page.locator("#later").fill("");
  await page.getByRole("button", { name: "2. Không nghe máy" }).focus();
  await keys.follow("6");
  await page.getByText("Đã ghi lần gọi.").first().waitFor();
  await page.goto(`${person.case}/contact-attempts`);
  await main(page).getByText("Không còn số nào gọi được").waitFor();
});
