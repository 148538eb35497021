// The work at a counter, by keyboard alone.
import assert from "node:assert/strict";
import { Keys } from "./keys.mjs";
import { PASSWORD, both, email, heading, scene, somebody } from "./support.mjs";

both("an officer signs in, searches, registers and edits by keyboard alone", {}, async (page) => {
  const keys = new Keys(page);
  const person = somebody();

  // The way past what is on every page comes first.
  await page.goto("/people");
  await keys.remember();
  await keys.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), "#content");
  await keys.stop();
  await keys.press("Enter");
  await keys.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.id), "email");

  // Nothing typed: the focus is on what is wrong, which leads to the field.
  await keys.to(page.getByRole("button", { name: "Đăng nhập" }));
  await keys.follow("Space");
  await lands(page, keys, "email");
  await keys.type(email("desk.noibai"));
  await keys.press("Tab");
  await keys.type(PASSWORD);
  await keys.follow("Enter");
  assert.equal(new URL(page.url()).pathname, "/people");

  await keys.to(page.getByLabel("Họ và tên"));
  await keys.type(person.name);
  await keys.press("Tab");
  await keys.press("Tab");
  await keys.press("Tab");
  await keys.type(person.year);
  await keys.follow("Enter");
  await page.getByText("Không tìm thấy ai.").waitFor();

  await keys.to(page.getByRole("button", { name: "Ghi nhận người mới" }));
  await keys.follow("Enter");
  assert.equal(await page.getByRole("textbox", { name: "Họ, chữ đệm và tên" }).inputValue(), person.name, "the name is typed once");
  assert.equal(await page.locator("#person-birth-year").inputValue(), person.year);

  // A wrong number first: the rest stays as typed.
  await keys.to(page.getByLabel("Nam", { exact: true }));
  await keys.press("Space");
  await keys.press("ArrowRight");
  await keys.to(page.getByLabel("Loại giấy tờ"));
  await keys.press("ArrowDown");
  assert.equal(await page.locator("#document-kind option:checked").innerText(), "Thẻ căn cước");
  await keys.to(page.getByLabel("Số giấy tờ"));
  await keys.type(person.card.slice(0, 11));
  await keys.to(page.getByLabel("Đã xem"));
  await keys.press("ArrowDown");
  await keys.to(page.getByLabel("Số hoặc địa chỉ"));
  await keys.type(person.phone);
  await keys.press("Tab");
  await keys.press("Space");
  await keys.to(page.getByLabel("Tỉnh, thành phố", { exact: true }));
  await keys.type("nghe an");
  await suggested(page, keys, "Tỉnh Nghệ An");
  await keys.to(page.getByLabel("Xã, phường, đặc khu"));
  await keys.type("vinh phu");
  await suggested(page, keys, "Phường Vinh Phú");
  await keys.follow("Enter");
  await lands(page, keys, "document-number");
  await keys.press("End");
  await keys.type(person.card.slice(11));
  await keys.follow("Enter");

  assert.equal(await heading(page).innerText(), person.name);
  assert.match(page.url(), /\/people\/[0-9A-Z]+$/);
  const main = page.getByRole("main");
  for (const shown of ["Đã ghi nhận.", person.year, "Nữ", "Thẻ căn cước", `+84${person.phone.slice(1)}`, "Được gọi", "Phường Vinh Phú", "Tỉnh Nghệ An"]) {
    await main.getByText(shown).first().waitFor();
  }

  await keys.to(page.getByRole("button", { name: "Sửa thông tin" }));
  await keys.follow("Enter");
  await keys.to(page.getByRole("combobox", { name: "Tình trạng hôn nhân" }));
  await keys.press("ArrowDown");
  await keys.press("ArrowDown");
  await keys.to(page.getByRole("combobox", { name: "Dân tộc" }), "Shift+Tab");
  await keys.to(page.getByRole("button", { name: "Lưu" }));
  await keys.follow("Space");
  await main.getByText("Đã lưu.").waitFor();
  await main.getByText("Đã kết hôn").waitFor();
});

both("an officer scans, types and saves an intake by keyboard alone", { as: "desk.noibai" }, async (page) => {
  const keys = new Keys(page);
  const person = somebody();
  await page.goto("/intake");
  await keys.to(page.getByLabel("Quét hộ chiếu hoặc thẻ căn cước"));
  // A scanner is a keyboard that ends each line with Enter.
  for (const line of ["P<VNMNGUYEN<<THI<MAU<<<<<<<<<<<<<<<<<<<<<<<<", "C0000000<4VNM9002155F3002153001190000018<<68"]) {
    await keys.type(line);
    await keys.press("Enter");
  }
  await keys.press("Tab");
  await keys.stop();
  await keys.follow("Enter");
  await page.getByText("Đã điền từ giấy tờ. Xin so với giấy tờ trước khi lưu.").waitFor();
  assert.equal(await page.locator("#person-birth-year").inputValue(), "1990");

  // Another person: the number of the specimen is one for all tests.
  await keys.to(page.getByRole("textbox", { name: "Họ, chữ đệm và tên" }));
  await keys.press("Control+A");
  await keys.type(person.name);
  await keys.to(page.locator("#person-birth-year"));
  await keys.press("Control+A");
  await keys.type(person.year);
  await keys.to(page.getByLabel("Số giấy tờ", { exact: true }));
  await keys.press("Control+A");
  await keys.type(`C${person.card.slice(-7)}`);

  // Enter in a field reads the scan box, which is empty: nothing is saved and nothing lost.
  await keys.follow("Enter");
  assert.equal(await page.getByRole("textbox", { name: "Họ, chữ đệm và tên" }).inputValue(), person.name);
  await keys.to(page.getByLabel("Nước sống gần đây nhất").first());
  await keys.type("han quoc");
  await suggested(page, keys, "Hàn Quốc");
  await keys.to(page.locator("#return-left-month"));
  await keys.type("4");
  await keys.press("Tab");
  await keys.type("2021");
  await keys.to(page.getByRole("button", { name: "Lưu và tiếp tục" }));
  await keys.follow("Enter");
  await lands(page, keys, "return-wants_help");
  await keys.press("Space");
  await keys.to(page.getByRole("button", { name: "Lưu và tiếp tục" }));
  await keys.follow("Space");
  assert.equal(await heading(page).innerText(), "Phiếu hẹn");
  await page.getByText("Đã tiếp nhận.").waitFor();
});

/** The error summary has the focus, and its link leads to the field. */
async function lands(page, keys, field) {
  const summary = page.locator(".govuk-error-summary");
  await summary.waitFor();
  assert.ok(await summary.evaluate((el) => el === document.activeElement), "the focus is not on the error summary");
  assert.match(await page.title(), /^Lỗi: /);
  await keys.remember();
  await keys.stop();
  await keys.press("Tab");
  await keys.stop();
  await keys.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), field);
  await keys.stop();
}

/** With scripts a suggestion is taken by arrow and Enter, which must not send the form; without, what was typed stands. */
async function suggested(page, keys, name) {
  if (!(await page.evaluate(() => document.body.classList.contains("js-enabled")))) return;
  await page.getByRole("option", { name }).waitFor();
  const before = page.url();
  await keys.press("ArrowDown");
  await keys.stop();
  await keys.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.value), name);
  assert.equal(page.url(), before);
}

for (const path of ["/sign-in", "/people", "/people/new", "/intake", "/cases"]) {
  both(`Tab goes through all of ${path} and back, and out again`, path === "/sign-in" ? {} : { as: "desk.noibai" }, async (page) => {
    const keys = new Keys(page);
    await page.goto(path);
    const there = await keys.walk();
    assert.equal(there[0].name, "Đến nội dung chính <a>");
    assert.equal(there.length, await keys.expected());
    const back = await keys.walk("Shift+Tab");
    assert.equal(back.length, there.length);
  });
}

scene("everything folded can be opened by keyboard", { as: "desk.noibai" }, async (page) => {
  const keys = new Keys(page);
  await page.goto("/people/new");
  await keys.to(page.locator("summary", { hasText: "Giới tính" }));
  await keys.press("Enter");
  await page.getByRole("group", { name: "Giới tính" }).getByLabel("Vì sao chưa có câu trả lời").waitFor();
  await keys.to(page.locator("summary", { hasText: "Thông tin thêm" }));
  await keys.press("Space");
  await keys.to(page.getByRole("combobox", { name: "Dân tộc" }));
});
