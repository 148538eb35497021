// A planeload from its list to its last duplicate: three hundred lines with twelve faults, of whom nine are known already, met
// from two windows at once, reconciled, and told apart.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dated, heading, inDays, open, picture, received, registered, rests, scene, send, somebody, violations } from "./support.mjs";

const main = (page) => page.getByRole("main");
const FLIGHT = "QH612";
const HEADINGS = ["STT", "Họ và tên", "Giới tính", "Năm sinh", "Số CCCD", "Điện thoại"];
const people = Array.from({ length: 300 }, somebody);
// Whom the post abroad announced, who has a record at this desk, and who stands on the next list again.
const [ANNOUNCED, TWICE, AGAIN] = [[10, 11, 12], [20, 21, 22], [50, 51, 52]];
const FAULTS = {
  30: [1, ""], 45: [1, "Trần 007"], 60: [1, "=HYPERLINK(1)"], 75: [2, "không rõ"], 90: [3, "31/02/1990"], 105: [3, "x"], 120: [3, "2090"],
  135: [4, "12"], 150: [4, people[149].card], 165: [5, "chín một hai"], 180: [5, "12"], 195: [3, "15/02/2090"],
};

const plain = (name) => name.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d").replaceAll("Đ", "D").toUpperCase();
const cells = (n) => [n + 1, people[n].name, "Nữ", people[n].year, people[n].card, people[n].phone];
const sheet = (lines) => ({ name: "danh sách.csv", mimeType: "text/csv", buffer: Buffer.from(`\uFEFF${lines.map((line) => line.join(";")).join("\r\n")}\r\n`) });
const card = ({ name, year, card: number }) => `${number}||${name}|0101${year}|Nữ|Xóm 3|01012022`;

const counted = async (page, words) => Number(/^\d+/.exec(await page.locator(".app-counts li").filter({ hasText: words }).first().innerText())[0]);
const told = (page, what) => page.locator("div.govuk-summary-list__row").filter({ hasText: what }).locator("dd").first().innerText();

async function brought(page, file) {
  await page.goto("/imports");
  await page.locator("#flight").fill(FLIGHT);
  await dated(page, "arrives", inDays(0));
  await page.getByLabel("Tệp danh sách").setInputFiles(file);
  await send(page, "Nạp tệp");
  await rests(page);
}

async function scanned(page, person) {
  await page.locator("#scan").fill(card(person));
  await send(page, "Đọc mã");
}

async function arrives(page, n) {
  await scanned(page, people[n]);
  await page.getByRole("heading", { name: `Số ${n + 1}: ${people[n].name}` }).waitFor();
  await send(page, "Đã tới, không cần hỗ trợ gì thêm");
  await page.getByText(`Đã xác nhận: số ${n + 1}, ${FLIGHT}.`).waitFor();
}

scene("a planeload is brought in, met, reconciled and told apart", { as: "desk.laobao" }, async (page, { another }) => {
  const abroad = await open({ as: "attache.seoul" });
  await abroad.goto("/intake");
  const gate = await abroad.getByLabel("Nơi sẽ đón").locator("option", { hasText: "Lao Bảo" }).getAttribute("value");
  await abroad.context().close();
  const as = ({ name, year, card: number, phone }) => ({ "person.name": name, "person.birth.year": year, "document.number": number, "contact.value": phone });
  const [day, month, year] = inDays(0);
  for (const n of ANNOUNCED) {
    await received("attache.seoul", {
      ...as(people[n]), "return.standing": "planned", "return.entered.day": "", "return.entered.month": "", "return.entered.year": "",
      "return.expected.day": day, "return.expected.month": month, "return.expected.year": year, "return.expected_at": gate,
    });
  }
  for (const n of TWICE) await registered("desk.laobao", { ...as(people[n]), "person.name": plain(people[n].name), "contact.value": somebody().phone });

  // The list, its faults, and those it names that are expected already.
  const lines = people.map((_, n) => cells(n));
  for (const [n, [at, wrong]] of Object.entries(FAULTS)) lines[n][at] = wrong;
  await brought(page, sheet([HEADINGS, ...lines]));
  await main(page).getByRole("heading", { name: "12 dòng cần sửa" }).waitFor();
  assert.equal(await told(page, "Đã được nơi khác báo trước"), "3");
  await send(page, "Đưa 288 dòng đúng vào danh sách đón");
  await rests(page);
  // Mended in the sheet that has them, with three who are on the list already.
  const [file] = await Promise.all([page.waitForEvent("download"), main(page).getByRole("link", { name: "Tải dòng cần sửa (CSV)" }).click()]);
  const headings = readFileSync(await file.path(), "utf8").replace("\uFEFF", "").split(/\r?\n/)[0].split(",");
  assert.deepEqual(headings.slice(1, -1), HEADINGS.slice(1), "the same sheet");
  const mended = [...Object.keys(FAULTS).map(Number), ...AGAIN].map((n) => [n + 2, ...cells(n).slice(1), ""]);
  await brought(page, sheet([headings, ...mended]));
  await send(page, "Đưa 15 dòng đúng vào danh sách đón");
  await rests(page);
  assert.deepEqual([await told(page, "Đã đưa vào danh sách đón"), await told(page, "Bỏ qua vì đã có")], ["12", "3"]);
  await page.getByRole("button", { name: "Mở chuyến bay này" }).click();

  // Two windows at the gate.
  await heading(page).getByText(FLIGHT).waitFor();
  assert.equal(await counted(page, "trong danh sách"), 300);
  const path = new URL(page.url()).pathname;
  const other = await another({ as: "supervisor.laobao", scripts: false });
  await other.goto(path);
  for (const window of [page, other]) {
    await scanned(window, people[0]);
    await window.getByRole("heading", { name: `Số 1: ${people[0].name}` }).waitFor();
  }
  for (const window of [page, other]) await send(window, "Đã tới, không cần hỗ trợ gì thêm");
  await other.getByText("Số 1 đã được Hồ Văn Trực xác nhận").waitFor();
  for (const [at, n] of [1, ...ANNOUNCED, ...TWICE].entries()) await arrives(at % 2 ? page : other, n);
  await scanned(page, people[2]);
  await send(page, "Không muốn khai");
  await scanned(other, somebody());
  await other.getByRole("heading", { name: "Không có trong danh sách" }).waitFor();
  await send(other, "Đã tới, không cần hỗ trợ gì thêm");
  await page.goto(path);
  for (const [words, many] of [["đã tới", 8], ["tới, không có trong danh sách", 1], ["không muốn khai", 1]]) assert.equal(await counted(page, words), many, words);
  assert.deepEqual(await violations(page), []);
  await page.screenshot({ path: picture("planeload met"), fullPage: true });

  // Whom the post announced came back once; whoever has a record here has two, until somebody says so.
  const supervisor = await another({ as: "supervisor.laobao" });
  const pair = (n) => main(supervisor).getByRole("row").filter({ hasText: plain(people[n].name) }).getByRole("link").first();
  const decide = async (n, word) => {
    await supervisor.goto("/duplicates");
    await pair(n).click();
    await supervisor.getByLabel(word).check();
    await send(supervisor, "Lưu kết luận");
  };
  await supervisor.goto("/duplicates");
  for (const n of ANNOUNCED) assert.equal(await main(supervisor).getByText(people[n].name).count(), 0, "met once");
  await decide(TWICE[1], "Hai người khác nhau");
  await decide(TWICE[2], "Chưa biết được");
  await decide(TWICE[0], "Cùng một người");
  await send(supervisor, "Gộp hai hồ sơ");
  await main(supervisor).getByText("Đã gộp hai hồ sơ.").waitFor();
  await supervisor.getByRole("link", { name: "Tách lại thành hai hồ sơ" }).click();
  await supervisor.getByLabel("Vì sao tách lại").fill("Hai chị em dùng chung thẻ.");
  await send(supervisor, "Tách lại");
  await main(supervisor).getByText("Đã tách lại thành hai hồ sơ.").waitFor();

  // Nobody is lost between the list and the hall.
  await page.locator("a[href$='/reconciliation']").click();
  await page.getByRole("button", { name: /^Đã đi tìm/ }).first().click();
  const numbers = await page.request.get(await page.getByRole("link", { name: /CSV/ }).getAttribute("href"));
  assert.match(await numbers.text(), new RegExp(`\\r\\n${FLIGHT},[\\d-]+,300,8,291,1,1\\r\\n$`));
  await page.screenshot({ path: picture("planeload reconciled"), fullPage: false });
  await send(page, "Chốt chuyến này");
  await page.getByText("Hồ Văn Trực đã chốt chuyến này").waitFor();
});
