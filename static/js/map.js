/* Fills the map that the page made. Everything people wrote is put in as text, never as markup. */
const figure = document.querySelector(".kw-map");
const colours = figure && getComputedStyle(figure);
const colour = (name) => colours.getPropertyValue(name).trim();

function style(feature) {
  const kind = feature.properties.kind;
  if (feature.geometry.type === "Point") return { color: "#fff", weight: 2, fillColor: colour("--kw-dot-" + kind), fillOpacity: 1 };
  if (kind === "district") return { color: colour("--kw-district"), weight: 3, fill: true, fillOpacity: 0 };
  return { color: colour("--kw-edge-map"), weight: 1, fillColor: colour("--kw-" + kind), fillOpacity: 0.75 };
}

/* What happens somewhere lies in the ring of where it happens. */
const dot = (feature, place) => L.circleMarker(place, { radius: feature.properties.kind === "venue" ? 13 : 8 });

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
  Object.assign(layer.options, {
    style, pointToLayer: dot, onEachFeature: (feature, shape) => shape.bindPopup(() => words(feature.properties)),
  });
  layer.addData(collection);
}

function show(box) {
  const layer = window["geo_json_" + box.value];
  if (!layer) return;
  if (box.checked) layer.addTo(window.map_kinderwerk);
  else layer.remove();
  if (box.value === "areas") layer.bringToBack();
  window.geo_json_activities?.bringToFront();
}

async function start() {
  const boxes = figure.querySelectorAll("input[type=checkbox]");
  figure.querySelector(".kw-map-layers").hidden = false;
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
  figure.dataset.ready = "";
}

if (figure && window.map_kinderwerk) start();
