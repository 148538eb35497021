// A plan, from the first goal to its being in force: with scripts and without, by keyboard, in both languages; and the
// directory from which those who help are chosen.
import assert from "node:assert/strict";
import { Keys } from "./keys.mjs";
import { PHONE, WIDE, both, dated, heading, inDays, picture, planned, posted, received, scene, send, violations } from "./support.mjs";

const main = (page) => page.getByRole("main");

/** Nothing for axe to say against it, and no scrolling sideways on a phone; with pictures to look at. */
async function sound(page, name) {
  assert.deepEqual(await violations(page), []);
  await page.screenshot({ path: picture(name), fullPage: true });
  await page.setViewportSize(PHONE);
  assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= 360), `${name} scrolls sideways`);
  assert.deepEqual(await violations(page), []);
  await page.screenshot({ path: picture(`${name} phone`), fullPage: true });
  await page.setViewportSize(WIDE);
}

/** The page of a case's plan, with a goal and one thing to do. */
async function written(page, path, { kind, what, cost }) {
  await page.goto(path);
  await page.getByRole("main").getByRole("button", { name: "Kế hoạch", exact: true }).click();
  await heading(page).getByText("Kế hoạch").waitFor();
  await send(page, "Lập kế hoạch");
  await main(page).getByRole("button", { name: "Thêm mục tiêu" }).click();
  await send(page, "Lưu");
  await main(page).getByText("Xin nhập nội dung này.").first().waitFor();
  await page.getByLabel("Người lao động muốn đạt được điều gì").fill("Mở một tiệm may nhỏ ở xã để gần con");
  await page.getByLabel("Kinh tế", { exact: true }).check();
  await send(page, "Lưu");
  await main(page).getByRole("link", { name: /^Thêm việc/ }).click();
  await page.getByLabel("Loại hỗ trợ").selectOption(kind);
  await page.getByLabel("Làm gì").fill(what);
  await dated(page, "part-due", inDays(20));
  await page.getByLabel("Chi phí").fill(cost);
  await page.getByLabel("Nơi cung cấp", { exact: true }).check();
  await page.getByLabel("Nơi cung cấp trong danh bạ").selectOption({ label: "Quỹ khởi nghiệp Ví Dụ (Trợ cấp khởi nghiệp, Vay vốn, Tư vấn khởi nghiệp)" });
  await send(page, "Lưu");
  await page.getByText("Đã lưu việc.").waitFor();
}

/** The returnee said yes. */
async function agreed(page) {
  await page.getByLabel("Gặp trực tiếp").check();
  await dated(page, "agreement-on", inDays(0));
  await send(page, "Ghi là đã đồng ý");
  await page.getByText("Đã ghi người lao động đồng ý.").waitFor();
}

both("a plan with a grant is approved by somebody else", { as: "counsellor.hatinh" }, async (page, { another }) => {
  const person = await received("counsellor.hatinh");
  await written(page, person.case, { kind: "Trợ cấp khởi nghiệp", what: "Lập phương án, nộp hồ sơ ở quỹ", cost: "35.000.000" });
  await main(page).getByText("35.000.000 ₫").first().waitFor();
  await agreed(page);
  await main(page).getByText("cần một người khác của đơn vị duyệt").waitFor();
  assert.equal(await main(page).getByRole("button", { name: "Cho thực hiện" }).count(), 0);
  await send(page, "Gửi duyệt");
  await page.getByText("Đã gửi duyệt.").waitFor();
  const supervisor = await another({ as: "supervisor.hatinh" });
  await supervisor.goto("/plans");
  await main(supervisor).getByRole("link", { name: person.name }).click();
  await supervisor.getByLabel("Cần sửa điều gì").fill("Xin ghi rõ nơi nộp hồ sơ.");
  await send(supervisor, "Trả lại để sửa");
  await supervisor.getByText("Đã trả lại cho người soạn.").waitFor();
  await page.reload();
  await main(page).getByText("Xin ghi rõ nơi nộp hồ sơ.").waitFor();
  await main(page).getByRole("link", { name: /^Sửa việc này/ }).click();
  await page.getByLabel("Làm gì").fill("Lập phương án, nộp hồ sơ ở huyện");
  await send(page, "Lưu");
  await agreed(page);
  await send(page, "Gửi duyệt");
  await supervisor.reload();
  await send(supervisor, "Duyệt");
  await supervisor.getByText("Kế hoạch bắt đầu được thực hiện.").waitFor();
  await page.goto(person.case);
  await main(page).getByText("Trợ cấp khởi nghiệp", { exact: true }).first().waitFor();
  await main(page).getByRole("link", { name: /^Thực hiện từ/ }).waitFor();
});

scene("a plan by keyboard, and how its pages look", { as: "counsellor.nghean" }, async (page) => {
  const person = await received("counsellor.nghean");
  await page.goto(`${person.case}/plan`);
  const keys = new Keys(page);
  await page.getByRole("button", { name: "Lập kế hoạch" }).focus();
  await keys.follow("Enter");
  await main(page).getByRole("button", { name: "Thêm mục tiêu" }).focus();
  await keys.follow("Enter");
  await page.getByLabel("Người lao động muốn đạt được điều gì").focus();
  await page.keyboard.type("Ngủ ngon hơn");
  await keys.press("Tab");
  await keys.press("ArrowUp");
  assert.equal(await page.evaluate(() => document.activeElement.value), "psychosocial");
  await sound(page, "plan goal");
  await page.getByRole("button", { name: "Lưu" }).focus();
  await keys.follow("Enter");
  await main(page).getByRole("link", { name: /^Thêm việc/ }).focus();
  await keys.follow("Enter");
  await page.getByLabel("Loại hỗ trợ").selectOption("Tư vấn tâm lý - xã hội");
  await page.getByLabel("Làm gì").fill("Đã kể chuyện");
  await dated(page, "part-due", inDays(10));
  await page.getByLabel("Đơn vị phụ trách").check();
  await send(page, "Lưu");
  await main(page).getByText("Không ghi nội dung tư vấn tâm lý - xã hội ở đây.").first().waitFor();
  await sound(page, "plan intervention refused");
  await page.getByLabel("Làm gì").fill("");
  await send(page, "Lưu");
  await main(page).getByText("nội dung ở lại trong buổi nói chuyện").waitFor();
  await agreed(page);
  await sound(page, "plan draft");
  await send(page, "Cho thực hiện");
  await page.getByText("Kế hoạch bắt đầu được thực hiện.").waitFor();
  await send(page, "Sửa kế hoạch");
  await sound(page, "plan in force and draft");
  await main(page).getByRole("button", { name: "Thêm lịch chuẩn" }).click();
  await sound(page, "plan timeline");
  await send(page, "Thêm các việc đã chọn");
  await page.goto(`${person.case}/plan/timeline`);
  await main(page).getByText("Hỏi thăm sau khi về: đã thêm").first().waitFor();
});

scene("the plan and the directory in English", { as: "supervisor.nghean", language: "en" }, async (page) => {
  const person = await received("counsellor.nghean");
  await planned("counsellor.nghean", person.case);
  await page.goto(`${person.case}/plan`);
  await main(page).getByText("Plan in force", { exact: true }).waitFor();
  assert.deepEqual(await violations(page), []);
  await page.goto("/plans");
  await heading(page).getByText("Approve plans").waitFor();
  assert.deepEqual(await violations(page), []);
  await page.goto("/providers?kind=skills");
  await main(page).getByRole("link", { name: "Trường nghề Minh Họa" }).waitFor();
  assert.equal(await main(page).getByText("Quỹ khởi nghiệp Ví Dụ").count(), 0);
});

scene("an entry of the directory that two people change", { as: "supervisor.dolab" }, async (page) => {
  const [day, month, year] = inDays(0);
  const form = {
    "provider.name": "Lớp học nghề Ví Dụ", "provider.kinds": "skills", "provider.serves": "women", "provider.source": "Gọi điện", "provider.province_code": "40",
    "provider.valid_from.day": day, "provider.valid_from.month": month, "provider.valid_from.year": year,
  };
  const at = await posted("supervisor.dolab", "/providers", form);
  await page.goto(`${at}/edit`);
  await posted("supervisor.nghean", at, { ...form, "provider.version": "1", "provider.phone": "024 000 0198" });
  await page.getByLabel("Giờ làm việc").fill("Buổi sáng");
  await send(page, "Lưu");
  await page.getByText("024 000 0198").first().waitFor();
  assert.equal(await page.getByLabel("Giờ làm việc").inputValue(), "Buổi sáng");
  assert.equal(await page.getByLabel("Điện thoại").inputValue(), "024 000 0198");
  await sound(page, "provider conflict");
  await send(page, "Lưu");
  await page.getByText("Đã lưu thay đổi.").waitFor();
  await sound(page, "provider");
  await page.goto("/providers");
  await sound(page, "providers");
  await page.goto("/plans");
  await sound(page, "plans");
});
