// Names out of long lists: suggested while one types, understood without.
import assert from "node:assert/strict";
import { both, registered, scene, send } from "./support.mjs";

const DESK = { as: "desk.noibai" };
const province = (page) => page.getByLabel("Tỉnh, thành phố", { exact: true });
const options = (page, how) => page.getByRole("listbox").getByRole("option", how);
const commune = (page) => page.getByLabel("Xã, phường, đặc khu");

/** The page that adds an address to somebody; says which requests for suggestions were made. */
async function address(page) {
  const asked = [];
  page.on("request", (request) => {
    if (request.url().includes("/vocabulary/")) asked.push(new URL(request.url()).searchParams.get("q"));
  });
  const { path } = await registered("desk.noibai");
  await page.goto(`${path}/addresses/new`);
  return asked;
}

scene("a name without diacritics is suggested and taken by arrow and Enter", DESK, async (page) => {
  await address(page);
  const before = page.url();
  await province(page).pressSequentially("nghe an");
  const list = page.getByRole("listbox", { name: "Danh sách gợi ý" });
  await list.waitFor();
  assert.deepEqual(await list.getByRole("option").allInnerTexts(), ["Tỉnh Nghệ An"]);
  assert.equal(await province(page).getAttribute("aria-expanded"), "true");
  await page.getByRole("status").getByText("Có 1 gợi ý").waitFor();

  await page.keyboard.press("ArrowDown");
  const chosen = await list.getByRole("option", { selected: true }).getAttribute("id");
  assert.equal(await province(page).getAttribute("aria-activedescendant"), chosen);
  await page.keyboard.press("Enter");
  assert.equal(await province(page).inputValue(), "Tỉnh Nghệ An");
  assert.equal(await page.locator("[name='address.province.code']").inputValue(), "40");
  assert.equal(await province(page).getAttribute("aria-expanded"), "false");
  await page.getByRole("status").getByText("Đã chọn Tỉnh Nghệ An").waitFor();
  assert.equal(page.url(), before, "Enter chose, and did not send");

  // What is typed afterwards is another name.
  await province(page).pressSequentially("x");
  assert.equal(await page.locator("[name='address.province.code']").inputValue(), "");
  await page.getByRole("status").getByText("Không có gợi ý nào").waitFor();
  assert.ok(await list.isHidden());
});

scene("communes are those of the province", DESK, async (page) => {
  await address(page);
  await commune(page).fill("tan tien");
  await options(page).nth(1).waitFor();
  assert.ok((await options(page).count()) > 3, "Tân Tiến is in many provinces");
  await page.keyboard.press("Escape");
  assert.equal(await page.getByRole("listbox").count(), 0);

  await province(page).fill("Cà Mau");
  await commune(page).fill("tan tie");
  await options(page).first().waitFor();
  assert.deepEqual(await options(page).allInnerTexts(), ["Xã Tân Tiến\nTỉnh Cà Mau"]);
  await options(page).click();
  assert.equal(await commune(page).inputValue(), "Xã Tân Tiến");
  await send(page, "Lưu");
  await page.getByRole("main").getByText("Xã Tân Tiến, Tỉnh Cà Mau").waitFor();
});

scene("a letter that is still being composed asks nothing", DESK, async (page) => {
  await page.clock.install();
  const asked = await address(page);
  const keys = await page.context().newCDPSession(page);
  await province(page).focus();
  // As Telex does: «ngheej» becomes «nghệ» before it is handed over.
  for (const text of ["n", "ng", "ngh", "nghe", "nghê", "nghệ"]) {
    await keys.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
    await page.clock.runFor(1000);
  }
  assert.equal(await province(page).inputValue(), "nghệ");
  assert.deepEqual(asked, []);
  // Enter and arrows belong to the input method until then.
  await province(page).dispatchEvent("keydown", { key: "Enter", isComposing: true });

  await keys.send("Input.insertText", { text: "nghệ" });
  const answer = page.waitForResponse(/vocabulary/);
  await page.clock.runFor(1000);
  await answer;
  assert.deepEqual(asked, ["nghệ"]);
  await options(page, { name: "Tỉnh Nghệ An" }).waitFor();
});

scene("fast typing asks once", DESK, async (page) => {
  await page.clock.install();
  const asked = await address(page);
  await province(page).pressSequentially("nghe an");
  const answer = page.waitForResponse(/vocabulary/);
  await page.clock.runFor(1000);
  await answer;
  assert.deepEqual(asked, ["nghe an"]);
});

scene("without the network the field is a plain one", DESK, async (page) => {
  await address(page);
  await page.route(/vocabulary/, (route) => route.abort());
  const gone = page.waitForEvent("requestfailed");
  await province(page).fill("nghe an");
  await gone;
  await send(page, "Lưu");
  await page.getByRole("main").getByText("Tỉnh Nghệ An").first().waitFor();
  page.complaints.splice(0);
});

both("a name typed in full is understood", DESK, async (page) => {
  await address(page);
  await province(page).fill("nghe an");
  await commune(page).fill("vinh phu");
  await page.keyboard.press("Tab");
  await send(page, "Lưu");
  await page.getByRole("main").getByText("Phường Vinh Phú, Tỉnh Nghệ An").waitFor();
});

both("a name of several places is asked back", DESK, async (page) => {
  await address(page);
  await commune(page).fill("Xã Tân Tiến");
  await page.keyboard.press("Tab");
  const answer = await send(page, "Lưu");
  assert.equal(answer.status(), 422);
  const choice = page.getByRole("group", { name: "Anh/chị muốn chọn mục nào?" });
  assert.equal(await commune(page).inputValue(), "Xã Tân Tiến");
  await page.getByRole("link", { name: "Có nhiều nơi trùng tên" }).waitFor();
  await choice.getByLabel("Xã Tân Tiến, Tỉnh Cà Mau").check();
  await send(page, "Lưu");
  await page.getByRole("main").getByText("Xã Tân Tiến, Tỉnh Cà Mau").waitFor();
});

both("a name of nowhere is said to be one, and what was typed stays", DESK, async (page) => {
  await address(page);
  await province(page).fill("Hà Đông Tây");
  await page.getByLabel("Số nhà, đường, thôn, tổ").fill("Ngõ 5");
  const answer = await send(page, "Lưu");
  assert.equal(answer.status(), 422);
  assert.equal(await province(page).getAttribute("aria-describedby"), "address-province-hint address-province-error");
  assert.equal(await province(page).inputValue(), "Hà Đông Tây");
  assert.equal(await page.getByLabel("Số nhà, đường, thôn, tổ").inputValue(), "Ngõ 5");
});
