// A list of three hundred passengers: uploaded, asked about, mended, put onto the list of those to meet.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { accessible, both, dated, heading, inDays, picture, rests, scene, send, PHONE, WIDE } from "./support.mjs";
import { Keys } from "./keys.mjs";

const main = (page) => page.getByRole("main");
const SYLLABLES = ["An", "Bình", "Châu", "Dung", "Giang", "Hạnh", "Khánh", "Lan", "Mậu", "Nga", "Oanh", "Phương", "Quỳnh", "Sen", "Thảo", "Uyên", "Vân", "Xuân", "Yến", "Đào"];

/** Three hundred lines, twelve of them with a fault; `flight` makes their numbers their own. */
function list(flight) {
  const lines = ["DANH SÁCH HÀNH KHÁCH;;;;;;", "STT;Họ và tên;Giới tính;Ngày sinh;Mã hồ sơ bay;Tình trạng cư trú;Điện thoại"];
  for (let n = 0; n < 300; n++) {
    const name = `Nguyễn ${SYLLABLES[n % 20]} ${SYLLABLES[Math.floor(n / 20)]}`;
    const cells = [n + 1, name, n % 2 ? "Nam" : "Nữ", `${String(1 + (n % 28)).padStart(2, "0")}/0${1 + (n % 9)}/${1970 + (n % 30)}`, `C${flight}${String(n).padStart(4, "0")}`, "quá hạn", `0912${flight}${String(n).padStart(3, "0")}`];
    const faults = {
      3: [1, ""], 20: [1, "Trần 007"], 41: [1, "=HYPERLINK(1)"], 60: [2, "không rõ"], 81: [3, "31/02/1990"], 100: [3, "15/02/90"],
      121: [3, "15/02/2090"], 140: [4, "C!"], 161: [6, "12"], 180: [4, cells[4].slice(0, -4) + "0000"], 201: [6, "chín một hai"], 220: [3, "x"],
    };
    if (faults[n]) cells[faults[n][0]] = faults[n][1];
    lines.push(cells.join(";"));
  }
  return Buffer.from(`\uFEFF${lines.join("\r\n")}\r\n`);
}

let flights = 0;
both("a list of three hundred is brought in", { as: "desk.noibai" }, async (page, { another }) => {
  const number = 410 + flights++;
  await page.goto("/arrivals");
  await send(page, "Nạp danh sách hành khách");
  await heading(page).getByText("Nạp danh sách hành khách").waitFor();
  await accessible(page);
  // Nothing chosen: what was typed stays.
  await page.locator("#flight").fill(`VN${number}`);
  await dated(page, "arrives", inDays(2));
  await send(page, "Nạp tệp");
  await main(page).getByText("Xin chọn một tệp.").first().waitFor();
  assert.equal(await page.locator("#flight").inputValue(), `VN${number}`);
  await accessible(page);
  await page.getByLabel("Tệp danh sách").setInputFiles({ name: "danh sách.csv", mimeType: "text/csv", buffer: list(number) });
  await send(page, "Nạp tệp");

  // A heading that says nothing to us, and a column that must not be kept.
  await heading(page).getByText(`Danh sách VN${number}`).waitFor();
  await main(page).getByText("Tình trạng cư trú").first().waitFor();
  assert.equal(await main(page).getByText("quá hạn").count(), 0);
  await accessible(page);
  await page.screenshot({ path: picture("import mapping"), fullPage: true });
  await send(page, "Đọc các dòng");
  await main(page).getByText("Xin chọn một mục.").first().waitFor();
  await page.getByLabel("Mã hồ sơ bay", { exact: true }).selectOption({ label: "Số hộ chiếu" });
  await send(page, "Đọc các dòng");
  await rests(page);
  await main(page).getByRole("heading", { name: "12 dòng cần sửa" }).waitFor();
  await accessible(page);
  await page.screenshot({ path: picture("import checked"), fullPage: true });

  // One line by hand, wrong first.
  await main(page).getByRole("link", { name: /Sửa dòng\s+6$/ }).click();
  await heading(page).getByText("Sửa dòng 6").waitFor();
  await accessible(page);
  await page.getByLabel("Họ và tên").fill("7");
  await send(page, "Lưu dòng");
  assert.equal(await page.getByLabel("Họ và tên").inputValue(), "7");
  await page.getByLabel("Họ và tên").fill("Lê Thị Được Sửa");
  await send(page, "Lưu dòng");
  await main(page).getByRole("heading", { name: "11 dòng cần sửa" }).waitFor();

  // The others leave as a sheet.
  const [file] = await Promise.all([page.waitForEvent("download"), main(page).getByRole("link", { name: "Tải dòng cần sửa (CSV)" }).click()]);
  const text = readFileSync(await file.path(), "utf8");
  assert.equal(text.trim().split("\n").length, 12);
  assert.ok(text.startsWith("\uFEFFDòng,") && text.includes("'=HYPERLINK(1)") && text.includes("Ngày này chưa đến."), text);
  const [book] = await Promise.all([page.waitForEvent("download"), main(page).getByRole("link", { name: "Tải dòng cần sửa (XLSX)" }).click()]);
  assert.equal(readFileSync(await book.path()).subarray(0, 2).toString(), "PK");

  await send(page, "Đưa 289 dòng đúng vào danh sách đón");
  await rests(page);
  await main(page).getByText("Đã xong").first().waitFor();
  assert.equal(await main(page).getByRole("definition").filter({ hasText: /^289$/ }).count(), 1);
  await accessible(page);

  // The same in English, and on a telephone.
  const english = await another({ as: "supervisor.noibai", language: "en", viewport: PHONE });
  await english.goto(new URL(page.url()).pathname);
  await main(english).getByText("On the list of those to meet").first().waitFor();
  await accessible(english);
  assert.ok(await english.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing sticks out");
  await english.goto("/imports");
  await accessible(english);
  assert.ok(await english.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing sticks out");
});

scene("the form can be worked by keyboard", { as: "desk.noibai", viewport: WIDE }, async (page) => {
  await page.goto("/imports");
  const keys = new Keys(page);
  const stops = await keys.walk();
  assert.equal(stops.length, await keys.expected());
});
