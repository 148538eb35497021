// A screen that nobody attends goes blank, and whoever was signed in is so no more. What they had typed is kept sealed at the
// server, theirs alone, and stands there again once they are back.
const { lock, user } = document.querySelector("script[data-lock]").dataset;
const after = Number(lock) * 1000;
const warned = Math.min(20_000, after / 2);
const box = document.querySelector(".app-lock");
const here = location.pathname + location.search;
const tabs = new BroadcastChannel("lock");

// All tabs of a browser are attended as one.
let mine = 0;
let told = Date.now();
let locking = false;
const attended = () => {
  if (locking) return;
  mine = Date.now();
  try { localStorage.setItem("attended", mine); } catch { /* Each tab for itself. */ }
  box.hidden = true;
};
const last = () => {
  try { return Math.max(mine, Number(localStorage.getItem("attended"))); } catch { return mine; }
};
// A page that looks again by itself is attended by nobody.
if (!document.querySelector("meta[http-equiv=refresh]") || !last()) attended();
for (const sign of ["keydown", "pointerdown", "pointermove", "input", "wheel"]) addEventListener(sign, () => Date.now() - mine > 500 && attended(), { passive: true, capture: true });

function look() {
  if (locking) return;
  const idle = Date.now() - last();
  if (idle >= after) return begin();
  if (idle >= after - warned) {
    if (box.hidden) Object.assign(box, { hidden: false, textContent: box.dataset.soon });
  } else box.hidden = true;
  // The server counts requests; whoever types a long page makes none.
  if (last() > told && Date.now() - told > 60_000) {
    told = Date.now();
    fetch("/here").catch(() => {});
  }
}
setInterval(look, 1000);
// A lid that was closed, a tab that comes back.
document.addEventListener("visibilitychange", look);
addEventListener("pageshow", look);

function begin() {
  tabs.postMessage("lock");
  leave();
}
tabs.addEventListener("message", () => leave());
document.querySelector("form[data-lock]")?.addEventListener("submit", (event) => {
  event.preventDefault();
  begin();
});

const wait = (ms) => new Promise((done) => setTimeout(done, ms));
// Each tab holds its place while it keeps what was typed; the session ends behind the last of them.
const alone = (name, mode, act) => (navigator.locks ? navigator.locks.request(name, { mode }, act) : act());

async function leave() {
  if (locking) return;
  locking = true;
  document.documentElement.classList.add("app-locked");
  Object.assign(box, { hidden: false, textContent: box.dataset.locking });
  const typed = written();
  for (;;) {
    try {
      if (typed) await alone("typed", "shared", () => post("/drafts", { path: here, typed: JSON.stringify(typed) }));
      if (typed && crypto.subtle) sessionStorage.setItem(await mark(here), "");
      await wait(300);
      await alone("typed", "exclusive", () => post("/lock", { back: here }));
      break;
    } catch {
      // No line: the screen stays blank until there is one.
      box.textContent = box.dataset.waits;
      await wait(3000);
    }
  }
  try { localStorage.removeItem("attended"); } catch { /* Nothing was there. */ }
  location.replace(`/sign-in?back=${encodeURIComponent(here)}`);
}

async function post(path, fields) {
  const answer = await fetch(path, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" });
  // What it refuses (it may know no session any more) it refuses the next time too.
  if (answer.status >= 500) throw new Error("the server has trouble");
  return answer;
}

// A tab remembers that something waits on a page, not on which.
async function mark(path) {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${user}\n${path}`));
  return `typed-${[...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

// The version of what was edited goes with it: if somebody else changes that meanwhile, the page of both says so.
const fields = () => [...document.querySelectorAll("main form[method=post] :is(input, select, textarea)")].filter(({ name, type }) => name && name !== "submission" && !["password", "file", "submit"].includes(type));
const changed = (field) => {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.tagName === "SELECT") return field.selectedIndex !== Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
  return field.value !== field.defaultValue;
};

/** What stands in the forms of the page in which somebody typed, or nothing. */
function written() {
  const all = fields();
  const touched = new Set(all.filter((field) => field.type !== "hidden" && changed(field)).map(at));
  const values = all.filter((field) => touched.has(at(field)) && (!["checkbox", "radio"].includes(field.type) || field.checked)).map((field) => [at(field), field.name, field.value]);
  return touched.size ? { title: document.querySelector("h1")?.textContent.trim() ?? "", values } : null;
}

/** Which form of the page a field is of: its address. */
function at(field) {
  return field.form.getAttribute("action");
}

function fill({ values }) {
  const [forms, wanted] = [new Set(values.map(([form]) => form)), new Map()];
  for (const [form, name, value] of values) wanted.set(`${form} ${name}`, [...(wanted.get(`${form} ${name}`) ?? []), value]);
  for (const field of fields().filter((field) => forms.has(at(field)))) {
    const here = wanted.get(`${at(field)} ${field.name}`) ?? [];
    if (field.type === "checkbox" || field.type === "radio") field.checked = here.includes(field.value);
    else if (here.length) field.value = here.shift();
    if (field.type !== "hidden" && changed(field)) field.closest("details")?.setAttribute("open", "");
  }
  // The code of a name that was chosen from a list goes with it.
  for (const [form, name, value] of values) {
    const typed = name.endsWith(".code") && document.getElementsByName(name.slice(0, -".code".length))[0];
    if (typed && at(typed) === form && !document.getElementsByName(name).length) typed.closest("[data-typeahead]")?.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
}

/** Puts back what was typed here, if this tab left some, or the page of a shift led here. */
async function restore() {
  if (!document.querySelector("main form[method=post]")) return;
  // An insecure address has no hashes: there the page of a shift leads back.
  const key = crypto.subtle ? await mark(here) : "";
  if (sessionStorage.getItem(key) === null && location.hash !== "#typed") return;
  const answer = await post("/drafts/taken", { path: here });
  sessionStorage.removeItem(key);
  if (location.hash) history.replaceState(null, "", here);
  if (answer.status !== 200) return;
  fill(await answer.json());
  const told = Object.assign(document.createElement("p"), { className: "govuk-inset-text", textContent: box.dataset.restored, tabIndex: -1 });
  told.setAttribute("role", "status");
  document.querySelector("h1").after(told);
  told.focus();
}
restore().catch(() => {});
