// Figures that are taken away and brought back: pictures of charts, files dropped on a page, and what the log is told.
// A file says which figure it holds in a line of its own. All of it is read and made in the browser alone.
(() => {
  "use strict";
  const SIGN = "customary:?", PROPERTIES = "docProps/core.xml", MOST = 1_000_000;
  const NAMED = /__(\d{8}T\d+-[0-9a-f]+)_([0-9a-f]{12})(?:__([\w-]+))?(?: ?\(\d+\))?\.csv$/;
  const header = () => document.querySelector(".cy-header");

  // ---- the line in a file ---------------------------------------------------------------------------------------
  const lineIn = (text) => (text ?? "").split(/\s+/).find((one) => one.startsWith(SIGN)) ?? "";
  const bytesOf = async (blob) => new Uint8Array(await blob.arrayBuffer());
  const latin = (bytes) => Array.from(bytes, (one) => String.fromCharCode(one)).join("");

  async function lineOf(file) {
    if (/\.csv$/i.test(file.name)) return lineOfName(file.name);
    const begins = latin(await bytesOf(file.slice(0, 8)));
    if (begins.startsWith("\x89PNG")) return lineOfPicture(await bytesOf(file.slice(0, MOST)));
    if (begins.trimStart().startsWith("<")) return lineOfElement(await file.slice(0, MOST).text(), "metadata");
    return lineOfElement(await propertiesOf(file), "dc:identifier");
  }
  function lineOfElement(text, name) {
    const inside = new RegExp(`<${name}>([^]*?)</${name}>`).exec(text)?.[1] ?? "";
    return lineIn(inside.replaceAll("&amp;", "&"));
  }
  function lineOfName(name) {
    const [, snapshot, definition, code] = NAMED.exec(name) ?? [];
    if (!code) return "";
    const query = new URLSearchParams(atob(code.replaceAll("-", "+").replaceAll("_", "/")));
    query.set("of_snapshot", snapshot);
    query.set("of_definition", definition);
    return SIGN + query;
  }
  function lineOfPicture(bytes) {
    const view = new DataView(bytes.buffer);
    for (let at = 8; at + 8 <= bytes.length;) {
      const size = view.getUint32(at), kind = latin(bytes.subarray(at + 4, at + 8));
      if (kind === "tEXt") {
        const line = lineIn(latin(bytes.subarray(at + 8, at + 8 + size)).split("\0")[1]);
        if (line) return line;
      }
      at += 12 + size;
    }
    return "";
  }
  // Of a zip archive only the list at its end and one small file of it are looked at.
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
    const stored = file.slice(begin, begin + Math.min(size, MOST));
    const plain = method === 8 ? stored.stream().pipeThrough(new DecompressionStream("deflate-raw")) : stored.stream();
    return new Response(plain).text();
  }

  // ---- a file dropped on a page opens as its figure -------------------------------------------------------------
  async function openFigure(file) {
    const line = await lineOf(file).catch(() => "");
    if (!line) return sayOnTop(header().dataset.noFigure);
    const place = new URL(header().dataset.explore, location.origin);
    for (const [name, value] of new URLSearchParams(line.slice(SIGN.length))) place.searchParams.set(name, value);
    location.assign(place);
  }
  function sayOnTop(text) {
    const note = Object.assign(document.createElement("p"), { className: "cy-notice", textContent: text });
    note.setAttribute("role", "alert");
    header().after(note);
    note.scrollIntoView({ block: "center" });
  }
  const isOurs = (event) => header()?.dataset.explore && event.dataTransfer?.types.includes("Files")
    && !event.composedPath().some((one) => one.localName === "marimo-file");
  document.addEventListener("dragover", (event) => { if (isOurs(event)) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    if (!isOurs(event)) return;
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (file) openFigure(file);
  });

  // ---- a chart as a picture -------------------------------------------------------------------------------------
  const STYLES = ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "fill-opacity", "stroke-opacity",
    "font-family", "font-size", "font-weight", "font-style", "text-anchor"];
  const MARGIN = 12, SHARP = 2, SPACE = "http://www.w3.org/2000/svg";

  function* drawingsIn(room) {
    for (const one of room.querySelectorAll("*")) {
      if (one.localName === "svg" && one.getBoundingClientRect().width > 40) yield one;
      if (one.shadowRoot) yield* drawingsIn(one.shadowRoot);
    }
  }
  // The colours and letters of the page go into the picture: outside of it there is no style sheet of ours.
  function withStyles(drawing) {
    const copy = drawing.cloneNode(true), mine = [drawing, ...drawing.querySelectorAll("*")];
    [copy, ...copy.querySelectorAll("*")].forEach((one, index) => {
      const said = getComputedStyle(mine[index]);
      for (const name of STYLES) one.style.setProperty(name, said.getPropertyValue(name));
      one.removeAttribute("class");
    });
    return copy;
  }
  const made = (name, attributes) => {
    const one = document.createElementNS(SPACE, name);
    for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
    return one;
  };
  // The first ground behind the figure that is not clear; a browser's own page is white.
  function paperOf(one) {
    const ground = getComputedStyle(one).backgroundColor;
    if (!/^rgba\(.*, 0\)$|^transparent$/.test(ground)) return ground;
    return one.parentElement ? paperOf(one.parentElement) : "white";
  }
  function pictureOf(figure) {
    const drawings = [...drawingsIn(figure.querySelector(".cy-chart"))], boxes = drawings.map((one) => one.getBoundingClientRect());
    const width = Math.max(...boxes.map((box) => box.width)) + 2 * MARGIN;
    const title = figure.querySelector("h3"), ink = getComputedStyle(title);
    const head = made("text", { x: MARGIN, y: 2 * MARGIN, "font-family": ink.fontFamily, "font-size": 15, "font-weight": 600,
      fill: ink.color });
    head.textContent = title.textContent;
    const whole = made("svg", { xmlns: SPACE }), kept = made("metadata", {});
    kept.textContent = figure.dataset.origin;
    let height = 3 * MARGIN;
    const parts = drawings.map((one, index) => {
      const copy = withStyles(one);
      copy.setAttribute("x", MARGIN);
      copy.setAttribute("y", height);
      copy.setAttribute("width", boxes[index].width);
      copy.setAttribute("height", boxes[index].height);
      height += boxes[index].height + MARGIN;
      return copy;
    });
    const paper = made("rect", { width: "100%", height: "100%", fill: paperOf(figure) });
    for (const [name, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` })) whole.setAttribute(name, value);
    whole.append(kept, paper, head, ...parts);
    return { text: new XMLSerializer().serializeToString(whole), width, height };
  }

  const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
    for (let bit = 0; bit < 8; bit += 1) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
    return n;
  });
  const checksum = (bytes) => ~bytes.reduce((sum, one) => TABLE[(sum ^ one) & 255] ^ (sum >>> 8), ~0) >>> 0;
  // A text chunk behind the head of the picture, which is 33 bytes long.
  function withLine(bytes, line) {
    const text = new TextEncoder().encode(`tEXtSource\0${line}`), chunk = new Uint8Array(text.length + 8);
    const view = new DataView(chunk.buffer);
    view.setUint32(0, text.length - 4);
    chunk.set(text, 4);
    view.setUint32(text.length + 4, checksum(text));
    return new Blob([bytes.subarray(0, 33), chunk, bytes.subarray(33)], { type: "image/png" });
  }
  async function asPng({ text, width, height }, line) {
    const image = new Image(), address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
    image.src = address;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: width * SHARP, height: height * SHARP });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(address);
    return withLine(await bytesOf(await new Promise((done) => canvas.toBlob(done, "image/png"))), line);
  }
  function handOut(blob, name) {
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }
  document.addEventListener("click", async (event) => {
    const kind = event.target instanceof Element ? event.target.closest("button[data-take]")?.dataset.take : "";
    if (!kind) return;
    const figure = event.target.closest("figure"), picture = pictureOf(figure), { file, origin } = figure.dataset;
    const blob = kind === "png" ? await asPng(picture, origin) : new Blob([picture.text], { type: "image/svg+xml" });
    handOut(blob, `${file}.${kind}`);
    tell(kind, figure.dataset.figure);
  });

  // ---- what the log is told: a picture and a passport come from no other request -------------------------------------
  const told = new Set();
  function tell(kind, name) {
    if (told.has(`${kind} ${name}`)) return;
    told.add(`${kind} ${name}`);
    fetch(`taken/${kind}/${name}`, { cache: "no-store" }).catch(() => told.delete(`${kind} ${name}`));
  }
  document.addEventListener("toggle", (event) => {
    const names = event.target instanceof HTMLDetailsElement && event.target.open ? event.target.dataset.passport : "";
    for (const name of (names ?? "").split(" ").filter(Boolean)) tell("passport", name);
  }, true);
})();
