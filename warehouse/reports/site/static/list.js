// Play the recording of a flag without leaving the list; without this script, its time opens the call.
(() => {
  const dock = document.querySelector(".dock");
  const audio = dock.querySelector("audio");
  const missing = dock.querySelector(".no-audio");
  let wanted = 0;

  function hear(button) {
    const row = button.closest("tr");
    dock.hidden = false;
    missing.hidden = true;
    dock.querySelector(".title").textContent = button.dataset.title;
    dock.querySelector(".open").href = row.querySelector(".at a").href;
    for (const other of document.querySelectorAll("tr.playing")) other.classList.remove("playing");
    row.classList.add("playing");
    wanted = leadTo(Number(button.dataset.at));
    if (audio.getAttribute("src") !== button.dataset.audio) audio.src = button.dataset.audio;
    if (audio.readyState > 0) audio.currentTime = wanted;
    audio.play().catch(() => {});
  }

  audio.addEventListener("loadedmetadata", () => {
    audio.currentTime = wanted;
  });
  audio.addEventListener("error", () => {
    missing.hidden = false;
  });
  for (const button of document.querySelectorAll("button.listen")) {
    button.hidden = false;
    button.addEventListener("click", () => hear(button));
  }
  playBySpace(audio, () => audio.hasAttribute("src"));
})();

// Narrow a flag list to an agent, a severity, a rule or a tag; without this script all rows are shown.
(() => {
  const filters = document.querySelector(".filters");
  if (!filters) return;
  const choices = [...filters.querySelectorAll("select")];
  const rows = [...document.querySelectorAll(".flags tbody tr")];
  const calls = [...document.querySelectorAll(".flagged-call")];
  const status = filters.querySelector("[role=status]");

  function has(row, one) {
    const value = row.dataset[one.dataset.filter];
    return one.dataset.filter === "tags" ? value.split(" ").includes(one.value) : value === one.value;
  }

  function narrow() {
    for (const row of rows) {
      row.hidden = choices.some((one) => one.value && !has(row, one));
    }
    for (const call of calls) {
      call.hidden = !call.querySelector("tbody tr:not([hidden])");
    }
    const shown = rows.filter((row) => !row.hidden).length;
    status.textContent = shown < rows.length ? `${shown} / ${rows.length}` : "";
  }

  filters.hidden = choices.length === 0;
  filters.addEventListener("change", narrow);
})();
