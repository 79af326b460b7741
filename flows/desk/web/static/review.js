// Keys of a supervisor: j and k go on and back, in a list or from flag to flag; 1, 2 and 3 choose
// right, wrong or not sure of the flag that is looked at. Space plays, as on every call page.
(() => {
  const list = document.querySelector("[data-list]");

  function step(by) {
    if (!list) {
      document.querySelector(`.flag-nav a[rel=${by > 0 ? "next" : "prev"}]`)?.click();
      return;
    }
    const items = [...list.querySelectorAll("[data-item]")];
    const here = items.indexOf(document.activeElement);
    items[Math.min(Math.max(here + by, 0), items.length - 1)]?.focus();
  }

  /** The decision under the focus, else that of the flag for which the page was opened. */
  function decision() {
    const flag = new URLSearchParams(location.search).get("flag");
    const card = flag && document.getElementById(flag);
    return document.activeElement.closest(".decision") ?? (card || document).querySelector(".decision");
  }

  function choose(number) {
    const choice = decision()?.querySelector(`input[data-key="${number}"]`);
    if (!choice) return;
    choice.click();
    choice.form.querySelector("input[name=reason]").focus();
  }

  document.addEventListener("keydown", (event) => {
    const writes = event.target.matches("textarea, select, input:not([type=radio])");
    if (writes || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
    else if ("123".includes(event.key)) choose(event.key);
    else return;
    event.preventDefault();
  });
})();
