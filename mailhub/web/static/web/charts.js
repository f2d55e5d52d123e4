// Draws the charts of a page from the data beside them; colours come from the tokens of the theme.
const here = new URL(".", import.meta.url);

function load() {
  if (window.uPlot) return Promise.resolve(window.uPlot);
  window.uPlotLoading ??= new Promise((done, failed) => {
    const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: new URL("vendored/uplot.min.css", here) });
    const script = Object.assign(document.createElement("script"), { src: new URL("vendored/uplot.iife.min.js", here) });
    script.onload = () => done(window.uPlot);
    script.onerror = failed;
    document.head.append(sheet, script);
  });
  return window.uPlotLoading;
}

// light-dark() resolves only on an element: a probe of the right role tells the colour of the theme.
function colour(place, role) {
  const probe = document.createElement("i");
  probe.style.color = `var(--${role})`;
  place.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

const spaced = (value) => (value == null ? "–" : Number(value).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 }));

function series(one, index, place, kind) {
  const stroke = colour(place, one.dashed && index > 0 ? "text-muted" : `chart-${(index % 4) + 1}`);
  const base = { label: one.label, stroke, width: 2, points: { show: false }, value: (_, value, __, index) => (index == null ? "" : spaced(value)) };
  if (one.dashed) base.dash = [6, 4];
  if (kind === "bars") Object.assign(base, { fill: stroke, width: 0, paths: window.uPlot.paths.bars({ size: [0.6, 40] }) });
  if (one.values.filter((value) => value != null).length === 1) base.points = { show: true, size: 6, fill: stroke };
  return base;
}

// "24 Oct" over days, "14:00" within two of them, in the viewer's language and zone.
function moments(data) {
  const near = data.x.length && data.x.at(-1) - data.x[0] <= 2 * 86400;
  const how = near ? { hour: "2-digit", minute: "2-digit", hour12: false } : { day: "numeric", month: "short" };
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { ...how, timeZone: data.zone });
  return (_, ticks) => ticks.map((tick) => format.format(tick * 1000));
}

// There is no half person: what is counted in whole numbers has no ticks between them.
const WHOLE = [...Array(12).keys()].flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power));

function axes(data, place) {
  const quiet = { stroke: colour(place, "text-muted"), grid: { stroke: colour(place, "line"), width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif" };
  const below = { ...quiet, grid: { show: false }, space: 72 };
  if (data.timed) below.values = moments(data);
  if (!data.timed) Object.assign(below, { values: (_, ticks) => ticks.map((tick) => data.labels[tick] ?? ""), splits: () => data.x.filter((_, index) => index % Math.ceil(data.x.length / 8) === 0) });
  const whole = data.series.every((one) => one.values.every((value) => value == null || Number.isInteger(value)));
  return [below, { ...quiet, size: 48, ...(whole ? { incrs: WHOLE } : {}), values: (_, ticks) => ticks.map((tick) => spaced(tick) + (data.unit ? ` ${data.unit}` : "")) }];
}

function draw(figure) {
  const plot = figure.querySelector(".plot");
  const source = figure.querySelector("script[type='application/json']");
  if (!plot || !source) return;
  const data = JSON.parse(source.textContent);
  plot.replaceChildren();
  const options = {
    width: plot.clientWidth, height: Math.min(data.height, plot.clientWidth < 420 ? 180 : data.height),
    series: [{ label: "\u00a0", value: (_, __, ___, index) => (index == null ? "" : data.labels[index]) }, ...data.series.map((one, index) => series(one, index, plot, data.kind))],
    axes: axes(data, plot), scales: { x: { time: data.timed }, y: { range: (_, low, high) => [Math.min(0, low ?? 0), (high || 1) * 1.05] } },
    legend: { live: true }, cursor: { y: false, drag: { x: false, y: false } },
    tzDate: data.timed && data.zone ? (seconds) => window.uPlot.tzDate(new Date(seconds * 1000), data.zone) : undefined,
  };
  if (!options.tzDate) delete options.tzDate;
  figure.chart?.destroy();
  figure.chart = new window.uPlot(options, [data.x, ...data.series.map((one) => one.values)], plot);
}

export async function drawAll(root) {
  await load();
  const figures = [...(root.matches?.("[data-chart]") ? [root] : []), ...root.querySelectorAll("[data-chart]")];
  for (const figure of figures) {
    draw(figure);
    if (figure.watched) continue;
    figure.watched = true;
    let width = figure.clientWidth;
    new ResizeObserver(() => {
      if (figure.clientWidth !== width) {
        width = figure.clientWidth;
        draw(figure);
      }
    }).observe(figure);
  }
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawAll(document));
