// Keys of a form in which one value is chosen: 1 to 9 choose, j and k go on and back.
(() => {
  const form = document.querySelector("form[data-keys]");
  document.addEventListener("keydown", (event) => {
    const writes = event.target.matches("textarea, select, input:not([type=radio])");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    if (writes || event.ctrlKey || event.metaKey || event.altKey) return;
    form.querySelectorAll("input[type=radio]")[Number(event.key) - 1]?.click();
    const where = { j: "next", k: "prev" }[event.key];
    if (where) document.querySelector(`a[rel=${where}]`)?.click();
  });
})();
