// What scripts add to the pages. Every page works without them.
import { Button, Checkboxes, ErrorSummary, NotificationBanner, SkipLink, createAll } from "../vendor/govuk-frontend.min.js";

// Radios are left to the style sheet: the script would give them aria-expanded, which a radio may not have.
// Components refuse to start before the page says that it can carry them.
document.body.classList.add("js-enabled", "govuk-frontend-supported");
for (const component of [Button, Checkboxes, ErrorSummary, NotificationBanner, SkipLink]) {
  createAll(component);
}

// A combobox with a list of suggestions, after the ARIA Authoring Practices: the focus stays in the text field.
// The name goes into the field, which the server can resolve; the code goes along while the name is as chosen.
class Typeahead {
  constructor(root) {
    this.root = root;
    this.input = root.querySelector("input");
    this.code = root.querySelector("input[type=hidden]");
    this.list = Object.assign(document.createElement("ul"), { id: `${this.input.id}-list`, className: "app-typeahead__list", hidden: true });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", root.dataset.list);
    this.status = Object.assign(document.createElement("div"), { className: "govuk-visually-hidden" });
    this.status.setAttribute("role", "status");
    this.input.after(this.list, this.status);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id })) {
      this.input.setAttribute(name, value);
    }
    this.options = [];
    this.active = -1;
    // Telex and other input methods compose a letter from several keys; nothing is looked up before it is whole.
    this.input.addEventListener("input", (event) => event.isComposing || this.typed());
    this.input.addEventListener("compositionend", () => this.typed());
    this.input.addEventListener("keydown", (event) => event.isComposing || this.pressed(event));
    this.input.addEventListener("blur", () => this.close());
    // A press on an option must not take the focus before the click arrives.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose([...this.list.children].indexOf(option));
    });
  }

  typed() {
    if (this.input.value === this.looked) return;
    this.looked = this.input.value;
    this.setCode("");
    clearTimeout(this.timer);
    this.request?.abort();
    if (this.input.value.trim()) this.timer = setTimeout(() => this.look(), 200);
    else this.close();
  }

  async look() {
    this.request = new AbortController();
    const within = document.getElementById(this.root.dataset.within ?? "")?.value ?? "";
    const query = new URLSearchParams({ q: this.input.value, within });
    try {
      const answer = await fetch(`/vocabulary/${this.root.dataset.typeahead}?${query}`, { signal: this.request.signal, headers: { Accept: "application/json" } });
      if (answer.ok) this.show(await answer.json());
    } catch {
      // Aborted, or the network is gone: the field goes on as a plain one.
    }
  }

  show(options) {
    if (document.activeElement !== this.input) return;
    this.options = options;
    this.list.replaceChildren(...options.map(({ name, detail }, at) => {
      const option = Object.assign(document.createElement("li"), { id: `${this.list.id}-${at}`, className: "app-typeahead__option", textContent: name });
      option.setAttribute("role", "option");
      if (detail) option.append(Object.assign(document.createElement("span"), { className: "app-typeahead__detail", textContent: detail }));
      return option;
    }));
    this.list.hidden = options.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.activate(-1);
    this.status.textContent = options.length ? this.root.dataset.found.replace("{n}", options.length) : this.root.dataset.none;
  }

  pressed(event) {
    const last = this.options.length - 1;
    if (event.key === "Escape" && !this.list.hidden) this.close();
    else if (this.list.hidden || event.altKey || event.ctrlKey || event.metaKey) return;
    else if (event.key === "ArrowDown") this.activate(this.active < last ? this.active + 1 : 0);
    else if (event.key === "ArrowUp") this.activate(this.active > 0 ? this.active - 1 : last);
    else if (event.key === "Home" && this.active >= 0) this.activate(0);
    else if (event.key === "End" && this.active >= 0) this.activate(last);
    else if (event.key === "Enter" && this.active >= 0) this.choose(this.active);
    else return;
    event.preventDefault();
  }

  activate(at) {
    this.list.children[this.active]?.removeAttribute("aria-selected");
    this.active = at;
    const option = this.list.children[at];
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  choose(at) {
    const { code, name } = this.options[at];
    this.input.value = this.looked = name;
    this.setCode(code);
    this.close();
    this.status.textContent = this.root.dataset.chosen.replace("{name}", name);
  }

  // The candidates of the server, if any, were for the text as it was sent.
  setCode(code) {
    this.root.querySelector("[data-candidates]")?.remove();
    if (!this.code) this.root.append(this.code = Object.assign(document.createElement("input"), { type: "hidden", name: `${this.input.name}.code` }));
    this.code.value = code;
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.activate(-1);
  }
}

for (const root of document.querySelectorAll("[data-typeahead]")) new Typeahead(root);

// A scan box reads by itself once Enter ends a whole scan: the QR of a card, or a zone of two or three lines. Enter on an
// empty line reads whatever there is. Only reading: nothing is saved. A reader may end with several line ends; one counts.
for (const box of document.querySelectorAll("textarea[data-scan]")) {
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const typed = box.value;
    const read = typed.replace(/\s/g, "");
    const whole = [72, 88, 90].includes(read.length) || typed.split("|").length > 5;
    if (!read || !(whole || typed.endsWith("\n"))) return;
    event.preventDefault();
    if (box.dataset.sent) return;
    box.dataset.sent = "true";
    box.form.requestSubmit();
  });
  // The way back may show this very page again.
  addEventListener("pageshow", () => delete box.dataset.sent);
}

// One digit for what came of a call, only while the focus is on the buttons that say so, or on the link to them in a list.
for (const buttons of document.querySelectorAll("[data-digits]")) {
  buttons.addEventListener("keydown", (event) => digit(event, (at) => buttons.querySelectorAll("button")[at]?.click()));
}
for (const link of document.querySelectorAll("a[data-attempts]")) {
  link.addEventListener("keydown", (event) => digit(event, (at) => {
    const outcome = link.dataset.attempts.split(" ")[at];
    if (!outcome || !crypto.randomUUID) return;
    const form = Object.assign(document.createElement("form"), { method: "post", action: link.href });
    for (const [name, value] of Object.entries({ submission: crypto.randomUUID(), outcome })) {
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
    document.body.append(form);
    form.submit();
  }));
}
function digit(event, act) {
  if (!/^[1-9]$/.test(event.key) || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  event.preventDefault();
  act(Number(event.key) - 1);
}

// A questionnaire keeps each answer as it is given, one after the other: a talk may break off, and so may the line.
for (const form of document.querySelectorAll("form[data-kept]")) {
  let before = Promise.resolve();
  // What is sent as a whole takes all answers along.
  form.addEventListener("submit", () => (form.dataset.sent = "true"));
  addEventListener("pageshow", () => delete form.dataset.sent);
  form.addEventListener("change", ({ target }) => {
    const was = form.elements[target.name.replace(/^answers/, "was")];
    if (was && was !== target && crypto.randomUUID) before = before.then(() => keep(form, target, was));
  });
}
async function keep(form, { name, value }, was) {
  if (form.dataset.sent) return;
  const status = form.querySelector("[role=status]");
  const fields = { submission: crypto.randomUUID(), version: form.elements.version.value, last: form.elements.last.value, act: "one", [name]: value, [was.name]: was.value };
  try {
    // The redirect says that it was kept; the page behind it is not needed.
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" });
    if (answer.type === "opaqueredirect") {
      was.value = value;
      status.textContent = form.dataset.kept;
    } else if (!form.dataset.sent) {
      // Refused: the whole page comes back and says why.
      form.requestSubmit(form.querySelector("[value=keep]"));
    }
  } catch {
    status.textContent = form.dataset.notKept;
  }
}

// A badge's reader ends with Enter: the PIN comes next. What is scanned while no field has the focus is a badge too.
const door = document.querySelector("form[data-badge]");
if (door) {
  const { badge, pin } = door.elements;
  addEventListener("keydown", (event) => {
    if (event.target === badge && event.key === "Enter" && !pin.value) {
      event.preventDefault();
      pin.focus();
    } else if (/^\d$/.test(event.key) && !event.target.matches("input")) badge.focus();
  });
}

// A way out at once: what stands here is covered before another page comes, and Back does not lead to it. Also by Shift,
// pressed three times within five seconds.
const exit = document.querySelector("[data-exit]");
if (exit) {
  const leave = (event) => {
    event?.preventDefault();
    document.title = "";
    document.body.hidden = true;
    location.replace(exit.href);
  };
  exit.addEventListener("click", leave);
  let presses = [];
  addEventListener("keyup", (event) => {
    presses = event.key === "Shift" ? [...presses.filter((at) => event.timeStamp - at < 5000), event.timeStamp] : [];
    if (presses.length === 3) leave();
  });
}
