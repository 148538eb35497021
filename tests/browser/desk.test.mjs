// A computer that several share: a badge's reader, a screen that nobody attends, and what was typed meanwhile.
import assert from "node:assert/strict";
import { PASSWORD, PHONE, accessible, email, heading, picture, registered, scene, send } from "./support.mjs";

const PIN = "290841";

/** The digits of a new badge of whoever is signed in. */
async function badge(page) {
  await page.goto("/badge");
  await page.getByLabel("Mã PIN mới").fill(PIN);
  await page.getByLabel("Gõ lại mã PIN").fill(PIN);
  await page.getByLabel("Mật khẩu của anh/chị").fill(PASSWORD);
  await send(page, "Làm thẻ");
  await page.getByText("Thẻ mới đã dùng được.").waitFor();
  await accessible(page);
  return (await page.locator(".app-badge .app-number").innerText()).replaceAll(" ", "");
}

/** As a reader does it, and then the hands. */
async function comes(page, digits, pin = PIN) {
  await page.getByLabel("Thẻ", { exact: true }).waitFor();
  await page.keyboard.type(digits);
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "pin");
  await page.keyboard.type(pin);
  const there = page.waitForNavigation();
  await page.keyboard.press("Enter");
  await there;
}

scene("staff take turns at a computer, and each finds what they were typing", { as: "supervisor.nghean" }, async (page, { another }) => {
  const colleague = await badge(await another({ as: "counsellor.nghean" }));
  const mine = await badge(page);
  await page.locator(".app-badge").screenshot({ path: picture("badge") });
  await page.goto("/computers");
  await page.getByLabel("Tên máy").fill("Quầy thử");
  await send(page, "Đăng ký máy này");
  await page.getByText("Đã đăng ký máy này.").waitFor();
  await accessible(page);
  await send(page, "Đăng xuất");
  await heading(page).getByText("Quầy thử").waitFor();
  await accessible(page);
  await page.screenshot({ path: picture("sign-in shared") });
  await page.setViewportSize(PHONE);
  await page.screenshot({ path: picture("sign-in shared narrow") });
  // A wrong PIN, and the badge is scanned again without looking where the focus is.
  await comes(page, mine, "290842");
  await page.getByRole("alert").getByText("Thẻ hoặc mã PIN chưa đúng.").waitFor();
  await comes(page, mine);

  await page.context().clock.install();
  await page.goto("/people/new");
  await page.locator("#person-name").fill("Kiều Thị Dở Dang");
  await page.getByRole("radio", { name: "Nữ", exact: true }).check();
  // Somebody is still there: a key, and it does not lock.
  await page.clock.fastForward("02:45");
  const soon = page.getByRole("alert").getByText("Màn hình sắp khóa.");
  await soon.waitFor();
  await accessible(page);
  await page.keyboard.press("Shift");
  await soon.waitFor({ state: "hidden" });
  await page.clock.fastForward("02:45");
  await soon.waitFor();
  const locked = page.waitForURL(/\/sign-in\?back=/);
  await page.clock.fastForward("00:20");
  await page.clock.resume();
  await locked;
  assert.ok(!(await page.content()).includes("Dở Dang"));
  assert.equal(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage })).then((kept) => kept.includes("Dang") || kept.includes("people")), false);

  // The way back shows nothing either.
  await page.goBack().catch(() => {});
  assert.ok(!(await page.content()).includes("Dở Dang"));
  await page.goto("/sign-in?back=/people/new");

  // A colleague comes: to the first page, and finds nothing of it.
  await comes(page, colleague);
  assert.equal(new URL(page.url()).pathname, "/");
  await page.goto("/people/new");
  assert.equal(await page.locator("#person-name").inputValue(), "");
  await page.getByRole("button", { name: "Đổi người" }).click();
  await page.waitForURL(/\/sign-in\?back=/);

  // Whoever typed it finds it on the page of their shift, once.
  await comes(page, mine);
  await page.goto("/shift");
  await page.getByRole("heading", { name: "Đang nhập khi màn hình khóa" }).waitFor();
  await page.locator("a[href='/people/new#typed']").click();
  await page.getByText("đã trở lại").waitFor();
  assert.equal(await page.locator("#person-name").inputValue(), "Kiều Thị Dở Dang");
  assert.ok(await page.getByRole("radio", { name: "Nữ", exact: true }).isChecked());
  await accessible(page);
  // Locked by hand, it is there again at once for the same one.
  await page.getByRole("button", { name: "Đổi người" }).click();
  await page.waitForURL(/\/sign-in\?back=/);
  await comes(page, mine);
  assert.equal(new URL(page.url()).pathname, "/people/new");
  await page.getByText("đã trở lại").waitFor();
  assert.equal(await page.locator("#person-name").inputValue(), "Kiều Thị Dở Dang");
});

scene("staff take turns without scripts", { as: "supervisor.hatinh", scripts: false }, async (page) => {
  const mine = await badge(page);
  await page.goto("/computers");
  await page.getByLabel("Tên máy").fill("Quầy không chữ");
  await send(page, "Đăng ký máy này");
  await send(page, "Đăng xuất");
  const come = async () => {
    await page.getByLabel("Thẻ", { exact: true }).fill(mine);
    await page.getByLabel("Mã PIN").fill(PIN);
    await send(page, "Đăng nhập");
  };
  await come();
  await page.goto("/people");
  await send(page, "Đổi người");
  await come();
  assert.equal(new URL(page.url()).pathname, "/people");
  await send(page, "Đổi người");
  // Whoever forgot the badge has a password.
  await page.getByText("Đăng nhập bằng thư điện tử và mật khẩu").click();
  await page.getByLabel("Thư điện tử").fill(email("supervisor.hatinh"));
  await page.getByLabel("Mật khẩu").fill(PASSWORD);
  const there = page.waitForNavigation();
  await page.getByLabel("Mật khẩu").press("Enter");
  await there;
  assert.equal(new URL(page.url()).pathname, "/people");
  await page.goto("/computers");
  await send(page, "Thôi dùng chung – Quầy không chữ");
  await heading(page).getByText("Đăng nhập").waitFor();
});

scene("what a colleague changed while a screen was locked is not lost", { as: "counsellor.thanhhoa" }, async (page, { another }) => {
  const { path, name } = await registered("counsellor.thanhhoa");
  await page.context().clock.install();
  await page.goto(`${path}/edit`);
  await page.locator("#person-name").fill(`${name} Một`);
  const locked = page.waitForURL(/\/sign-in\?back=/);
  await page.clock.fastForward("15:01");
  await page.clock.resume();
  await locked;
  const colleague = await another({ as: "supervisor.thanhhoa" });
  await colleague.goto(`${path}/edit`);
  await colleague.locator("#person-name").fill(`${name} Hai`);
  await send(colleague, "Lưu");
  await page.getByLabel("Thư điện tử").fill(email("counsellor.thanhhoa"));
  await page.getByLabel("Mật khẩu").fill(PASSWORD);
  await send(page, "Đăng nhập");
  await page.getByText("đã trở lại").waitFor();
  assert.equal(await page.locator("#person-name").inputValue(), `${name} Một`);
  await send(page, "Lưu");
  await page.getByRole("heading", { name: "Có người khác vừa sửa hồ sơ này" }).waitFor();
  for (const both of [`${name} Một`, `${name} Hai`]) await page.getByRole("cell", { name: both }).waitFor();
});
