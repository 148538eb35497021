// What people do twice, at the same time or on the way back: nothing is doubled and nothing typed is lost.
import assert from "node:assert/strict";
import { both, heading, registered, scene, send, somebody } from "./support.mjs";

const DESK = { as: "desk.tansonnhat" };

/** How often this person is there, as an officer sees it. */
async function known(page, person) {
  await page.goto("/people");
  await page.getByLabel("Họ và tên").fill(person.name);
  await page.locator("#birth-year").fill(person.year);
  await send(page, "Tìm");
  return page.getByRole("main").getByRole("link", { name: person.name, exact: true }).count();
}

async function fill(page, person) {
  await page.getByRole("textbox", { name: "Họ, chữ đệm và tên" }).fill(person.name);
  await page.locator("#person-birth-year").fill(person.year);
}

both("a double click registers once", DESK, async (page) => {
  const person = somebody();
  await page.goto("/people/new");
  await fill(page, person);
  await page.getByRole("button", { name: "Ghi nhận", exact: true }).dblclick();
  await heading(page).getByText(person.name).waitFor();
  assert.equal(await known(page, person), 1);
});

scene("two sendings at once register once", DESK, async (page, { another }) => {
  const person = somebody();
  await page.goto("/people/new");
  await fill(page, person);
  const again = await another(DESK);
  await again.goto("/people/new");
  await fill(again, person);
  // The same form in two windows, as when a tab is duplicated.
  await again.locator("[name=submission]").last().evaluate((el, key) => (el.value = key), await page.locator("main [name=submission]").inputValue());
  await Promise.all([send(page, "Ghi nhận"), send(again, "Ghi nhận")]);
  assert.equal(page.url(), again.url());
  assert.equal(await heading(again).innerText(), person.name);
  assert.equal(await known(page, person), 1);
});

both("going back after registering and sending again does not double", DESK, async (page) => {
  const person = somebody();
  await page.goto("/people/new");
  await fill(page, person);
  await send(page, "Ghi nhận");
  await heading(page).getByText(person.name).waitFor();
  await page.goBack();
  await page.waitForURL("**/people/new");
  await fill(page, person);
  await send(page, "Ghi nhận");
  // Either it is the same form, and leads to the same person, or another, and they are known.
  if (!(await heading(page).getByText(person.name).isVisible())) {
    await page.getByRole("region", { name: "Có thể người này đã có hồ sơ" }).getByRole("link", { name: person.name }).waitFor();
  }
  assert.equal(await known(page, person), 1);
});

both("going back after editing and sending again is safe", DESK, async (page) => {
  const person = await registered("desk.tansonnhat");
  await page.goto(`${person.path}/edit`);
  await page.getByLabel("Trình độ chuyên môn, tay nghề").first().fill("Hàn 3G");
  await send(page, "Lưu");
  await page.getByText("Đã lưu.").waitFor();
  await page.goBack();
  await page.waitForURL("**/edit");
  await page.getByLabel("Trình độ chuyên môn, tay nghề").first().fill("Hàn 3G");
  await send(page, "Lưu");
  await page.goto(person.path);
  assert.equal(await page.getByRole("main").getByText("Hàn 3G").count(), 1);
});

both("who saves second sees both, and keeps what they typed", DESK, async (page, { another }) => {
  const person = await registered("desk.tansonnhat");
  const other = await another({ as: "supervisor.tansonnhat" });
  await page.goto(`${person.path}/edit`);
  await other.goto(`${person.path}/edit`);
  await other.getByRole("combobox", { name: "Tình trạng hôn nhân" }).selectOption("Đã kết hôn");
  await send(other, "Lưu");
  await other.getByText("Đã lưu.").waitFor();

  await page.getByLabel("Trình độ chuyên môn, tay nghề").first().fill("May công nghiệp");
  await page.getByRole("combobox", { name: "Tình trạng hôn nhân" }).selectOption("Ly thân");
  const answer = await send(page, "Lưu");
  assert.equal(answer.status(), 409);
  const notice = page.getByRole("region", { name: "Có người khác vừa sửa hồ sơ này" }).first();
  assert.ok(await notice.evaluate((el) => el === document.activeElement), "the focus is on the notice");
  const row = (name) => notice.getByRole("row", { name }).getByRole("cell").allInnerTexts();
  assert.deepEqual(await row("Tình trạng hôn nhân"), ["–", "Đã kết hôn", "Ly thân"]);
  assert.deepEqual(await row("Trình độ chuyên môn"), ["–", "–", "May công nghiệp"]);
  assert.equal(await page.getByLabel("Trình độ chuyên môn, tay nghề").first().inputValue(), "May công nghiệp");
  assert.equal(await page.locator("[id='person-marital_status'] option:checked").innerText(), "Ly thân");

  // Nothing is saved yet.
  await other.reload();
  await other.getByRole("main").getByText("Đã kết hôn").waitFor();
  await send(page, "Lưu nội dung tôi đã nhập");
  await page.getByText("Đã lưu.").waitFor();
  for (const shown of ["Ly thân", "May công nghiệp"]) await page.getByRole("main").getByText(shown).waitFor();
});

both("what is taken back is asked about once more", DESK, async (page) => {
  const person = await registered("desk.tansonnhat");
  await page.goto(person.path);
  const confirm = page.getByRole("button", { name: "Đúng, bỏ mục này – Thẻ căn cước" });
  assert.ok(await confirm.isHidden());
  await page.locator("summary", { hasText: "Thẻ căn cước" }).click();
  const there = page.waitForNavigation();
  await confirm.click();
  await there;
  await page.getByText("Đã lưu.").waitFor();
  assert.equal(await page.getByRole("main").getByText("Thẻ căn cước").count(), 0);
});

both("the language switch keeps the page", DESK, async (page) => {
  const person = await registered("desk.tansonnhat");
  for (const path of [person.path, `${person.path}/edit`, "/people", "/people/new"]) {
    await page.goto(path);
    await send(page, "English");
    assert.equal(new URL(page.url()).pathname, path);
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
    await send(page, "Tiếng Việt");
    assert.equal(new URL(page.url()).pathname, path);
    assert.equal(await page.locator("html").getAttribute("lang"), "vi");
  }
  await page.goto("/people");
  const next = page.getByRole("link", { name: "Trang sau" });
  const there = await next.getAttribute("href");
  await next.click();
  await send(page, "English");
  assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, there);
});
