// The first journey whole: expected from abroad, met at the airport, helped at home, counted and published; and what may go
// wrong on the way.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { both, crowd, dated, heading, inDays, leave, offered, planned, received, scene, send, somebody, violations } from "./support.mjs";

const NGHE_AN = "Trung tâm Dịch vụ việc làm Nghệ An";
const NOI_BAI = "Bàn hỗ trợ lao động, Cảng hàng không quốc tế Nội Bài";

const main = (page) => page.getByRole("main");

/** What everybody sees on every page: its heading, what was said after sending, and nothing for axe to say against it. */
async function sees(page, title, ...words) {
  await heading(page).getByText(title).waitFor();
  for (const shown of words) await main(page).getByText(shown).filter({ visible: true }).first().waitFor();
  // Without scripts axe does not run either.
  if (await page.evaluate(() => document.body.classList.contains("js-enabled"))) assert.deepEqual(await violations(page), [], page.url());
}

/** Follows a link of the page. */
const follows = (page, name, within = main(page)) => leave(page, within.getByRole("link", { name, exact: true }).first());

/** Opens what is folded away, unless it is open. */
async function unfolds(page, words) {
  const folded = main(page).locator("details").filter({ has: page.locator("summary", { hasText: words }) }).first();
  if ((await folded.getAttribute("open")) === null) await folded.locator("summary").click();
  return folded;
}

/** Who it is and where they come from, as both kinds of door ask it. */
async function introduced(page, person) {
  await page.getByRole("textbox", { name: "Họ, chữ đệm và tên" }).fill(person.name);
  await page.getByLabel("Nữ", { exact: true }).check();
  await page.locator("#person-birth-year").fill(person.year);
  await page.getByLabel("Nước sống gần đây nhất").first().fill("Hàn Quốc");
  await dated(page, "return-left", ["", "4", "2021"]);
  await page.getByRole("group", { name: "Có muốn được hỗ trợ không" }).first().getByLabel("Có", { exact: true }).check();
}

/** Somebody whom the post in Seoul expects at Nội Bài. */
async function expected(page, person) {
  await page.goto("/intake");
  await introduced(page, person);
  await page.getByLabel("Dự định về", { exact: true }).check();
  await dated(page, "return-expected", inDays(2));
  await page.getByLabel("Nơi sẽ đón").selectOption({ label: NOI_BAI });
  await send(page, "Lưu và tiếp tục");
}

/** Their row of a list; others of the name are there too, born in other years. */
const line = (page, { name, year }) => main(page).getByRole("row").filter({ hasText: `${name}, sinh ${year}` });

/** The desk's word that they came. */
async function confirms(page, person) {
  const there = page.waitForNavigation();
  await line(page, person).getByRole("button", { name: `Đã về – ${person.name}` }).click();
  await there;
}

scene("from Seoul over Nội Bài to Nghệ An", { as: "attache.seoul" }, async (seoul, { another }) => {
  const person = somebody();

  // Seoul: no passport, no flight yet.
  await seoul.goto("/");
  await follows(seoul, "Tiếp nhận", seoul.getByRole("navigation", { name: "Trình đơn chính" }));
  await sees(seoul, "Ghi nhận trước người sắp về", "Dự định về nước");
  await expected(seoul, person);
  await sees(seoul, "Phiếu hẹn", "Đã tiếp nhận.", "Không ai được thu tiền của anh/chị.", "Ban Quản lý lao động, Đại sứ quán Việt Nam tại Seoul");
  const code = await seoul.locator(".app-slip__code").innerText();
  assert.equal(await seoul.locator(".app-slip svg[role=img]").count(), 1);
  assert.equal(await seoul.locator(".app-slip").getByText(person.name).count(), 0, "the slip names nobody");

  // Nội Bài: found among those expected, confirmed, screened.
  const desk = await another({ as: "desk.noibai" });
  await desk.goto("/");
  await follows(desk, "Sắp về", desk.getByRole("navigation", { name: "Trình đơn chính" }));
  await sees(desk, "Những người sắp về", person.name);
  await line(desk, person).getByText("Muốn được hỗ trợ").waitFor();
  await confirms(desk, person);
  await sees(desk, "Sàng lọc tại bàn", "Đã xác nhận người này về đến nơi.");
  await desk.getByRole("group", { name: "Mức độ" }).getByLabel("Ưu tiên").check();
  await desk.getByLabel("Chưa được trả lương").check();
  await send(desk, "Lưu");
  await sees(desk, "Phiếu hẹn", "Đã lưu.", NOI_BAI, code);
  await desk.goto("/arrivals");
  assert.equal(await line(desk, person).count(), 0, "still expected");

  // The case came along; it goes where the returnee chose.
  await desk.goto(`/cases/${code}`);
  await sees(desk, person.name, code, "Tiếp nhận", "Ưu tiên", "Chưa được trả lương", "Đã về", "Đã về đến Việt Nam");
  await send(desk, "Chuyển giao");
  await sees(desk, "Chuyển giao", "Người lao động chọn nơi được giúp");
  await send(desk, "Gửi đề nghị");
  await sees(desk, "Chuyển giao", "Xin chọn một mục.", "Chỉ gửi khi người lao động đã chọn.");
  await desk.getByLabel("Đơn vị được chọn").selectOption({ label: NGHE_AN });
  await desk.getByLabel("Người lao động đã chọn đơn vị này").check();
  await desk.getByLabel("Điều nơi nhận cần biết").fill("Muốn làm hàn, cần gặp trước cuối tuần.");
  await send(desk, "Gửi đề nghị");
  await sees(desk, person.name, "Đã gửi đề nghị tiếp nhận.", `Đã đề nghị ${NGHE_AN} tiếp nhận, đang chờ trả lời.`);
  const offer = await main(desk).getByRole("link", { name: "Xem", exact: true }).getAttribute("href");
  await desk.goto(`/cases/${code}/slip`);
  await sees(desk, "Phiếu hẹn", `Nơi anh/chị đã chọn: ${NGHE_AN}`);

  // Nghệ An: seen without a name, accepted.
  const counsellor = await another({ as: "counsellor.nghean" });
  await counsellor.goto("/");
  await follows(counsellor, "Chuyển giao", counsellor.getByRole("navigation", { name: "Trình đơn chính" }));
  await sees(counsellor, "Chuyển giao", "Chờ đơn vị anh/chị trả lời");
  const waiting = main(counsellor).getByRole("row").filter({ has: counsellor.locator(`a[href='${offer}']`) });
  await waiting.getByText(NOI_BAI).waitFor();
  await waiting.getByText("Ưu tiên").waitFor();
  assert.ok(!(await main(counsellor).innerText()).includes(person.name), "the list names somebody");
  await waiting.getByRole("link").click();
  await sees(counsellor, "Đề nghị tiếp nhận hồ sơ", "Chờ trả lời", code, "Ngô Quang Đăng", `Nữ, sinh ${person.year}`, "từ Hàn Quốc", "Muốn làm hàn, cần gặp trước cuối tuần.");
  assert.ok(!(await main(counsellor).innerText()).includes(person.name), "the preview names somebody");
  assert.equal((await counsellor.goto(`/cases/${code}`)).status(), 404);
  await counsellor.goto(offer);
  await send(counsellor, "Nhận hồ sơ");
  await sees(counsellor, "Đề nghị tiếp nhận hồ sơ", "Đã nhận hồ sơ. Anh/chị là người phụ trách.", "Đã nhận");
  await follows(counsellor, "Mở hồ sơ");
  await sees(counsellor, person.name, "Chưa có việc tiếp theo", "Phan Thị Cẩm Tú", `${NGHE_AN} đã nhận hồ sơ`);

  // The plan.
  await unfolds(counsellor, "Ghi việc tiếp theo");
  await counsellor.getByLabel("Việc cần làm").fill("Gọi hẹn gặp ở trung tâm");
  await dated(counsellor, "next-on", inDays(0));
  await send(counsellor, "Lưu");
  await sees(counsellor, person.name, "Đã ghi việc tiếp theo.", "Gọi hẹn gặp ở trung tâm");
  await counsellor.goto("/cases");
  await sees(counsellor, "Hồ sơ hỗ trợ", "Việc hôm nay");
  await main(counsellor).getByRole("row").filter({ hasText: code }).getByText("Gọi hẹn gặp ở trung tâm").waitFor();
  await counsellor.goto(`/cases/${code}`);
  for (const phase of ["Đánh giá", "Lập kế hoạch"]) {
    await send(counsellor, phase);
    await sees(counsellor, person.name, "Đã chuyển giai đoạn.");
    assert.equal(await counsellor.locator(".app-about .govuk-tag").first().innerText(), phase);
  }
  await send(counsellor, "Thực hiện");
  await sees(counsellor, person.name, "Chưa có kế hoạch đang thực hiện. Xin lập kế hoạch cùng người lao động và cho thực hiện trước.");
  await planned("counsellor.nghean", `/cases/${code}`);
  await counsellor.goto(`/cases/${code}`);
  const services = ["Bố trí việc làm", "Công nhận kỹ năng", "Tư vấn, giới thiệu việc làm", "Tư vấn tâm lý - xã hội", "Yêu cầu quyền lợi"];
  for (const service of services.slice(1)) {
    const adding = await unfolds(counsellor, "Thêm dịch vụ");
    await adding.getByLabel("Dịch vụ", { exact: true }).selectOption(service);
    await dated(counsellor, "service-due", inDays(30));
    await send(counsellor, "Thêm dịch vụ");
    await sees(counsellor, person.name, "Đã thêm dịch vụ.", service);
  }
  await send(counsellor, "Thực hiện");
  await sees(counsellor, person.name, "Đã chuyển giai đoạn.");
  await send(counsellor, "Theo dõi");
  await sees(counsellor, person.name, "Còn dịch vụ chưa có kết quả. Xin ghi kết quả từng dịch vụ trước.");

  // What came of it.
  const outcomes = ["Có ích, người lao động xác nhận", "Có ích, người lao động xác nhận", "Có ích một phần", "Người lao động không muốn", "Không có dịch vụ"];
  for (const [at, service] of services.entries()) {
    const answering = await unfolds(counsellor, `Cập nhật – ${service}`);
    await answering.getByLabel("Kết quả").selectOption(outcomes[at]);
    assert.equal(await answering.getByLabel("Phản hồi của nơi cung cấp").count(), service.startsWith("Tư vấn tâm lý") ? 0 : 1);
    const there = counsellor.waitForNavigation();
    await answering.getByRole("button", { name: "Lưu" }).click();
    await there;
    await sees(counsellor, person.name, at < 3 ? "Đã ghi kết quả dịch vụ." : "Đã cập nhật dịch vụ.", outcomes[at]);
  }
  await send(counsellor, "Theo dõi");
  await sees(counsellor, person.name, "Đã chuyển giai đoạn.");
  assert.equal(await counsellor.locator(".app-about .govuk-tag").first().innerText(), "Theo dõi");

  // Closed and opened again, each with its reason.
  await send(counsellor, "Đóng hồ sơ");
  await sees(counsellor, "Đóng hồ sơ");
  assert.equal(await main(counsellor).getByText("chưa có kết quả").count(), 0);
  await counsellor.getByLabel("Đã đạt mục tiêu").check();
  await counsellor.getByLabel("Kết quả", { exact: true }).fill("Đã có việc hàn ở Vinh, lương đủ sống.");
  await send(counsellor, "Đóng hồ sơ");
  await sees(counsellor, person.name, "Đã đóng hồ sơ.", "Đã đạt mục tiêu", "Đã có việc hàn ở Vinh, lương đủ sống.");
  assert.equal(await main(counsellor).getByRole("group", { name: "Chuyển giai đoạn" }).count(), 0);
  await counsellor.goto("/cases?scope=closed");
  await sees(counsellor, "Hồ sơ hỗ trợ", person.name);
  await counsellor.goto(`/cases/${code}`);
  await send(counsellor, "Mở lại hồ sơ");
  await sees(counsellor, person.name, "Xin cho biết lý do.");
  await counsellor.getByLabel("Vì sao mở lại").fill("Công ty không trả lương tháng đầu.");
  await send(counsellor, "Mở lại hồ sơ");
  await sees(counsellor, person.name, "Đã mở lại hồ sơ.", "Công ty không trả lương tháng đầu.", "Đã từng đóng");
  assert.equal(await counsellor.locator(".app-about .govuk-tag").first().innerText(), "Theo dõi");

  // How it counts, as anybody who may open them can read.
  await follows(counsellor, "Nhân thân");
  await sees(counsellor, person.name);
  await follows(counsellor, "Các lần về nước");
  await sees(counsellor, person.name);
  await follows(counsellor, `Lần về nào được tính vào số liệu năm ${inDays(0)[2]}`);
  await sees(counsellor, "Cách tính trong số liệu năm", "Người này được tính một lần trong năm.");

  // The desk handed it over, and what happens there is no longer theirs.
  await desk.goto("/hand-overs");
  await sees(desk, "Chuyển giao", "Đã trả lời gần đây");
  await main(desk).locator(`a[href='${offer}']`).waitFor();
});

scene("a year is counted, protected, approved and published, and everybody may read it", { as: "counsellor.thanhhoa" }, async (centre, { another }) => {
  // A year of which no other file of tests publishes anything.
  const year = 2003;
  await crowd(year);
  const person = somebody();
  await centre.goto("/intake");
  await sees(centre, "Tiếp nhận người về nước");
  await introduced(centre, person);
  await dated(centre, "return-left", ["", "4", "1999"]);
  await dated(centre, "return-entered", ["", "8", String(year)]);
  await centre.getByRole("group", { name: "Có muốn được hỗ trợ không" }).first().getByLabel("Không", { exact: true }).check();
  await send(centre, "Lưu và tiếp tục");
  await sees(centre, person.name, "Đã tiếp nhận.", "Hàn Quốc", `8/${year}`);

  const analyst = await another({ as: "analyst.dolab" });
  await analyst.goto("/");
  await follows(analyst, "Phát hành số liệu", analyst.getByRole("navigation", { name: "Trình đơn chính" }));
  await sees(analyst, "Phát hành số liệu", "Đếm một năm");
  await send(analyst, "Đếm và lập bản nháp");
  await sees(analyst, "Đếm một năm", "Xin nhập năm có bốn chữ số");
  await analyst.getByLabel("Năm", { exact: true }).fill(String(year));
  // Needed where the year was published before.
  await analyst.getByLabel("Điều thay đổi so với bản trước").fill("Thêm người về nước năm này.");
  await send(analyst, "Đếm và lập bản nháp");
  await sees(analyst, `Năm ${year}, bản`, "Đã đếm và lập bản nháp", "Bản nháp", "Số chưa bảo vệ", "Chỉ để kiểm tra. Không in, không chép, không gửi cho ai.");
  const revision = /bản (\d+)/.exec(await heading(analyst).innerText())[1];
  await send(analyst, "Bảo vệ");
  await sees(analyst, `Năm ${year}, bản`, "Đã bảo vệ", "Bảng như sẽ được công bố", "Không suy ra được số nào trong đó.", "Bước này dành cho cán bộ phát hành số liệu của Cục Quản lý lao động ngoài nước.");
  assert.equal(await analyst.getByRole("button", { name: "Duyệt", exact: true }).count(), 0);
  const release = analyst.url();

  const publisher = await another({ as: "publisher.dolab" });
  await publisher.goto("/releases");
  await sees(publisher, "Phát hành số liệu", String(year));
  await publisher.goto(release);
  await send(publisher, "Duyệt");
  await sees(publisher, `Năm ${year}, bản`, "Đã duyệt");
  await send(publisher, "Công bố");
  await sees(publisher, `Năm ${year}, bản`, "Đã công bố", "Bảng đã công bố");

  // Not signed in, on the first page that there is.
  const visitor = await another({});
  await visitor.goto("/sign-in");
  await follows(visitor, "Số liệu đã công bố", visitor.getByRole("contentinfo"));
  await sees(visitor, "Số liệu đã công bố");
  await follows(visitor, String(year));
  await sees(visitor, `Bảng 16. Người về nước đã đăng ký năm ${year}`, "Đây là số người về nước đã đăng ký trong hệ thống", `Bản công bố số ${revision}`, "Thêm người về nước năm này.", "Dấu nội dung");
  await visitor.getByRole("img", { name: "Người về nước đã đăng ký, theo nước" }).waitFor();
  const table = visitor.getByRole("table", { name: "Số người, theo nước và giới tính" });
  const total = await table.getByRole("row", { name: "Tổng số" }).getByRole("cell").allInnerTexts();
  assert.equal(total.length, 3);
  const [download] = await Promise.all([visitor.waitForEvent("download"), visitor.getByRole("link", { name: /^Tải bảng này/ }).click()]);
  assert.equal(download.suggestedFilename(), `MNA_XRET_SEX_CPR_NB_A-${year}-r${revision}.csv`);
  const csv = readFileSync(await download.path(), "utf8");
  assert.match(csv, new RegExp(`,${year},`));
  for (const page of ["counsellor.thanhhoa", "desk.noibai"]) assert.ok(!csv.includes(page));
  assert.ok(!csv.includes(person.name));
});

// Made up by this project; see src/intake/scan.
const PASSPORT = ["P<VNMNGUYEN<<THI<MAU<<<<<<<<<<<<<<<<<<<<<<<<", "C0000000<4VNM9002155F3002153001190000018<<68"];

/** What a scanner types: two lines, each with its Enter. */
async function scanned(page, lines) {
  await page.getByLabel("Quét hộ chiếu hoặc thẻ căn cước").focus();
  for (const each of lines) {
    await page.keyboard.type(each);
    await page.keyboard.press("Enter");
  }
}

/** The specimen with another number, its check digits put right. */
function passport(number) {
  const digit = (text) => String([...text].reduce((sum, c, at) => sum + [7, 3, 1][at % 3] * (c === "<" ? 0 : parseInt(c, 36)), 0) % 10);
  const [first, second] = PASSPORT;
  const numbered = number.padEnd(9, "<") + digit(number.padEnd(9, "<"));
  return [first, `${numbered}${second.slice(10, 43)}${digit(numbered + second.slice(13, 20) + second.slice(21, 43))}`];
}

both("a passport is scanned at the desk, and the scan saves nothing", { as: "desk.tansonnhat" }, async (page) => {
  await page.goto("/intake");
  const [day, month, year] = inDays(0);
  assert.equal(await page.locator("#return-entered-year").inputValue(), year);
  assert.deepEqual([await page.locator("#return-entered").inputValue(), await page.locator("#return-entered-month").inputValue()], [day, month]);
  await page.getByLabel("Nước sống gần đây nhất").first().fill("Nhật Bản");
  const number = `B${somebody().card.slice(-7)}`;
  await scanned(page, passport(number));
  assert.equal(new URL(page.url()).pathname, "/intake", "the scan sent the form");
  await send(page, "Đọc mã");
  await sees(page, "Tiếp nhận người về nước", "Đã điền từ giấy tờ. Xin so với giấy tờ trước khi lưu.");
  const name = page.getByRole("textbox", { name: "Họ, chữ đệm và tên" });
  assert.equal((await name.inputValue()).toUpperCase(), "NGUYEN THI MAU");
  assert.equal(await page.getByLabel("Số giấy tờ", { exact: true }).inputValue(), number);
  assert.equal(await page.locator("#document-kind option:checked").innerText(), "Hộ chiếu");
  assert.ok(await page.getByLabel("Nữ", { exact: true }).isChecked());
  assert.deepEqual(await Promise.all(["", "-month", "-year"].map((part) => page.locator(`#person-birth${part}`).inputValue())), ["15", "2", "1990"]);
  assert.equal(await page.getByLabel("Nước sống gần đây nhất").first().inputValue(), "Nhật Bản", "what was typed before is kept");
  assert.equal(await page.getByLabel("Quét hộ chiếu hoặc thẻ căn cước").inputValue(), "");

  // Another person's name: that of the specimen is one for all tests.
  const person = somebody();
  await name.fill(person.name);
  await page.locator("#person-birth-year").fill(person.year);
  await page.getByLabel("Số giấy tờ", { exact: true }).fill(`C${person.card.slice(-7)}`);
  await dated(page, "return-left", ["", "9", "2022"]);
  await page.getByRole("group", { name: "Có muốn được hỗ trợ không" }).first().getByLabel("Có", { exact: true }).check();
  await send(page, "Lưu và tiếp tục");
  await sees(page, "Phiếu hẹn", "Đã tiếp nhận.");

  // The scan alone left nobody behind.
  await page.goto("/people");
  await page.getByLabel("Số giấy tờ, số điện thoại hoặc mã hồ sơ").fill(number);
  await send(page, "Tìm");
  await page.getByText("Không tìm thấy ai.").waitFor();
});

both("a misread passport is put right by one press, and Enter presses nothing", { as: "desk.tansonnhat" }, async (page) => {
  const person = somebody();
  await page.goto("/intake");
  await introduced(page, person);
  // The reader took an O for a nought.
  await scanned(page, [PASSPORT[0], PASSPORT[1].replace("C0000000", "C0O00000")]);
  await send(page, "Đọc mã");
  await sees(page, "Tiếp nhận người về nước", "Có ký tự đọc sai ở", "Có phải là thế này không?");
  assert.equal(await page.locator(".app-mrz").innerText(), PASSPORT.join("\n"));
  await page.getByLabel("Quét hộ chiếu hoặc thẻ căn cước").focus();
  await page.keyboard.press("Enter");
  assert.equal(new URL(page.url()).pathname, "/intake/scan");
  assert.equal(await page.getByLabel("Số giấy tờ", { exact: true }).inputValue(), "");
  await send(page, "Đúng như giấy tờ, điền theo mã này");
  await sees(page, "Tiếp nhận người về nước", "Đã điền từ giấy tờ. Xin so với giấy tờ trước khi lưu.");
  assert.equal(await page.getByLabel("Số giấy tờ", { exact: true }).inputValue(), "C0000000");
  assert.equal((await page.getByRole("textbox", { name: "Họ, chữ đệm và tên" }).inputValue()).toUpperCase(), "NGUYEN THI MAU");
  assert.equal(await page.getByLabel("Quét hộ chiếu hoặc thẻ căn cước").inputValue(), "");
  assert.equal(await page.getByLabel("Nước sống gần đây nhất").first().inputValue(), "Hàn Quốc", "what was typed before is kept");
});

both("a scan through a Vietnamese keyboard is refused, and nothing typed is lost", { as: "desk.tansonnhat" }, async (page) => {
  const person = somebody();
  await page.goto("/intake");
  await introduced(page, person);
  await page.getByLabel("Cần chăm sóc y tế").check();
  // As Telex leaves it.
  const box = page.getByLabel("Quét hộ chiếu hoặc thẻ căn cước");
  await box.fill("P<VNMĐỒ<<XUÂN<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\nC0000000<4VNM9002155F3002153001190000018<<68\n");
  const answer = await send(page, "Đọc mã");
  assert.equal(answer.status(), 422);
  await sees(page, "Tiếp nhận người về nước", "Bàn phím tiếng Việt đã làm sai mã. Anh/chị chuyển bàn phím sang tiếng Anh rồi quét lại.");
  const summary = page.locator(".govuk-error-summary");
  assert.ok(await summary.evaluate((el) => el === document.activeElement));
  await summary.getByRole("link").click();
  assert.equal(await page.evaluate(() => document.activeElement.id), "scan");
  assert.equal(await page.getByRole("textbox", { name: "Họ, chữ đệm và tên" }).inputValue(), person.name);
  assert.equal(await page.locator("#person-birth-year").inputValue(), person.year);
  assert.equal(await page.getByLabel("Nước sống gần đây nhất").first().inputValue(), "Hàn Quốc");
  for (const label of ["Nữ", "Cần chăm sóc y tế"]) assert.ok(await page.getByLabel(label, { exact: true }).isChecked(), label);
});

scene("an offer is accepted without scripts", { as: "counsellor.hatinh", scripts: false }, async (page) => {
  const person = await received("desk.laobao");
  const offer = await offered("desk.laobao", person.case, "Trung tâm Dịch vụ việc làm Hà Tĩnh");
  await page.goto("/hand-overs");
  await page.locator(`main a[href='${offer}']`).click();
  await sees(page, "Đề nghị tiếp nhận hồ sơ", "Chờ trả lời");
  await send(page, "Nhận hồ sơ");
  await sees(page, "Đề nghị tiếp nhận hồ sơ", "Đã nhận hồ sơ. Anh/chị là người phụ trách.");
  await follows(page, "Mở hồ sơ");
  await sees(page, person.name, "Nguyễn Thị Lệ Quyên");
  await page.goto("/cases");
  await main(page).getByRole("row").filter({ hasText: person.case.split("/").pop() }).waitFor();
});

both("two officers confirm one arrival: the second is told, and nothing is doubled", { as: "attache.seoul" }, async (seoul, { another }) => {
  const person = somebody();
  await expected(seoul, person);
  const [first, second] = [await another({ as: "desk.noibai" }), await another({ as: "supervisor.noibai" })];
  for (const page of [first, second]) {
    await page.goto("/arrivals");
    await line(page, person).waitFor();
  }
  await confirms(first, person);
  await sees(first, "Sàng lọc tại bàn", "Đã xác nhận người này về đến nơi.");
  await confirms(second, person);
  await sees(second, "Sàng lọc tại bàn", "Đồng nghiệp đã xác nhận người này trước đó. Không có gì bị ghi hai lần.");
  assert.equal(first.url(), second.url());
  await follows(second, "Quay lại");
  assert.equal(await main(second).getByText("Đã về đến Việt Nam").count(), 1);
  await main(second).getByText("Ngô Quang Đăng").first().waitFor();
  await follows(second, "Nhân thân");
  await follows(second, "Các lần về nước");
  assert.equal(await main(second).locator("a[href*='/returns/']").count(), 1);
});
