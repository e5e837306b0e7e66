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

  // A workbook that was downloaded here says in its properties which figure it holds: dropped, it opens as that again.
  // It is read in the browser alone; of a zip archive only the list at its end and one small file of it are looked at.
  const PROPERTIES = "docProps/core.xml";
  async function propertiesOf(file) {
    const tail = new DataView(await file.slice(Math.max(0, file.size - 65_557)).arrayBuffer());
    let end = tail.byteLength - 22;
    while (end >= 0 && tail.getUint32(end, true) !== 0x06054b50) end -= 1;
    if (end < 0) return "";
    const from = tail.getUint32(end + 16, true), size = tail.getUint32(end + 12, true);
    const list = new DataView(await file.slice(from, from + size).arrayBuffer());
    for (let at = 0; at + 46 <= list.byteLength && list.getUint32(at, true) === 0x02014b50;) {
      const letters = list.getUint16(at + 28, true), more = list.getUint16(at + 30, true) + list.getUint16(at + 32, true);
      const name = new TextDecoder().decode(new Uint8Array(list.buffer, at + 46, letters));
      if (name === PROPERTIES) {
        return unpacked(file, list.getUint32(at + 42, true), list.getUint32(at + 20, true), list.getUint16(at + 10, true));
      }
      at += 46 + letters + more;
    }
    return "";
  }
  async function unpacked(file, at, size, method) {
    const head = new DataView(await file.slice(at, at + 30).arrayBuffer());
    const begin = at + 30 + head.getUint16(26, true) + head.getUint16(28, true);
    const stored = file.slice(begin, begin + Math.min(size, 1_000_000));
    const plain = method === 8 ? stored.stream().pipeThrough(new DecompressionStream("deflate-raw")) : stored.stream();
    return new Response(plain).text();
  }
  async function openFigure(file) {
    const said = await propertiesOf(file).catch(() => "");
    const named = new DOMParser().parseFromString(said, "text/xml").getElementsByTagName("dc:identifier")[0];
    const line = (named?.textContent ?? "").split(" ").find((one) => one.startsWith("customary:?"));
    const header = first(".cy-header");
    if (!line) return sayOnTop(header.dataset.noFigure);
    const place = new URL(header.dataset.explore, location.origin);
    for (const [name, value] of new URLSearchParams(line.slice("customary:?".length))) place.searchParams.set(name, value);
    location.assign(place);
  }
  function sayOnTop(text) {
    const note = Object.assign(document.createElement("p"), { className: "cy-notice", textContent: text });
    note.setAttribute("role", "alert");
    first(".cy-header").after(note);
    note.scrollIntoView({ block: "center" });
  }
  const isOurs = (event) => first(".cy-header")?.dataset.explore && event.dataTransfer?.types.includes("Files")
    && !event.composedPath().some((one) => one.localName === "marimo-file");
  document.addEventListener("dragover", (event) => { if (isOurs(event)) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    if (!isOurs(event)) return;
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (file) openFigure(file);
  });

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
