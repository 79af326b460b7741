// The call page follows its recording: words are highlighted as they are spoken, and every time in
// the text, on the time line and in the findings seeks to it.
(() => {
  const call = document.querySelector("main.call");
  const one = (selector) => call.querySelector(selector);
  const audio = one("audio");
  const play = one(".play");
  const seek = one(".seek");
  const follow = one(".follow");
  const playhead = one(".playhead");
  const duration = Number(call.dataset.duration);
  const markers = [...call.querySelectorAll(".marker")].map((link) => secondOf(link.getAttribute("href")));
  const turns = [...call.querySelectorAll(".turn")].map((item) => {
    const words = item.querySelector(".words");
    const starts = words.dataset.starts.split(" ").map(Number);
    return { item, starts, words: words.children, end: Number(item.dataset.end), lit: null };
  });
  let position = 0; // where the reader is, also without a recording
  let aimed = null; // the time that was last asked for; playing begins before it
  let wanted = null; // where to go as soon as the recording can be sought in

  function secondOf(hash) {
    const found = /^#t=(\d+(?:\.\d+)?)$/.exec(hash);
    return found ? Math.min(Number(found[1]), duration) : null;
  }

  function clock(seconds) {
    const whole = Math.floor(seconds);
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  }

  function light(turn) {
    const inside = position >= turn.starts[0] && position < turn.end;
    const index = inside ? turn.starts.findLastIndex((start) => start <= position) : -1;
    const word = index < 0 ? null : turn.words[index];
    if (turn.lit !== word) {
      turn.lit?.classList.remove("now");
      word?.classList.add("now");
      turn.lit = word;
      turn.item.classList.toggle("now", inside);
    }
    return inside;
  }

  function show(seconds) {
    position = seconds;
    const share = `${(100 * seconds) / duration}%`;
    playhead.setAttribute("x1", share);
    playhead.setAttribute("x2", share);
    seek.value = String(seconds);
    seek.setAttribute("aria-valuetext", `${clock(seconds)} / ${clock(duration)}`);
    one(".clock .now").textContent = clock(seconds);
    return turns.filter(light);
  }

  function keepInView(turn) {
    const top = one(".player").getBoundingClientRect().bottom;
    const box = turn.item.getBoundingClientRect();
    if (box.top < top || box.bottom > window.innerHeight) {
      window.scrollBy({ top: box.top - top - 24, behavior: "auto" });
    }
  }

  function goTo(seconds, shown = seconds) {
    aimed = null;
    if (audio && audio.readyState === 0) {
      wanted = seconds;
    } else if (audio) {
      audio.currentTime = seconds;
    }
    show(seconds);
    const nearest = turns.findLast((turn) => turn.starts[0] <= shown) ?? turns[0];
    if (nearest) keepInView(nearest);
  }

  function playFrom(second) {
    goTo(leadTo(second), second);
    aimed = second;
    // Browsers that let no page play by itself wait for the reader.
    if (audio && !play.disabled) audio.play().catch(() => {});
  }

  function frame() {
    const [first] = show(audio.currentTime);
    if (first && follow.checked) keepInView(first);
    if (!audio.paused) requestAnimationFrame(frame);
  }

  function tellPlaying() {
    const playing = !audio.paused;
    play.classList.toggle("playing", playing);
    play.setAttribute("aria-label", playing ? play.dataset.pause : play.dataset.play);
    if (playing) requestAnimationFrame(frame);
  }

  function toggle() {
    if (audio.paused) audio.play();
    else audio.pause();
  }

  function step(by) {
    const places = [...new Set(markers)].sort((one, other) => one - other);
    const isLead = aimed !== null && position >= leadTo(aimed) - 0.1 && position <= aimed;
    const here = isLead ? aimed : position;
    const next =
      by > 0
        ? places.find((second) => second > here + 0.1)
        : places.findLast((second) => second < here - 0.1);
    if (next !== undefined) playFrom(next);
  }

  function withoutRecording() {
    play.disabled = true;
    one(".no-audio").hidden = false;
  }

  function listen() {
    audio.controls = false;
    audio.addEventListener("play", tellPlaying);
    audio.addEventListener("pause", tellPlaying);
    audio.addEventListener("seeked", () => show(audio.currentTime));
    audio.addEventListener("error", withoutRecording);
    audio.addEventListener("loadedmetadata", () => {
      if (wanted !== null) audio.currentTime = wanted;
      wanted = null;
    });
    if (audio.error) withoutRecording();
    play.addEventListener("click", toggle);
    one(".speed").addEventListener("change", (event) => {
      audio.playbackRate = Number(event.target.value);
    });
    playBySpace(audio, () => !play.disabled);
    document.addEventListener("keydown", (event) => {
      const busy = event.target.closest("input, select, textarea");
      if (busy || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "ArrowLeft") goTo(Math.max(0, position - 5));
      else if (event.key === "ArrowRight") goTo(Math.min(duration, position + 5));
      else return;
      event.preventDefault();
    });
  }

  function followLinks() {
    const second = secondOf(location.hash);
    if (second !== null) playFrom(second);
    const card = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    const fold = card && card.closest("details");
    if (fold) fold.open = true;
    if (card) card.scrollIntoView();
  }

  one(".controls").hidden = false;
  seek.hidden = false;
  seek.addEventListener("input", () => goTo(Number(seek.value)));
  call.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const second = link && secondOf(link.getAttribute("href"));
    const word = event.target.closest(".words > span");
    if (second !== null && second !== undefined) {
      if (link.getAttribute("href") === location.hash) playFrom(second); // the same link again changes no address
    } else if (word) {
      const starts = word.parentElement.dataset.starts.split(" ");
      goTo(Number(starts[[...word.parentElement.children].indexOf(word)]));
    }
  });
  for (const button of call.querySelectorAll(".step")) {
    button.addEventListener("click", () => step(Number(button.dataset.step)));
  }
  addEventListener("hashchange", followLinks);
  if (audio) listen();
  followLinks();
})();
