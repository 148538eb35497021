// A case goes where the commune's office is; what finds no office is sent on by the department, which then writes it down.
import assert from "node:assert/strict";
import { both, picture, received, scene, send, violations, PHONE, WIDE } from "./support.mjs";

const main = (page) => page.getByRole("main");

both("a commune without an office leads to the department, and to an office from then on", { as: "supervisor.sonoivu" }, async (page, { another }) => {
  await page.goto("/communes");
  const row = main(page).getByRole("row").filter({ hasText: "Chưa có đơn vị nào" }).first();
  const commune = (await row.getByRole("rowheader").innerText()).trim();
  const desk = await another({ as: "desk.noibai" });
  const offer = async () => {
    const person = await received("desk.noibai", { "address.commune": commune });
    await desk.goto(`${person.case}/hand-overs/new`);
    assert.equal(await desk.getByLabel("Xã, phường nơi muốn được giúp").inputValue(), commune);
    return person;
  };
  const first = await offer();
  await desk.getByLabel("Đơn vị được chọn").selectOption({ label: "Đơn vị phụ trách xã, phường ghi dưới đây" });
  await desk.getByLabel("Người lao động đã chọn đơn vị này").check();
  await send(desk, "Gửi đề nghị");

  await page.goto("/hand-overs");
  await main(page).getByRole("heading", { name: /^Chưa có đơn vị phụ trách \(/ }).waitFor();
  await main(page).getByRole("link", { name: first.case.split("/").pop() }).click();
  await main(page).getByText("Chuyển tới nơi khác").first().click();
  await page.getByLabel("Đơn vị được chọn").selectOption({ label: "Trung tâm Dịch vụ việc làm Nghệ An" });
  await page.getByLabel("Người lao động đã chọn đơn vị này").check();
  await page.getByLabel("Lý do chuyển tới nơi khác").fill("Địa bàn của trung tâm");
  await send(page, "Chuyển tới nơi khác");
  await page.getByText("Đã nhận hồ sơ và gửi đề nghị tới nơi khác.").waitFor();

  await page.goto("/communes");
  await page.getByRole("checkbox", { name: commune, exact: true }).check();
  await send(page, "Lưu cho các xã, phường đã chọn");
  assert.equal(await page.getByRole("checkbox", { name: commune, exact: true }).isChecked(), true, "what was ticked stays");
  await page.getByLabel("Đơn vị", { exact: true }).selectOption({ label: "Trung tâm Dịch vụ việc làm Nghệ An" });
  await send(page, "Lưu cho các xã, phường đã chọn");
  await page.getByText("Đã lưu bảng phụ trách.").waitFor();

  await offer();
  const choices = await desk.getByLabel("Đơn vị được chọn").locator("option").allInnerTexts();
  assert.ok(choices.includes(`Trung tâm Dịch vụ việc làm Nghệ An – phụ trách ${commune}`), choices.slice(0, 4).join("; "));
});

both("an account is added, locked and ended", { as: "administrator.dolab" }, async (page) => {
  await page.goto("/users");
  const address = `moi-${Date.now()}@demo.trove.example`;
  await page.getByLabel("Họ và tên").fill("Kiều Thị Thử");
  await page.getByLabel("Thư điện tử").fill(address);
  await send(page, "Thêm và gửi thư mời");
  await page.getByText("Chọn ít nhất một vai trò").first().waitFor();
  assert.equal(await page.getByLabel("Thư điện tử").inputValue(), address);
  await page.getByLabel("Cán bộ phân tích số liệu").check();
  await send(page, "Thêm và gửi thư mời");
  await page.getByText("Đã thêm tài khoản và gửi thư mời.").waitFor();
  const row = main(page).getByRole("row").filter({ hasText: address });
  await row.getByText("Chưa có mật khẩu").waitFor();
  await row.getByRole("button", { name: /^Khóa ngay/ }).click();
  await page.getByText("Đã khóa.").waitFor();
  await row.getByText(/^Ngừng hẳn/).click();
  await row.getByRole("button", { name: /^Ngừng tài khoản này/ }).click();
  await page.getByText("Tài khoản đã ngừng.").waitFor();
  await row.getByText("Đã ngừng").waitFor();
});

scene("the table of communes and the accounts, looked at", { as: "supervisor.sonoivu" }, async (page, { another }) => {
  const admin = await another({ as: "administrator.dolab" });
  for (const [at, path, name] of [[page, "/communes", "communes"], [page, "/hand-overs", "hand-overs"], [admin, "/users", "users"]]) {
    await at.goto(path);
    assert.deepEqual(await violations(at), [], path);
    await at.screenshot({ path: picture(name), fullPage: true });
    await at.setViewportSize(PHONE);
    assert.ok(await at.evaluate(() => document.scrollingElement.scrollWidth <= 360), `${path} scrolls sideways`);
    await at.screenshot({ path: picture(`${name} phone`), fullPage: true });
    await at.setViewportSize(WIDE);
  }
});
