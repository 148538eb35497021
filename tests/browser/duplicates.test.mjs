// Two records of one person: found in the queue, compared, called different, merged field by field, taken apart; with a mouse,
// without scripts, and by keyboard alone.
import assert from "node:assert/strict";
import { Keys } from "./keys.mjs";
import { PHONE, both, heading, leave, registered, scene, send, violations } from "./support.mjs";

const main = (page) => page.getByRole("main");

/** Somebody registered twice at one office, the second time as a machine prints them; gives both addresses and the name. */
async function twice(account) {
  const first = await registered(account, { "person.sex": "" });
  const plain = first.name.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d").replaceAll("Đ", "D").toUpperCase();
  const second = await registered(account, {
    "person.name": plain, "person.birth.year": first.year, "person.birth.month": "3", "person.birth.day": "9", "person.said_by": "document",
    "person.level.birth": "documented", "document.number": first.card, "contact.value": first.phone, "person.none_of_these": "true",
  });
  return { name: first.name, plain, year: first.year, first: first.path, second: second.path, codes: [first.path, second.path].map((path) => path.split("/").pop()) };
}

/** What everybody sees on every page: its heading, what was said after sending, and nothing for axe to say against it. */
async function sees(page, title, ...words) {
  await heading(page).getByText(title).waitFor();
  for (const shown of words) await main(page).getByText(shown).filter({ visible: true }).first().waitFor();
  if (await page.evaluate(() => document.body.classList.contains("js-enabled"))) assert.deepEqual(await violations(page), [], page.url());
}

both("two people are called different, merged field by field, and taken apart", { as: "supervisor.noibai" }, async (page) => {
  const person = await twice("desk.noibai");
  await page.goto("/");
  await leave(page, page.getByRole("navigation", { name: "Trình đơn chính" }).getByRole("link", { name: "Hồ sơ nghi trùng" }));
  await sees(page, "Hồ sơ nghi trùng", "Không có hồ sơ nào tự gộp", "Cùng một số giấy tờ");
  const line = () => main(page).getByRole("row").filter({ hasText: person.plain }).getByRole("link");
  await leave(page, line());
  await sees(page, "Hai hồ sơ này có phải của một người?", person.name, person.plain, `09/03/${person.year}`, "Gần giống", "Giống", "Thiếu", "Theo giấy tờ");

  // Nothing chosen, then different; and taken back.
  await send(page, "Lưu kết luận");
  await sees(page, "Hai hồ sơ này có phải của một người?", "Xin chọn một trong các mục có sẵn.");
  await page.getByLabel("Hai người khác nhau").check();
  await page.getByLabel("Ghi chú").fill("Hai chị em.");
  await send(page, "Lưu kết luận");
  await sees(page, "Hồ sơ nghi trùng", "Đã lưu kết luận.");
  assert.equal(await line().count(), 0, "still asked about");
  await page.goto(person.first);
  assert.equal(await main(page).getByText(person.codes[1]).count(), 0);
  await page.goto("/duplicates?decided=true");
  await leave(page, line());
  await sees(page, "Hai hồ sơ này có phải của một người?", "Kết luận: hai người khác nhau", "Hai chị em.", "Bùi Thị Thanh Trà");
  await send(page, "Rút lại kết luận");
  await sees(page, "Hai hồ sơ này có phải của một người?", "Đã rút lại.");

  // The same, field by field: the better known stands chosen.
  await page.getByLabel("Cùng một người").check();
  await send(page, "Lưu kết luận");
  await sees(page, "Gộp hai hồ sơ", "Cả hai mã vẫn dùng được.");
  assert.ok(await page.getByRole("group", { name: "Họ, chữ đệm và tên" }).getByLabel(person.name).isChecked());
  assert.ok(await page.getByRole("group", { name: "Ngày sinh" }).getByLabel(`09/03/${person.year}`).isChecked());
  await page.getByRole("group", { name: "Họ, chữ đệm và tên" }).getByLabel(person.plain).check();
  await send(page, "Gộp hai hồ sơ");
  await sees(page, person.plain, "Đã gộp hai hồ sơ.", `09/03/${person.year}`, `Đã gộp hồ sơ ${person.plain}, mã ${person.codes[1]}.`);
  assert.equal(new URL(page.url()).pathname, person.first);
  await page.goto(person.second);
  await sees(page, person.plain, "Mã vừa dùng là mã của một hồ sơ đã được gộp vào hồ sơ này.");
  assert.equal(new URL(page.url()).pathname, person.first);

  // Something came since; then two again.
  await page.goto(`${person.first}/contacts/new`);
  await page.getByLabel("Số hoặc địa chỉ").fill("0987 000 111");
  await send(page, "Lưu");
  await leave(page, page.getByRole("link", { name: "Tách lại thành hai hồ sơ" }));
  await sees(page, "Tách lại thành hai hồ sơ", "Thêm vào sau khi gộp", "Cách liên lạc: 1", "Giấy tờ: 1");
  await send(page, "Tách lại");
  await sees(page, "Tách lại thành hai hồ sơ", "Xin cho biết lý do.");
  await page.getByLabel("Vì sao tách lại").fill("Hai chị em dùng chung giấy tờ.");
  await send(page, "Tách lại");
  await sees(page, person.name, "Đã tách lại thành hai hồ sơ.", "+84987000111", person.codes[1]);
  await page.goto(person.second);
  await sees(page, person.plain, `09/03/${person.year}`);
  await page.goto("/duplicates");
  assert.equal(await line().count(), 1, "asked about again");
});

scene("a pair in English on a telephone", { as: "supervisor.tansonnhat", language: "en", viewport: PHONE }, async (page) => {
  const person = await twice("desk.tansonnhat");
  await page.goto("/duplicates");
  await leave(page, main(page).getByRole("row").filter({ hasText: person.plain }).getByRole("link"));
  await sees(page, "Are these two records one person?", "Nearly the same", "The same document number");
  assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= innerWidth), "scrolls sideways");
  await page.getByLabel("The same person").check();
  await send(page, "Save the conclusion");
  await sees(page, "Merge two records", "This can be undone at any time.");
  await send(page, "Merge the two records");
  await sees(page, person.name, "The two records were merged.");
  await leave(page, page.getByRole("link", { name: "Undo the merge" }));
  await sees(page, "Undo the merge", "Goes back to the old record");
});

scene("a pair is decided by keyboard alone", { as: "supervisor.laobao" }, async (page) => {
  const person = await twice("desk.laobao");
  const keys = new Keys(page);
  await page.goto("/duplicates");
  await keys.remember();
  await keys.to(main(page).getByRole("row").filter({ hasText: person.plain }).getByRole("link"));
  await keys.follow("Enter");
  await keys.remember();
  await keys.to(page.getByLabel("Cùng một người"));
  await keys.press("Space");
  await keys.to(page.getByLabel("Ghi chú"));
  await keys.type("Cùng số căn cước.");
  await keys.to(page.getByRole("button", { name: "Lưu kết luận" }));
  await keys.follow("Enter");
  await keys.remember();
  await keys.to(page.getByRole("button", { name: "Gộp hai hồ sơ" }));
  await keys.follow("Enter");
  await sees(page, person.name, "Đã gộp hai hồ sơ.");
});

scene("DOLAB decides of two offices, and sees what identifies and no more", { as: "supervisor.dolab" }, async (page) => {
  await page.goto("/duplicates");
  await sees(page, "Hồ sơ nghi trùng");
  const first = await registered("desk.noibai");
  const second = await registered("counsellor.nghean", { "person.name": first.name, "person.birth.year": first.year, "document.number": first.card, "person.none_of_these": "true" });
  await page.goto("/duplicates");
  await leave(page, main(page).getByRole("row").filter({ hasText: `${first.name}, sinh ${first.year}` }).getByRole("link"));
  await sees(page, "Hai hồ sơ này có phải của một người?", "Tỉnh Nghệ An", "chỉ có thông tin nhân thân", first.path.split("/").pop());
  const shown = await main(page).innerText();
  for (const hidden of [first.card, second.phone.slice(0, 8), "Nội Bài", "Tình trạng hôn nhân"]) assert.ok(!shown.includes(hidden), hidden);
});
