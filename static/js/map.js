/* Fills the map that the page made. Everything people wrote is put in as text, never as markup. */
const figure = document.querySelector(".kw-map");
const colours = figure && getComputedStyle(figure);
const mixed = {};
/* Each is asked for once: asking for it at every one of ten thousand points is slow. */
const colour = (name) => (mixed[name] ??= colours.getPropertyValue(name).trim());
const TINTS = ["tint-unknown", "tint-0", "tint-1", "tint-2", "tint-3", "white"];
/* Places of others: a school has a dark edge all around, a pitch one of dashes. */
const EDGED = { school: null, pitch: "3 3" };
const patterns = {};

/* What a tint tells its lines tell too, denser for more: dots where nothing is known, lines both ways where it is most. */
function pattern(kind) {
  const size = 12, tile = document.createElement("canvas"), pen = tile.getContext("2d");
  tile.width = tile.height = size;
  pen.fillStyle = kind === "white" ? "rgba(0, 0, 0, 0)" : colour("--kw-" + kind);
  pen.fillRect(0, 0, size, size);
  pen.strokeStyle = pen.fillStyle = colour("--kw-line-map");
  pen.lineWidth = kind === "white" ? 2 : 1;
  const line = (...ends) => { pen.beginPath(); pen.moveTo(ends[0], ends[1]); pen.lineTo(ends[2], ends[3]); pen.stroke(); };
  const rising = (begin) => { line(begin, size, begin + size, 0); line(begin - size, size, begin, 0); };
  if (kind === "tint-unknown") pen.fillRect(5, 5, 2, 2);
  if (kind === "tint-1" || kind === "tint-2" || kind === "tint-3") rising(0);
  if (kind === "tint-2" || kind === "tint-3") rising(6);
  if (kind === "tint-3") { line(0, 0, size, size); line(0, -size, size, 0); line(0, size, size, size * 2); }
  if (kind === "white") { line(0, 0, size, size); line(-6, 6, 6, 18); line(6, -6, 18, 6); }
  return pen.createPattern(tile, "repeat");
}

function style(feature) {
  const kind = feature.properties.kind;
  if (kind in EDGED) return { color: colour("--kw-line-map"), weight: 2, dashArray: EDGED[kind], fillColor: colour("--kw-dot-" + kind), fillOpacity: 1 };
  if (feature.geometry.type === "Point") return { color: "#fff", weight: 2, fillColor: colour("--kw-dot-" + kind), fillOpacity: 1 };
  if (kind === "district") return { color: colour("--kw-district"), weight: 3, fill: true, fillOpacity: 0 };
  return { color: colour("--kw-edge-map"), weight: kind === "white" ? 3 : 1, fillColor: patterns[kind], fillOpacity: kind === "white" ? 1 : 0.8 };
}

/* What happens somewhere lies in the ring of where it happens; from far away all of them are small. */
const size = (kind) => (kind === "venue" ? 13 : 8) / (window.map_kinderwerk.getZoom() < 13 ? 2.5 : 1);
const dot = (feature, place) => L.circleMarker(place, { radius: size(feature.properties.kind) });

function resize() {
  for (const box of figure.querySelectorAll(".kw-map-layers input"))
    window["geo_json_" + box.value]?.eachLayer((one) => one.setRadius?.(size(one.feature.properties.kind)));
}

function words(told) {
  const box = document.createElement("div");
  const title = document.createElement("strong");
  title.textContent = told.title;
  box.append(title);
  for (const line of told.lines) {
    const paragraph = document.createElement("p");
    paragraph.textContent = line;
    box.append(paragraph);
  }
  if (told.url?.startsWith("/") && !told.url.startsWith("//")) {
    const link = document.createElement("a");
    link.href = told.url;
    link.textContent = figure.dataset.open;
    box.append(link);
  }
  return box;
}

function fill(name, collection) {
  const layer = window["geo_json_" + name];
  if (!layer) return;
  Object.assign(layer.options, { style, pointToLayer: dot });
  if (!figure.dataset.into) layer.bindPopup((shape) => words(shape.feature.properties));
  layer.addData(collection);
}

function show(box) {
  const layer = window["geo_json_" + box.value];
  if (!layer) return;
  if (box.checked) layer.addTo(window.map_kinderwerk);
  else layer.remove();
  window.geo_json_white?.bringToBack();
  window.geo_json_areas?.bringToBack();
  window.geo_json_activities?.bringToFront();
}

/* A tap on the map writes the place into the form: after what stands there, or instead of it. */
function point(form) {
  const field = form.elements[figure.dataset.into], several = field.tagName === "TEXTAREA";
  const drawn = L.polyline([], { color: colour("--kw-district"), weight: 4, interactive: false }).addTo(window.map_kinderwerk);
  const redraw = () => {
    const lines = field.value.split("\n").map((line) => line.split(/[,;\s]+/).filter(Boolean).map(Number));
    drawn.setLatLngs(lines.filter((line) => line.length === 2 && line.every(Number.isFinite)));
  };
  window.map_kinderwerk.on("click", ({ latlng }) => {
    const place = latlng.lat.toFixed(5) + ", " + latlng.lng.toFixed(5);
    field.value = several ? (field.value.trimEnd() + "\n" + place).trimStart() : place;
    redraw();
  });
  field.addEventListener("input", redraw);
  redraw();
}

async function start() {
  for (const kind of TINTS) patterns[kind] = pattern(kind);
  const boxes = figure.querySelectorAll("input[type=checkbox]");
  for (const layers of figure.querySelectorAll(".kw-map-layers")) layers.hidden = false;
  try {
    const answer = await fetch(figure.dataset.url, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    for (const [name, collection] of Object.entries(await answer.json())) fill(name, collection);
  } catch {
    figure.querySelector("[role=status]").textContent = figure.dataset.failed;
  }
  for (const box of boxes) {
    show(box);
    box.addEventListener("change", () => show(box));
  }
  window.map_kinderwerk.on("zoomend", resize);
  if (figure.dataset.into) point(document.querySelector("form.kw-form"));
  figure.dataset.ready = "";
}

if (figure && window.map_kinderwerk) start();
