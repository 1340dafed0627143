// Every part of the page that a script draws.
const drawers = {
  history: drawHistory,
  curves: (host) => drawCurves(host, document.getElementById("curves-metric")),
  parallel: (host) => drawParallel(host, document.getElementById("brush-status")),
  slices: drawSlices,
  timeline: drawTimeline,
  trials: drawTable,
};
for (const host of document.querySelectorAll("[data-draw]")) drawers[host.dataset.draw](host);
const live = document.getElementById("live");
if (live) watchForNews(live);
document.documentElement.dataset.ready = "true";
