// What a page does besides marimo: its sections on the left, places within it, paper. Everything works without it.
(() => {
  "use strict";
  const HEADINGS = ".cy-finding h2, .cy-figure h3, .cy-action h2";

  const first = (selector) => document.querySelector(selector);
  const isFolded = (one) => one.closest("details:not([open])") !== null;

  // Links within the page: the address has filters, and <base> would lose them.
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
    const aim = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!aim) return;
    event.preventDefault();
    aim.tabIndex = -1;
    aim.focus({ preventScroll: true });
    aim.scrollIntoView({ block: "start" });
  });

  // A chart that was folded away has no width until it is seen.
  document.addEventListener("toggle", () => window.dispatchEvent(new Event("resize")), true);
  document.addEventListener("keydown", (event) => {
    const list = first(".cy-all[open]");
    if (event.key !== "Escape" || !list) return;
    list.open = false;
    list.querySelector("summary").focus();
  });
  document.addEventListener("pointerdown", (event) => {
    const list = first(".cy-all[open]");
    if (list && !list.contains(event.target)) list.open = false;
  });

  let headings = [];

  // Where the reader is: the last heading above the upper third of the window.
  function mark() {
    const passed = headings.filter((one) => one.getBoundingClientRect().top < window.innerHeight / 3);
    const here = passed.length ? `#${passed[passed.length - 1].id}` : "";
    for (const link of document.querySelectorAll(".cy-sections a")) {
      if (link.getAttribute("href") === here) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  let marking = 0;
  document.addEventListener("scroll", () => {
    cancelAnimationFrame(marking);
    marking = requestAnimationFrame(mark);
  }, { capture: true, passive: true });

  function listSections() {
    const rail = first(".cy-sections");
    const found = [...document.querySelectorAll(HEADINGS)].filter((one) => !isFolded(one));
    if (!rail) return;
    const said = found.map((one) => one.textContent).join("\n");
    if (rail.dataset.said === said && rail.childElementCount) return;
    rail.dataset.said = said;
    headings = found;
    found.forEach((one, index) => { one.id = `section-${index + 1}`; });
    rail.replaceChildren(...found.map((one) => {
      const link = document.createElement("a");
      link.href = `#${one.id}`;
      link.textContent = one.textContent;
      link.title = one.textContent;
      return link;
    }));
    rail.hidden = found.length < 2;
    mark();
  }

  function showChapter() {
    const line = first(".cy-line"), here = line?.querySelector("[aria-current]");
    const now = here ? `${here.textContent} ${window.innerWidth}` : "";
    if (!here || line.dataset.shown === now) return;
    line.dataset.shown = now;
    line.scrollLeft += here.getBoundingClientRect().left - line.getBoundingClientRect().left - 48;
  }

  // For who hears a page: all of it is its main part, as marimo does not say.
  const nameMain = () => document.getElementById("App")?.setAttribute("role", "main");

  // The window is called as its chapter is in the reader's language: marimo knows one title only.
  function nameWindow() {
    const name = first(".cy-line [aria-current]")?.textContent.trim();
    if (name && document.title !== name) document.title = name;
  }

  // marimo's own words in a field of several values, which it takes from nobody.
  const FIELDS = "__FIELDS__", own = FIELDS[document.documentElement.lang.split("-")[0]] ?? {};
  const within = (room) => [...room.querySelectorAll("marimo-dict, marimo-multiselect")]
    .filter((one) => one.shadowRoot).flatMap((one) => [one.shadowRoot, ...within(one.shadowRoot)]);
  function wordFields() {
    for (const room of [...within(document), ...document.querySelectorAll("[data-radix-popper-content-wrapper]")]) {
      const texts = document.createTreeWalker(room, NodeFilter.SHOW_TEXT);
      watcher.observe(room, { childList: true, subtree: true });
      while (texts.nextNode()) {
        const said = own[texts.currentNode.data];
        if (said) texts.currentNode.data = said;
      }
    }
  }

  // The foot of each sheet: whose figures, of whom, as of when; and its number.
  function footPaper() {
    const said = first(".cy-header")?.dataset.paper ?? "";
    let style = document.getElementById("cy-paper");
    if (!style) document.head.append(style = Object.assign(document.createElement("style"), { id: "cy-paper" }));
    const text = [...said].map((letter) => /[\p{L}\p{N} ]/u.test(letter) ? letter
      : `\\${letter.codePointAt(0).toString(16)} `).join("");
    const rules = `@page { @bottom-left { content: "${text}" } }`;
    if (style.textContent !== rules) style.textContent = rules;
  }

  window.addEventListener("resize", showChapter);

  let waiting = 0;
  const watcher = new MutationObserver(() => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      listSections(); showChapter(); footPaper(); nameMain(); nameWindow(); wordFields();
    }, 150);
  });
  watcher.observe(document.documentElement, { childList: true, subtree: true, characterData: true });

  // On paper charts are drawn anew for the sheet (a smaller picture could not be read), wide tables shrink: it cannot scroll.
  const redraw = () => window.dispatchEvent(new Event("resize"));
  window.addEventListener("beforeprint", () => {
    document.documentElement.classList.add("cy-printing");
    for (const table of document.querySelectorAll(".cy-table table")) {
      const room = table.parentElement.clientWidth, wanted = table.scrollWidth;
      table.style.zoom = room && wanted > room ? 0.97 * room / wanted : 1; // letters do not shrink quite evenly
    }
    redraw();
  });
  window.addEventListener("afterprint", () => {
    document.documentElement.classList.remove("cy-printing");
    for (const table of document.querySelectorAll(".cy-table table")) table.style.zoom = "";
    redraw();
  });
})();
