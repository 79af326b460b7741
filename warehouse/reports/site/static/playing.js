// What every page with a recording has: times play from two seconds before, and space plays and pauses.
"use strict";
const LEAD_S = 2;

/** Where playing begins so that the words at a second are heard from their start. */
function leadTo(second) {
  return Math.max(0, second - LEAD_S);
}

/** Let space play and pause wherever the focus is, except in fields that need it themselves. */
function playBySpace(audio, ready) {
  const taken = "input:not([type=range]), select, textarea, audio";
  function isOurs(event) {
    const busy = event.target.closest?.(taken) || event.ctrlKey || event.metaKey || event.altKey;
    return event.key === " " && !busy && ready();
  }
  addEventListener("keydown", (event) => {
    if (!isOurs(event)) return;
    event.preventDefault();
    if (event.repeat) return;
    if (audio.paused) audio.play();
    else audio.pause();
  });
  // Browsers press a focused button when the key is released.
  addEventListener("keyup", (event) => {
    if (isOurs(event)) event.preventDefault();
  });
}
