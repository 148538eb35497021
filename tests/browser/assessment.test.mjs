// Asking over several talks: each answer kept as it is given, with scripts and without; concluded once.
import assert from "node:assert/strict";
import { Keys } from "./keys.mjs";
import { PHONE, WIDE, accessible, both, heading, open, picture, received, scene, send } from "./support.mjs";

const main = (page) => page.getByRole("main");
const question = (page, text) => main(page).getByRole("group", { name: text });

both("a questionnaire is answered, taken up again and concluded", { as: "counsellor.hatinh" }, async (page) => {
  const person = await received("counsellor.hatinh");
  await page.goto(person.case);
  await page.getByRole("button", { name: "Phiếu đánh giá", exact: true }).click();
  await page.getByRole("button", { name: /Bắt đầu hỏi – Yếu tố nguy cơ/ }).click();
  await heading(page).getByText("Yếu tố nguy cơ và yếu tố bảo vệ").waitFor();
  await question(page, "Có nghề hoặc tay nghề dùng được ở Việt Nam").getByLabel("Có", { exact: true }).check();
  await question(page, "Phải về nước khi chưa kịp chuẩn bị").getByLabel("Không muốn trả lời").check();
  await main(page).getByRole("button", { name: "Lưu câu trả lời" }).first().click();
  await page.getByText("Đã lưu câu trả lời. Có thể hỏi tiếp lúc khác.").waitFor();
  await main(page).getByText("Đã trả lời 2 trên 33 câu.").waitFor();
  // Concluding wants words and a priority, and says so where they belong.
  await send(page, "Kết luận đánh giá");
  await page.getByRole("alert").getByRole("link").first().waitFor();
  assert.ok(await question(page, "Có nghề hoặc tay nghề dùng được ở Việt Nam").getByLabel("Có", { exact: true }).isChecked());
  await page.getByLabel("Nhận xét chung").fill("Có nghề hàn, cần việc gần nhà.");
  await question(page, "Mức ưu tiên của hồ sơ").getByLabel("Ưu tiên").check();
  await send(page, "Kết luận đánh giá");
  await page.getByText("Đã kết luận đánh giá.").waitFor();
  await main(page).getByRole("link", { name: /^Yếu tố nguy cơ và yếu tố bảo vệ, / }).click();
  await main(page).getByText("Có nghề hàn, cần việc gần nhà.").waitFor();
  await main(page).getByText("Có nghề hoặc tay nghề dùng được ở Việt Nam").first().waitFor();
  await accessible(page);
  await page.goto(person.case);
  await main(page).getByText("Ưu tiên", { exact: true }).first().waitFor();
});

scene("an answer is kept as it is given, and two people do not overwrite each other", { as: "counsellor.nghean" }, async (page) => {
  const person = await received("counsellor.nghean");
  const at = `${person.case}/questions/needs`;
  await page.goto(at);
  const other = await open({ as: "counsellor.nghean" });
  await other.goto(at);
  const keys = new Keys(page);
  await question(page, "Chỗ ở").getByLabel("Chưa hỏi").focus();
  await keys.press("ArrowRight");
  await main(page).getByText("Đã lưu.", { exact: true }).waitFor();
  await page.reload();
  assert.ok(await question(page, "Chỗ ở").getByLabel("Cần ngay").isChecked());
  await main(page).getByText("Đã trả lời 1 trên 26 câu.").waitFor();
  // The other page still says that it was not asked.
  await question(other, "Chỗ ở").getByLabel("Không cần").check();
  await other.getByText(/vừa trả lời «Cần ngay»/).first().waitFor();
  assert.ok(await question(other, "Chỗ ở").getByLabel("Không cần").isChecked(), "what was chosen is still there");
  await accessible(other);
  await other.context().close();
  await accessible(page);
  await page.screenshot({ path: picture("questions"), fullPage: true });
  await page.setViewportSize(PHONE);
  assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= 360), "scrolls sideways");
  await page.screenshot({ path: picture("questions phone"), fullPage: true });
  await page.setViewportSize(WIDE);
  // Without a network nothing is said to be kept.
  await page.context().setOffline(true);
  await question(page, "Vay vốn").getByLabel("Cần ngay").check();
  await main(page).getByText("Chưa lưu được vì mất mạng.").waitFor();
  await page.context().setOffline(false);
  await main(page).getByRole("button", { name: "Lưu câu trả lời" }).first().click();
  await main(page).getByText("Đã trả lời 2 trên 26 câu.").waitFor();
});
