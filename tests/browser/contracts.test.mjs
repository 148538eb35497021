// The base of contracts: brought in, asked about, mended, kept; somebody on the list of those who may be back, asked after,
// and registered at the door.
import assert from "node:assert/strict";
import { accessible, both, dated, heading, inDays, leave, picture, rests, scene, send, somebody, PHONE, WIDE } from "./support.mjs";
import { Keys } from "./keys.mjs";

const main = (page) => page.getByRole("main");
const written = (days) => inDays(days).map((part) => part.padStart(2, "0")).join("/");

/** Twenty lines, five of them with a fault; the first is of somebody whose contract ended lately. */
function base(person, passport, ended) {
  const lines = ["Họ và tên;Giới tính;Ngày sinh;Mã X;Tỉnh;Nước làm việc;Ngày bắt đầu hợp đồng;Ngày kết thúc hợp đồng;Mức lương;Loại tiền;Tình trạng cư trú"];
  lines.push([person.name, "Nữ", person.year, passport, "Nghệ An", "Nhật Bản", "15/03/2022", written(-ended), "178000", "JPY", "quá hạn"].join(";"));
  const faults = { 3: [7, "14/03/2021"], 6: [8, "-5"], 9: [5, "Atlantis"], 12: [6, "31/02/2024"], 15: [8, "=1+1"] };
  for (let n = 1; n < 20; n++) {
    const other = somebody();
    const cells = [other.name, "Nam", other.year, `${passport.slice(0, -2)}${n + 10}`, "Hà Tĩnh", "KR", "15/03/2022", written(400), "1900000", "KRW", ""];
    if (faults[n]) cells[faults[n][0]] = faults[n][1];
    lines.push(cells.join(";"));
  }
  return Buffer.from(`\uFEFF${lines.join("\r\n")}\r\n`);
}

const narrow = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

let rounds = 0;
both("contracts are brought in, and somebody who may be back is asked after", { as: "supervisor.dolab" }, async (page, { another }) => {
  const round = rounds++;
  const person = somebody();
  const passport = `C77${round}0100`;
  // Later than anybody else's, so that they come first; a month after, so that they are on the list.
  const ended = 40 - round;
  await page.goto("/");
  await main(page).getByRole("link", { name: "Nạp dữ liệu hợp đồng" }).click();
  await heading(page).getByText("Nạp dữ liệu hợp đồng").waitFor();
  await accessible(page);
  await send(page, "Nạp tệp");
  await main(page).getByText("Xin chọn một tệp.").first().waitFor();
  await page.getByLabel("Tệp danh sách").setInputFiles({ name: `hợp đồng ${round}.csv`, mimeType: "text/csv", buffer: base(person, passport, ended) });
  await send(page, "Nạp tệp");

  // A heading that says nothing, and a column that must not be kept.
  await heading(page).getByText("Dữ liệu hợp đồng").waitFor();
  await main(page).getByText("Tình trạng cư trú").first().waitFor();
  assert.equal(await main(page).getByText("quá hạn").count(), 0);
  await accessible(page);
  await page.getByLabel("Mã X", { exact: true }).selectOption({ label: "Số hộ chiếu" });
  await send(page, "Đọc các dòng");
  await rests(page);
  await main(page).getByRole("heading", { name: "5 dòng cần sửa" }).waitFor();
  for (const fault of ["Ngày hết hợp đồng phải sau ngày bắt đầu.", "Xin nhập số tiền bằng chữ số", "Không có tên này trong danh mục", "Không có ngày này", "Ô chứa công thức"]) {
    await main(page).getByText(fault).first().waitFor();
  }
  await accessible(page);
  await page.screenshot({ path: picture("contracts checked"), fullPage: true });
  await main(page).getByRole("link", { name: /Sửa dòng\s+5$/ }).click();
  await heading(page).getByText("Sửa dòng 5").waitFor();
  await accessible(page);
  await page.getByLabel("Ngày kết thúc hợp đồng").fill("14/03/2028");
  await send(page, "Lưu dòng");
  await main(page).getByRole("heading", { name: "4 dòng cần sửa" }).waitFor();
  await send(page, "Đưa 16 dòng đúng vào cơ sở dữ liệu");
  await rests(page);
  await main(page).getByText("Đã xong").first().waitFor();
  await accessible(page);

  // The province of the first: a number, its list, and no name before somebody is asked.
  const centre = await another({ as: "supervisor.nghean", scripts: await page.evaluate(() => document.body.classList.contains("js-enabled")) });
  await centre.goto("/unknown-returnees");
  await heading(centre).getByText("Người có thể đã về").waitFor();
  await accessible(centre);
  const row = centre.locator(".govuk-summary-list__row", { hasText: "Hết hợp đồng, chưa rõ đã về" });
  const number = Number((await row.locator("a").innerText()).match(/^\d+/)[0]);
  await leave(centre, row.locator("a"));
  const lines = centre.locator("tbody tr");
  assert.equal(await lines.count(), Math.min(number, 50), "the number opens exactly its list");
  assert.equal(await main(centre).getByText(person.name).count(), 0);
  await accessible(centre);
  await centre.screenshot({ path: picture("unknown list"), fullPage: true });
  await lines.first().getByRole("link", { name: person.year }).click();
  await heading(centre).getByText("Giao việc hỏi thăm").waitFor();
  await accessible(centre);
  await send(centre, "Giao việc hỏi thăm");
  await main(centre).getByText("Xin nhập nội dung này.").first().waitFor();
  await centre.locator("#task-commune").fill("Xã Quỳnh Lưu");
  await centre.locator("#task-given_to").fill("Cán bộ lao động xã");
  await dated(centre, "task-due", inDays(20));
  await send(centre, "Giao việc hỏi thăm");
  await main(centre).getByText(person.name).first().waitFor();
  assert.equal(await main(centre).getByText(passport).count(), 0);
  await accessible(centre);
  await centre.screenshot({ path: picture("contact task"), fullPage: true });
  await send(centre, "Ghi kết quả");
  await main(centre).getByText("Xin chọn một mục.").first().waitFor();
  await centre.getByLabel("Đã về", { exact: true }).check();
  await send(centre, "Ghi kết quả");

  // At the door with what is known; the paper's number makes the contract theirs.
  await send(centre, "Đăng ký người này");
  await heading(centre).getByText("Tiếp nhận").waitFor();
  assert.equal(await centre.locator("#person-name").inputValue(), person.name);
  assert.equal(await centre.locator("#return-previous_country").inputValue(), "Nhật Bản");
  await centre.locator("#document-kind").selectOption("passport");
  await centre.locator("#document-number").fill(passport);
  await centre.locator("#return-left-month").fill("3");
  await centre.locator("#return-left-year").fill("2022");
  await dated(centre, "return-entered", inDays(-3));
  await centre.locator("[name='return.wants_help'][value=no]").check();
  await centre.locator("main form button:not([formaction])").last().click();
  await centre.waitForURL(/\/returns\//);
  for (let n = 0; n < 40 && !(await centre.locator("#contract").count()); n++) {
    await centre.waitForTimeout(500);
    await centre.reload();
  }
  await main(centre).getByText(`15/03/2022 – ${written(-ended)}`).waitFor();
  await accessible(centre);
  await centre.screenshot({ path: picture("return with contract"), fullPage: true });

  // In English, on a telephone.
  const english = await another({ as: "supervisor.nghean", language: "en", viewport: PHONE });
  for (const path of ["/unknown-returnees", "/unknown-returnees/list?of=contract-ended", "/contact-tasks?state=returned", "/contract-links"]) {
    await english.goto(path);
    await accessible(english);
    assert.ok(await narrow(english), `${path} sticks out`);
  }
});

scene("asking a commune can be worked by keyboard", { as: "supervisor.nghean", viewport: WIDE }, async (page) => {
  await page.goto("/unknown-returnees/list?of=contract-ended");
  await page.locator("tbody tr a").first().click();
  const keys = new Keys(page);
  const stops = await keys.walk();
  assert.equal(stops.length, await keys.expected());
});
