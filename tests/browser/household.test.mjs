// Old addresses, a family, a link that both agree to, and somebody who leaves again: as a counsellor does it, with and
// without scripts, by keyboard, on a narrow screen, in both languages.
import assert from "node:assert/strict";
import { Keys } from "./keys.mjs";
import { PHONE, both, dated, heading, inDays, picture, received, registered, scene, send, violations } from "./support.mjs";

const AS = "counsellor.nghean";
const main = (page) => page.getByRole("main");

/** The heading, and nothing for axe to say where scripts run. */
async function sees(page, title, ...words) {
  await heading(page).getByText(title).waitFor();
  for (const shown of words) await main(page).getByText(shown).filter({ visible: true }).first().waitFor();
  if (await page.evaluate(() => document.body.classList.contains("js-enabled"))) assert.deepEqual(await violations(page), [], page.url());
}

async function unfolds(page, words) {
  const folded = main(page).locator("details").filter({ has: page.locator("summary", { hasText: words }) }).first();
  if ((await folded.getAttribute("open")) === null) await folded.locator("summary").click();
  return folded;
}

/** Types what a card says and leaves the field, so that no suggestion is in the way. */
async function printed(page, commune, district, province) {
  await unfolds(page, "Địa chỉ cũ in trên giấy tờ");
  for (const [label, typed] of [["Tỉnh, thành phố cũ", province], ["Quận, huyện, thị xã cũ", district], ["Xã, phường, thị trấn cũ", commune]]) {
    await page.getByLabel(label).fill(typed);
    await page.getByLabel(label).press("Tab");
  }
}

both("an old address is taken over, asked about, or left as printed", { as: AS }, async (page) => {
  const person = await registered(AS, { "address.province": "", "address.line": "" });
  // One commune of today: one press.
  await page.goto(`${person.path}/addresses/new`);
  await printed(page, "phuc xa", "quận ba đình", "Hà Nội");
  await send(page, "Lưu");
  await sees(page, person.name, "phuc xa, quận ba đình, Hà Nội", "Phường Hồng Hà, Thành phố Hà Nội");
  await main(page).getByRole("button", { name: /^Lấy làm quê nhà hiện nay/ }).click();
  await sees(page, person.name, "Lấy từ địa chỉ như in trên giấy tờ");
  // Several: nothing is chosen for anybody.
  await page.goto(`${person.path}/addresses/new`);
  await printed(page, "Cổ Bi", "Gia Lâm", "TP Hà Nội");
  await send(page, "Lưu");
  await main(page).getByRole("link", { name: "Chọn xã, phường hiện nay" }).click();
  await sees(page, "Xã, phường hiện nay", "Xã Cổ Bi, Huyện Gia Lâm, Thành phố Hà Nội");
  assert.equal(await main(page).locator("input[type=radio]").count(), 4);
  assert.equal(await main(page).locator("input[type=radio]:checked").count(), 0);
  await send(page, "Lấy làm quê nhà hiện nay");
  await sees(page, "Xã, phường hiện nay", "Xin chọn một mục.");
  await page.getByLabel("Xã Thuận An, Thành phố Hà Nội").check();
  await send(page, "Lấy làm quê nhà hiện nay");
  await sees(page, person.name, "Xã Thuận An");
  // Unknown: as printed, and it is said so.
  await page.goto(`${person.path}/addresses/new`);
  await printed(page, "Xã Không Có", "Huyện Không Có", "Hà Nội");
  await send(page, "Lưu");
  await sees(page, person.name, "Chưa nhận ra đơn vị hành chính cũ; giữ nguyên như in.");
});

scene("old units are suggested within what was typed before", { as: AS }, async (page) => {
  const person = await registered(AS);
  await page.goto(`${person.path}/addresses/new`);
  await unfolds(page, "Địa chỉ cũ in trên giấy tờ");
  await page.getByLabel("Tỉnh, thành phố cũ").fill("Hà Nội");
  await page.getByLabel("Tỉnh, thành phố cũ").press("Tab");
  await page.getByLabel("Quận, huyện, thị xã cũ").fill("ba d");
  await page.getByRole("option", { name: /Quận Ba Đình/ }).click();
  await page.getByLabel("Xã, phường, thị trấn cũ").fill("phuc");
  await page.getByRole("option", { name: /Phường Phúc Xá/ }).click();
  assert.equal(await page.getByLabel("Xã, phường, thị trấn cũ").inputValue(), "Phường Phúc Xá");
});

both("a family, whether it is poor, and a link that both agree to", { as: AS }, async (page, { another }) => {
  const wife = await registered(AS);
  const worker = await registered(AS);
  await page.goto(wife.path);
  await page.getByRole("link", { name: "Gia đình", exact: true }).click();
  await sees(page, wife.name, "Không có liên kết nào mà anh/chị được thấy.");
  await page.getByRole("button", { name: "Thêm người trong gia đình" }).click();
  await sees(page, "Thêm người trong gia đình");
  await send(page, "Lưu");
  await sees(page, "Thêm người trong gia đình", "Xin chọn một mục.");
  await page.getByLabel("Là gì của người này").selectOption({ label: "Con" });
  await page.getByLabel("Năm sinh", { exact: true }).fill("2016");
  await page.getByLabel("Việc học").selectOption({ label: "Đang đi học" });
  await page.getByLabel("Ai chăm sóc").selectOption({ label: "– Không muốn trả lời" });
  await send(page, "Lưu");
  await sees(page, wife.name, "Đang đi học", "Không muốn trả lời");

  await unfolds(page, "Ghi tình trạng hộ");
  await page.getByLabel("Chưa xác định được", { exact: true }).check();
  await page.getByLabel("Vì sao chưa xác định được").selectOption({ label: "Vắng mặt khi xã rà soát" });
  await send(page, "Lưu");
  await sees(page, wife.name, "Vắng mặt khi xã rà soát", "Đang đề nghị xã rà soát lại hộ này");

  await page.getByRole("button", { name: "Liên kết với người nhà" }).click();
  await sees(page, "Liên kết với người nhà", "Chỉ liên kết khi cả hai người đồng ý.");
  await page.getByLabel("Mã hồ sơ của người kia").fill(worker.path.split("/").pop());
  await page.getByLabel("Người kia", { exact: true }).check();
  await page.getByLabel("Người nhà là gì của người đi làm việc").selectOption({ label: "Vợ hoặc chồng" });
  await dated(page, "link-this-on", inDays(0));
  await page.locator("#link-this-how").selectOption({ label: "Nói trực tiếp" });
  await send(page, "Lưu liên kết");
  // The other one has not agreed yet.
  await sees(page, "Liên kết với người nhà", "Xin ghi đủ ngày, tháng, năm người đó đồng ý.");
  await dated(page, "link-other-on", inDays(0));
  await page.locator("#link-other-how").selectOption({ label: "Nói qua điện thoại" });
  await send(page, "Lưu liên kết");
  await sees(page, wife.name, "người đi làm việc ở nước ngoài");
  // By their records: made-up people may share a name.
  const to = (person) => `main a[href='${person.path}'].govuk-\\!-font-weight-bold`;
  assert.equal(await page.locator(to(worker)).count(), 1);

  // On a narrow screen, in English too, and by the worker's side.
  const phone = await another({ as: AS, language: "en", viewport: PHONE });
  for (const path of [`${worker.path}/household`, `${worker.path}/household/new`, `${worker.path}/family-links/new`]) {
    await phone.goto(path);
    assert.deepEqual(await violations(phone), [], path);
    assert.ok(await phone.evaluate(() => document.scrollingElement.scrollWidth <= 360), `${path} scrolls sideways`);
  }
  await phone.goto(`${worker.path}/household`);
  await phone.locator(to(wife)).waitFor();
  await page.setViewportSize(PHONE);
  await page.screenshot({ path: picture("household 360"), fullPage: true });

  // Either takes it back; then it is gone for both.
  await unfolds(page, "Rút lại liên kết");
  await main(page).getByRole("button", { name: /^Đúng, rút lại/ }).click();
  await sees(page, wife.name, "Không có liên kết nào mà anh/chị được thấy.");
  await phone.reload();
  assert.equal(await phone.locator(to(wife)).count(), 0);
});

both("who leaves again ends the return; the case is proposed for closing", { as: AS }, async (page) => {
  const person = await received(AS);
  await page.goto(person.case);
  await page.getByRole("link", { name: "Lần về nước", exact: true }).click();
  await page.getByRole("link", { name: "Ghi việc đi lần nữa" }).click();
  await sees(page, "Đi làm việc lần nữa");
  await page.getByLabel("Đã đi lần nữa").check();
  await page.getByLabel("Nước đến").fill("Nhật Bản");
  await page.getByLabel("Nước đến").press("Tab");
  await page.getByLabel("Tự chọn đi", { exact: true }).check();
  await dated(page, "departure-left", inDays(2));
  await send(page, "Lưu");
  await sees(page, "Đi làm việc lần nữa", "Lỗi");
  await dated(page, "departure-left", inDays(0));
  await send(page, "Lưu");
  await sees(page, person.name, "Đã về, rồi đi làm việc lần nữa", "Nó vẫn được tính trong số liệu của năm về.");
  await page.getByRole("link", { name: "Ghi quyền trở lại" }).click();
  await page.getByLabel("EPS: chủ cũ đề nghị tuyển lại").check();
  await send(page, "Lưu");
  await sees(page, person.name, "EPS: chủ cũ đề nghị tuyển lại", "Chưa rõ đã đủ điều kiện chưa");
  await page.goto(person.case);
  await sees(page, person.name, "Đề nghị đóng hồ sơ");
  await page.getByRole("link", { name: "Đóng với lý do đi làm việc lần nữa" }).click();
  assert.ok(await page.getByLabel("Đi làm việc ở nước ngoài lần nữa").isChecked());
});

scene("a family member by keyboard alone", { as: AS }, async (page) => {
  const person = await registered(AS);
  const keys = new Keys(page);
  await page.goto(`${person.path}/household/new`);
  await keys.remember();
  await keys.to(page.getByLabel("Là gì của người này"));
  await keys.type("Con");
  await keys.press("Tab");
  await keys.type("Trần Thị Bé");
  await keys.to(page.getByRole("button", { name: "Lưu", exact: true }));
  await keys.follow("Enter");
  await main(page).getByText("Con: Trần Thị Bé").waitFor();
});

scene("the new pages in English", { as: AS, language: "en" }, async (page) => {
  const person = await received(AS);
  await page.goto(person.case);
  const back = await page.locator("main a[href*='/returns/']").first().getAttribute("href");
  const record = back.split("/returns/")[0];
  for (const path of [back, `${back}/departure`, `${back}/rights/new`, `${record}/household`, `${record}/household/new`, `${record}/family-links/new`, `${record}/addresses/new`]) {
    await page.goto(path);
    assert.deepEqual(await violations(page), [], path);
    await page.setViewportSize(PHONE);
    assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= 360), `${path} scrolls sideways`);
    await page.setViewportSize({ width: 1280, height: 900 });
  }
});
