// Hands that have only a keyboard, and eyes that must see at each step where they are.
import assert from "node:assert/strict";

/** What may mark an element as having the focus: a ring, a shadow or a ground, on it or on what is drawn for it. */
const LOOK = `(el) => {
  const of = (el, pseudo) => {
    const s = getComputedStyle(el, pseudo);
    const seen = s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0 && !/^rgba.*, 0\\)$/.test(s.outlineColor);
    return (seen ? [s.outlineStyle, s.outlineWidth, s.outlineColor].join(" ") : "") + "|" + (s.boxShadow === "none" ? "" : s.boxShadow) + "|" + s.backgroundColor;
  };
  return el.matches("[type=radio], [type=checkbox]") && el.labels[0] ? of(el.labels[0], "::before") : of(el);
}`;

const FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";

export class Keys {
  constructor(page) {
    this.page = page;
  }

  press(key) {
    return this.page.keyboard.press(key);
  }

  type(text) {
    return this.page.keyboard.type(text);
  }

  /** Presses a key that leads to another page, and waits until it is there. */
  async follow(key) {
    const there = this.page.waitForNavigation();
    await this.press(key);
    return there;
  }

  /** Remembers how everything looks without the focus. */
  remember() {
    return this.page.evaluate(`(() => {
      const look = ${LOOK};
      for (const el of document.querySelectorAll("${FOCUSABLE}")) el.calm ??= el === document.activeElement ? undefined : look(el);
    })()`);
  }

  /** What has the focus; fails unless it can be seen. */
  async stop() {
    const stop = await this.page.evaluate(`(() => {
      const el = document.activeElement;
      if (!el || el === document.body) return null;
      const look = ${LOOK};
      const { left, right, top, bottom } = (el.labels?.[0] && el.matches("[type=radio], [type=checkbox]") ? el.labels[0] : el).getBoundingClientRect();
      return {
        key: [...document.querySelectorAll("*")].indexOf(el),
        name: (el.id || el.name || el.textContent.trim()) + " <" + el.localName + ">",
        calm: el.calm, now: look(el),
        within: right > left && bottom > top && left < innerWidth && right > 0 && top < innerHeight && bottom > 0,
      };
    })()`);
    if (stop) {
      assert.ok(stop.within, `the focus is out of sight on ${stop.name}`);
      assert.notEqual(stop.now, stop.calm, `nothing marks the focus on ${stop.name}`);
    }
    return stop;
  }

  /** Tabs on until the focus is there. */
  async to(locator, key = "Tab") {
    await this.remember();
    const wanted = await locator.elementHandle();
    const has = () => wanted.evaluate((el) => el === document.activeElement);
    for (let pressed = 0; !(await has()); pressed++) {
      assert.ok(pressed < 120, `Tab never comes to ${locator}`);
      await this.press(key);
      await this.stop();
    }
    await this.stop();
  }

  /** Tabs through the whole page once: the number of stops, until the focus leaves the page or begins again. */
  async walk(key = "Tab") {
    await this.remember();
    const stops = [];
    for (;;) {
      await this.press(key);
      const stop = await this.stop();
      if (!stop || stop.key === stops[0]?.key) return stops;
      stops.push(stop);
      assert.ok(stops.length < 300, `the focus is trapped at ${stop.name}`);
    }
  }

  /** How many stops there should be: what is shown and can be used; of radio buttons one a group. */
  expected() {
    return this.page.evaluate((focusable) => {
      const shown = [...document.querySelectorAll(focusable)].filter((el) => el.tabIndex >= 0 && !el.disabled && el.checkVisibility());
      return new Set(shown.map((el) => (el.type === "radio" ? `radio ${el.name}` : el))).size;
    }, FOCUSABLE);
  }
}
