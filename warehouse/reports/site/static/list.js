// Narrow a flag list to an agent, a severity or a rule; without this script all rows are shown.
"use strict";
(() => {
  const filters = document.querySelector(".filters");
  if (!filters) return;
  const choices = [...filters.querySelectorAll("select")];
  const rows = [...document.querySelectorAll(".flags tbody tr")];
  const people = [...document.querySelectorAll(".person")];
  const status = filters.querySelector("[role=status]");

  function narrow() {
    for (const row of rows) {
      row.hidden = choices.some((one) => one.value && row.dataset[one.dataset.filter] !== one.value);
    }
    for (const person of people) {
      person.hidden = !person.querySelector("tbody tr:not([hidden])");
    }
    const shown = rows.filter((row) => !row.hidden).length;
    status.textContent = shown < rows.length ? `${shown} / ${rows.length}` : "";
  }

  filters.hidden = choices.length === 0;
  filters.addEventListener("change", narrow);
})();
