// Narrow the overview to the supervisors, teams and agents of the typed words, which the browser
// remembers; without this script everything is shown.
"use strict";
(() => {
  const box = document.querySelector(".find");
  const field = box.querySelector("input");
  const status = box.querySelector("[role=status]");
  const named = [...document.querySelectorAll("[data-name]")];
  const groups = [...document.querySelectorAll("[data-group]")];
  const key = "callqa-find";
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  function narrow() {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    for (const one of named) {
      one.hidden = !words.every((word) => plain(one.dataset.name).includes(word));
    }
    for (const group of groups) {
      const found = group.querySelector("[data-name]:not([hidden])") !== null;
      group.parentElement.hidden = !found;
      group.open = found && words.length > 0;
    }
    const shown = named.filter((one) => !one.hidden).length;
    status.textContent = words.length ? `${shown} / ${named.length}` : "";
  }

  // A browser may refuse storage to pages that are opened from a folder.
  try {
    field.value = localStorage.getItem(key) ?? "";
  } catch {}
  field.addEventListener("input", () => {
    narrow();
    try {
      localStorage.setItem(key, field.value);
    } catch {}
  });
  box.hidden = false;
  narrow();
})();
