// Forms on paper: filled in from a case, and their words kept by DOLAB.
import assert from "node:assert/strict";
import { PHONE, WIDE, accessible, both, picture, received, scene, send, violations } from "./support.mjs";

both("a form is printed with what the case knows", { as: "counsellor.hatinh" }, async (page) => {
  const { case: path, name } = await received("counsellor.hatinh");
  await page.goto(path);
  await page.getByRole("button", { name: "Biểu mẫu" }).click();
  await accessible(page);
  await page.getByRole("link", { name: "Thông báo về nước và nơi cư trú" }).click();
  await page.getByText("phải viết tay").waitFor();
  assert.match(await page.locator(".app-paper").innerText(), new RegExp(`Tôi tên là: ${name}`));
  await accessible(page);
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.getByText("phải viết tay").isVisible(), false, "what is for the screen is not on paper");
  assert.equal(await page.locator(".app-paper").isVisible(), true);
});

both("a form is written, looked at and kept", { as: "supervisor.dolab" }, async (page) => {
  const code = `thu-${Date.now()}`;
  await page.goto("/providers");
  await page.getByRole("link", { name: "Quản lý biểu mẫu" }).click();
  await page.getByRole("button", { name: "Thêm biểu mẫu" }).click();
  await page.getByLabel("Mã của mẫu").fill(code);
  await page.getByLabel("Tên mẫu").fill("Giấy xác nhận thử");
  await page.getByLabel("Nơi nhận").fill("Ủy ban nhân dân xã");
  await page.getByLabel("Nguồn").fill("Soạn để thử");
  await page.getByLabel("Nội dung", { exact: true }).fill("# GIẤY XÁC NHẬN\n\nTôi là {tên}.");
  await send(page, "Lưu bản mới");
  await page.getByText("Không có chỗ điền tên").first().waitFor();
  await page.getByLabel("Nội dung", { exact: true }).fill("# GIẤY XÁC NHẬN\n\nTôi là {name}.");
  await send(page, "Xem thử");
  await page.getByText("Tôi là Kiều Thị Mẫu.").waitFor();
  await accessible(page);
  await send(page, "Lưu bản mới");
  await page.getByText("Đã lưu bản mới.").waitFor();
  await page.getByText("Bản 1: từ ngày").waitFor();
  await send(page, "Ngừng dùng mẫu này");
  await page.getByText("Mẫu không còn được dùng.").waitFor();
});

scene("forms, looked at", { as: "supervisor.dolab" }, async (page, { another }) => {
  const { case: path } = await received("counsellor.hatinh");
  const officer = await another({ as: "counsellor.hatinh" });
  for (const [at, address, name] of [[page, "/forms", "forms"], [page, "/forms/residence-notice", "form edit"], [officer, `${path}/forms`, "forms of a case"], [officer, `${path}/forms/residence-notice`, "form"]]) {
    await at.goto(address);
    assert.deepEqual(await violations(at), [], address);
    await at.screenshot({ path: picture(name), fullPage: true });
    await at.setViewportSize(PHONE);
    assert.ok(await at.evaluate(() => document.scrollingElement.scrollWidth <= 360), `${address} scrolls sideways`);
    await at.screenshot({ path: picture(`${name} phone`), fullPage: true });
    await at.setViewportSize(WIDE);
  }
});
