"use strict";
const search = document.getElementById("search");
const found = document.getElementById("found");
const parts = [...document.querySelectorAll("[data-find]")];
const texts = parts.map((part) => `${part.id} ${part.textContent}`.toLowerCase().replaceAll("_", " "));

function show() {
  const words = search.value.toLowerCase().replaceAll("_", " ").split(/\s+/).filter(Boolean);
  let count = 0;
  parts.forEach((part, n) => {
    part.hidden = !words.every((word) => texts[n].includes(word));
    count += part.hidden ? 0 : 1;
  });
  for (const section of document.querySelectorAll("main > section"))
    section.hidden = !section.querySelector("[data-find]:not([hidden])");
  found.textContent = words.length ? `${count} / ${parts.length}` : "";
}

// A link to a name must find it, whatever was searched for before.
function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target && target.closest("[hidden]")) {
    search.value = "";
    show();
    target.scrollIntoView();
  }
}

search.addEventListener("input", show);
window.addEventListener("hashchange", reveal);
document.querySelectorAll("[name=language]").forEach((choice) =>
  choice.addEventListener("change", () => { document.documentElement.dataset.language = choice.value; }));
show();
