// Narrow the rows of a page to the chosen values and the typed words, and count what is left;
// without this script all rows are shown.
"use strict";
(() => {
  const filters = document.querySelector(".filters");
  if (!filters) return;
  const choices = [...filters.querySelectorAll("select")];
  const field = filters.querySelector("input");
  const status = filters.querySelector("[role=status]");
  const rows = [...document.querySelectorAll("[data-row]")];
  const groups = [...document.querySelectorAll("[data-rows]")];
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/_/g, " ").toLowerCase();
  const group = (row) => row.closest("[data-rows]")?.dataset.rows ?? "";
  const number = (count) => count.toLocaleString(document.documentElement.lang);
  let texts;

  function narrow() {
    const words = field.value.split(/\s+/).filter(Boolean).map(plain);
    texts ??= rows.map((row) => plain(`${group(row)} ${row.textContent}`));
    let left = 0;
    rows.forEach((row, at) => {
      row.hidden =
        choices.some((one) => one.value && !row.dataset[one.dataset.filter].split("\n").includes(one.value)) ||
        !words.every((word) => texts[at].includes(word));
      left += !row.hidden;
    });
    for (const one of groups) one.hidden = !one.querySelector("[data-row]:not([hidden])");
    status.textContent = filters.dataset.left.replace("#left", number(left)).replace("#all", number(rows.length));
  }

  // A link to a row that is not shown shows it.
  function reveal() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target?.closest("[hidden]")) return;
    field.value = "";
    for (const one of choices) one.value = "";
    narrow();
    target.scrollIntoView();
  }

  filters.hidden = false;
  filters.addEventListener("input", narrow);
  addEventListener("hashchange", reveal);
  narrow();
})();
