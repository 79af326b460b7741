// Narrow a flag list to an agent, a severity, a rule or a tag; without this script all rows are shown.
"use strict";
(() => {
  const filters = document.querySelector(".filters");
  if (!filters) return;
  const choices = [...filters.querySelectorAll("select")];
  const rows = [...document.querySelectorAll(".flags tbody tr")];
  const people = [...document.querySelectorAll(".person")];
  const status = filters.querySelector("[role=status]");

  function has(row, one) {
    const value = row.dataset[one.dataset.filter];
    return one.dataset.filter === "tags" ? value.split(" ").includes(one.value) : value === one.value;
  }

  function narrow() {
    for (const row of rows) {
      row.hidden = choices.some((one) => one.value && !has(row, one));
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
