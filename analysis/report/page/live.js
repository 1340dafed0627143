// While the search runs the page is written anew; it reloads itself unless somebody is at work on it.
function watchForNews(banner) {
  const every = Number(banner.dataset.every), written = Number(banner.dataset.written);
  const pause = element("input", { type: "checkbox", id: "pause", onchange: () => sessionStorage.setItem("pause", pause.checked ? "1" : "") });
  pause.checked = sessionStorage.getItem("pause") === "1";
  const age = element("span", { class: "note" });
  banner.append(" ", age, " ", element("label", {}, pause, " stay as it is"));
  let touched = -Infinity;
  for (const kind of ["pointerdown", "keydown", "wheel", "touchstart"]) addEventListener(kind, () => { touched = performance.now(); }, { passive: true });
  const tell = () => {
    const old = Math.max(0, Date.now() / 1000 - written);
    age.textContent = `Written ${duration(Math.round(old))} ago${old > 20 * every + 60 ? ": whatever wrote it may have ended; start it again with --watch" : ""}.`;
  };
  tell();
  setInterval(() => {
    tell();
    const busy = document.querySelector("dialog[open]") || performance.now() - touched < 15000 || state.pinned !== null || state.brushed || document.hidden;
    if (!pause.checked && !busy && performance.now() > every * 1000) location.reload();
  }, 1000);
}
