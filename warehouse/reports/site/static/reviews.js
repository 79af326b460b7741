// Reviews of flags: kept in this browser by the flag's id, and saved as a file for the folder "reviews".
(() => {
  const bar = document.querySelector(".reviews");
  const flags = [...document.querySelectorAll(".review")];
  if (!bar) return;
  const texts = bar.dataset;
  // Pages of another centre in the same browser have another overview.
  const home = `callqa ${new URL(texts.home, location.href).pathname} `;
  const own = "callqa reviewer";
  const columns = ["call_id", "rule_id", "occasion", "machine_value", "human_value", "reviewer_id", "reviewed_at", "reason"];
  const longNumber = /\d([ .,-]?\d){12,}/;
  const savedDays = 14;
  const reviewer = bar.querySelector(".reviewer");
  const save = bar.querySelector(".save");
  const shelf = browserShelf();

  /** The browser's storage, or this page's memory where the browser offers none. */
  function browserShelf() {
    try {
      localStorage.setItem("callqa", "");
      localStorage.removeItem("callqa");
      return localStorage;
    } catch {
      const kept = new Map();
      return {
        getItem: (key) => kept.get(key) ?? null,
        setItem: (key, value) => kept.set(key, value),
        removeItem: (key) => kept.delete(key),
        key: (index) => [...kept.keys()][index] ?? null,
        get length() {
          return kept.size;
        },
      };
    }
  }

  function read(key) {
    try {
      return JSON.parse(shelf.getItem(key));
    } catch {
      return null;
    }
  }

  function fault(review) {
    if (!review.reason) return texts.reason;
    return longNumber.test(review.reason) ? texts.number : "";
  }

  /** Every review of these pages, by its key; long saved ones are forgotten. */
  function kept() {
    const keys = Array.from({ length: shelf.length }, (_, index) => shelf.key(index));
    const reviews = keys.filter((key) => key.startsWith(home)).map((key) => [key, read(key)]);
    const oldest = Date.now() - savedDays * 24 * 3600 * 1000;
    return reviews.filter(([key, review]) => {
      const stays = review !== null && !(review.saved && Date.parse(review.saved) < oldest);
      if (!stays) shelf.removeItem(key);
      return stays;
    });
  }

  function keep(box) {
    const chosen = box.querySelector("input[type=radio]:checked");
    if (!chosen) return;
    const { call, rule, machine, flag } = box.dataset;
    const written = box.querySelector(".reason").value.trim();
    // A flag that is right needs no other reason.
    const isRight = chosen === box.querySelector("input[type=radio]");
    const reason = written || (isRight ? chosen.parentElement.textContent.trim() : "");
    const at = new Date().toISOString();
    shelf.setItem(home + flag, JSON.stringify({ call, rule, machine, value: chosen.value, written, reason, at, saved: null }));
    show();
  }

  function showFlag(box) {
    const review = read(home + box.dataset.flag);
    if (!review) return;
    for (const choice of box.querySelectorAll("input[type=radio]")) choice.checked = choice.value === review.value;
    const field = box.querySelector(".reason");
    if (field !== document.activeElement) field.value = review.written;
    box.querySelector("[role=status]").textContent = fault(review) || texts.kept;
  }

  function show() {
    flags.forEach(showFlag);
    const reviews = kept();
    const waiting = reviews.filter(([, review]) => !review.saved).length;
    save.disabled = reviews.every(([, review]) => fault(review));
    const told = waiting ? texts.waiting.replace("#", waiting) : texts.saved;
    bar.querySelector("[role=status]").textContent = reviews.length ? told : texts.none;
  }

  function cell(text) {
    return `"${text.replaceAll('"', '""')}"`;
  }

  /** The reviews that no file has yet; all of them if there is none such, as a lost file must be made again. */
  function toSave() {
    const whole = kept().filter(([, review]) => !fault(review));
    const waiting = whole.filter(([, review]) => !review.saved);
    return waiting.length ? waiting : whole;
  }

  function saveFile() {
    const who = reviewer.value.trim();
    if (!who) {
      bar.querySelector("[role=status]").textContent = texts.reviewer;
      reviewer.focus();
      return;
    }
    const reviews = toSave();
    const rows = reviews.map(([, one]) => [one.call, one.rule, "flag", one.machine, one.value, who, one.at, one.reason]);
    const lines = [columns, ...rows].map((row) => row.map(cell).join(","));
    const now = new Date().toISOString();
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([`${lines.join("\r\n")}\r\n`], { type: "text/csv" }));
    link.download = `reviews-${who.replace(/[^A-Za-z0-9_-]+/g, "-")}-${now.replace(/[:.-]/g, "")}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000); // some browsers read it later
    for (const [key, review] of reviews) shelf.setItem(key, JSON.stringify({ ...review, saved: now }));
    show();
  }

  for (const box of flags) {
    box.hidden = false;
    box.addEventListener("change", () => keep(box));
  }
  reviewer.value = shelf.getItem(own) || reviewer.value;
  reviewer.addEventListener("change", () => shelf.setItem(own, reviewer.value.trim()));
  save.addEventListener("click", saveFile);
  addEventListener("storage", show);
  addEventListener("pageshow", show);
  bar.hidden = false;
  show();
})();
