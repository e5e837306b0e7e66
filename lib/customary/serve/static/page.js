/* Two things: a page that was drawn once becomes live where it is touched, and a live page whose server was away comes
 * back by itself. Read in the head of both, before anything of marimo's. TEXTS, ASSETS: filled in by the server. */
"use strict";
(() => {
  const TEXTS = "__TEXTS__", ASSETS = "__ASSETS__";
  const root = document.documentElement, told = document.currentScript.dataset;
  const asked = new URLSearchParams(location.search).get("lang");
  const texts = TEXTS[asked] || TEXTS[root.lang.split("-")[0]] || TEXTS.en;
  const isStatic = root.hasAttribute("data-static");
  const later = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

  /* ---- a line for the reader ------------------------------------------------------------------ */
  const LINE = "position:fixed;left:50%;bottom:16px;transform:translateX(-50%);z-index:60;padding:8px 16px;" +
    "border-radius:8px;font:15px/1.5 system-ui,sans-serif;background:#1b1f24;color:#fff;max-width:90vw";
  let line = null;
  function say(text) {
    if (!text) { line?.remove(); line = null; return; }
    if (!line) {
      line = document.createElement("div");
      line.setAttribute("role", "status");
      line.style.cssText = LINE;
      document.body.append(line);
    }
    line.textContent = text;
  }

  /* ---- a server that was away ----------------------------------------------------------------- */
  const POLL = 1500, PATIENCE = 8, RELOADS = 3, WITHIN = 60_000;
  let server = told.server || "", isOpen = false, isLeaving = false, isLooking = false;
  addEventListener("pagehide", () => { isLeaving = true; });
  addEventListener("pageshow", () => { isLeaving = false; });
  window.WebSocket = class extends window.WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener("open", () => { isOpen = true; });
      this.addEventListener("close", () => { isOpen = false; if (!isLeaving) lookForServer(); });
    }
  };

  async function health() {
    try {
      const reply = await fetch("__BASE__/healthz", { cache: "no-store" });
      return reply.ok ? await reply.json() : null;
    } catch { return null; }
  }

  /* marimo tries again by itself, and keeps the session where the server still has it. A server that was started again
   * has none: then, and where marimo has given up, the page is read anew by its own link. */
  async function lookForServer() {
    if (isLooking) return;
    isLooking = true;
    for (let answers = 0, round = 0; !isLeaving; round += 1) {
      await later(POLL);
      const found = await health();
      if (found && server && found.server !== server) return readAnew();
      if (found && isOpen) break;
      if (found && (answers += 1) > PATIENCE) return readAnew();
      if (round === 1) say(texts.away);
    }
    isLooking = false;
    say("");
  }

  function readAnew() {
    const now = Date.now();
    const before = JSON.parse(sessionStorage.getItem("cy-read-anew") || "[]").filter((at) => now - at < WITHIN);
    if (before.length >= RELOADS) return say(texts.gone);
    sessionStorage.setItem("cy-read-anew", JSON.stringify([...before, now]));
    const box = document.getElementById("App");
    sessionStorage.setItem("cy-place", JSON.stringify([location.href, box ? box.scrollTop : scrollY]));
    location.reload();
  }

  /* ---- from the drawn page to the live one ------------------------------------------------------ */
  const WAIT = 60_000, STILL = 1_500;
  let still = null, going = null, touch = null;

  function scrollBack() {
    const [address, height] = JSON.parse(sessionStorage.getItem("cy-place") || "[]");
    sessionStorage.removeItem("cy-place");
    if (address === location.href && isStatic) scrollTo(0, height);
  }

  function goLive() {
    going ??= bringLive().catch((error) => {
      going = null;
      const height = still.scrollTop;
      still.classList.remove("cy-waits");
      still.removeAttribute("aria-busy");
      scrollTo(0, height);
      for (const one of still.querySelectorAll("select")) one.disabled = false;
      say(error.message || texts.failed);
    });
    return going;
  }

  async function bringLive() {
    const height = scrollY;
    still.classList.add("cy-waits");
    still.setAttribute("aria-busy", "true");
    still.scrollTop = height;
    for (const one of still.querySelectorAll("select")) one.disabled = true;
    const address = new URL(location.href);
    address.searchParams.set("live", "1");
    const reply = await fetch(address, { headers: { accept: "text/html" } }).catch(() => null);
    const page = new DOMParser().parseFromString(reply ? await reply.text() : "", "text/html");
    if (!reply || !reply.ok || !page.getElementById("root")) {
      throw new Error(reply && reply.status >= 400 ? page.querySelector("p")?.firstChild?.textContent.trim() : "");
    }
    server = page.querySelector("script[data-server]")?.dataset.server || server;
    bring(page);
    await isDrawn();
    swap();
  }

  /* The parts of the live page, in its own order, into this document: its elements, its styles, its scripts. */
  function bring(page) {
    const elements = page.querySelectorAll("[data-version], [data-config], [data-token], marimo-filename");
    for (const one of elements) document.body.append(document.importNode(one, true));
    document.body.append(document.importNode(page.getElementById("root"), true));
    const own = document.getElementById("cy-static-style");
    for (const one of page.querySelectorAll("link[rel=modulepreload], link[rel=stylesheet], style")) {
      own.before(document.importNode(one, true));
    }
    // Scripts of a document that was only parsed do not run. What stands in the page is marimo's settings.
    for (const one of page.querySelectorAll("script[data-marimo]")) (0, eval)(one.textContent);
    for (const one of page.querySelectorAll("script[type=module][src]")) {
      const script = document.createElement("script");
      Object.assign(script, { type: "module", src: one.getAttribute("src"), crossOrigin: "anonymous" });
      document.body.append(script);
    }
  }

  const liveCells = () => [...document.querySelectorAll("#root .output-area")].filter((one) => one.offsetHeight);
  const isPicture = (chart) => chart.getBoundingClientRect().top > innerHeight ||
    chart.shadowRoot?.querySelector("svg.marks, canvas");

  /* Until as much is there as was drawn, and the charts in sight have their picture; or, where a filter leaves less to
   * show, until nothing has changed for a while. */
  async function isDrawn() {
    const wanted = still.querySelectorAll(".cy-cell").length, begun = performance.now();
    for (let seen = "", since = begun, calm = 0; performance.now() - begun < WAIT;) {
      await later(60);
      const cells = liveCells(), charts = [...document.querySelectorAll("#root marimo-vega")];
      const size = document.querySelector("#root #App")?.scrollHeight || 0;
      const now = `${cells.length} ${charts.length} ${size}`;
      if (now !== seen) [seen, since, calm] = [now, performance.now(), 0];
      const whole = cells.length >= wanted && charts.every(isPicture);
      calm = whole ? calm + 1 : 0;
      if (calm >= 3) return;
      const isRunning = document.querySelector("[data-testid=loading-indicator]");
      if (!isRunning && document.querySelector("#root .cy-header") && performance.now() - since > STILL) return;
    }
    throw new Error(texts.failed);
  }

  /* What stood at the top of the window stands there again. */
  function swap() {
    const mine = [...still.querySelectorAll(".cy-cell")];
    const place = Math.max(0, mine.findIndex((one) => one.getBoundingClientRect().bottom > 0));
    const top = mine[place].getBoundingClientRect().top;
    const files = [...still.querySelectorAll("[data-touch=download]")];
    const box = document.getElementById("App"), cell = liveCells()[place];
    still.remove();
    document.getElementById("cy-static-style").remove();
    root.removeAttribute("data-static");
    root.classList.remove("dark");
    if (cell && place) box.scrollTop += cell.getBoundingClientRect().top - top;
    else box.scrollTop = Math.max(0, -top);
    say("");
    const file = touch?.dataset.touch === "download" && document.querySelectorAll("#root marimo-download")[files.indexOf(touch)];
    file?.shadowRoot?.querySelector("a, button")?.click();
    root.dataset.live = Math.round(performance.now());
  }

  /* A choice goes into the link, as the live page writes it; the first of a list is what a link without it means. */
  function choose(select) {
    const field = select.closest("[data-link]"), address = new URL(location.href);
    if (field && select.selectedIndex === 0) address.searchParams.delete(field.dataset.link);
    else if (field) address.searchParams.set(field.dataset.link, select.value);
    history.replaceState({}, "", address);
    goLive();
  }

  let isFetched = false;
  function fetchAhead() {
    if (isFetched || going || navigator.connection?.saveData) return;
    isFetched = true;
    for (const href of ASSETS) {
      const link = document.createElement("link");
      Object.assign(link, { rel: "prefetch", as: "script", crossOrigin: "anonymous", href });
      document.head.append(link);
    }
  }

  function listen() {
    still = document.getElementById("cy-static");
    scrollBack();
    still.addEventListener("change", (event) => event.target.matches("select") && choose(event.target));
    // A list that no link knows cannot be chosen from before the page is live: touching it is enough.
    for (const name of ["pointerdown", "keydown"]) still.addEventListener(name, (event) => {
      if (!event.target.matches("select") || event.target.closest("[data-link]") || event.key === "Tab") return;
      event.preventDefault();
      goLive();
    });
    still.addEventListener("click", (event) => {
      const touched = event.target.closest("[data-touch], .cy-pictures");
      if (!touched || event.target.closest("a")) return;
      touch = touched;
      goLive();
    });
    still.addEventListener("pointerover", (event) => event.target.closest(".cy-fields, .cy-pictures") && fetchAhead());
    still.addEventListener("focusin", (event) => event.target.closest(".cy-fields, [data-touch]") && fetchAhead());
    const wait = () => setTimeout(() => (window.requestIdleCallback || setTimeout)(fetchAhead), 2000);
    if (document.readyState === "complete") wait(); else addEventListener("load", wait);
  }

  /* ---- at once ---------------------------------------------------------------------------------- */
  const quiet = document.createElement("style");
  // What marimo shows of a lost connection: noise on pink, and "kernel not found" above the page.
  quiet.textContent = ".noise, .disconnected-gradient, [data-testid=disconnected-indicator], " +
    "#App[data-connection-state=CLOSED] > :first-child > .font-mono { display: none !important; }";
  document.head.append(quiet);
  if (isStatic) {
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    const paint = () => root.hasAttribute("data-static") && root.classList.toggle("dark", scheme.matches);
    paint();
    scheme.addEventListener("change", paint);
    if (document.readyState === "loading") addEventListener("DOMContentLoaded", listen); else listen();
  }
})();
