/* The week planner: arrow keys go from date to date, and the mouse may drag one to another day.
   Without this file every date is a link, and moves by a form. */
"use strict";

{
  const grid = document.querySelector(".pl-grid");
  const dates = () => [...grid.querySelectorAll("a.pl-date")].filter((one) => one.offsetParent);
  const middle = (one) => {
    const box = one.getBoundingClientRect();
    return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
  };
  const WAYS = { ArrowUp: ["y", -1], ArrowDown: ["y", 1], ArrowLeft: ["x", -1], ArrowRight: ["x", 1] };

  /* The nearest date that way: what lies straight on comes before what lies aslant. */
  function next(from, key) {
    const [along, sign] = WAYS[key];
    const across = along === "x" ? "y" : "x";
    const here = middle(from);
    const ahead = dates().map((one) => ({ one, at: middle(one) })).filter(({ one, at }) => one !== from && (at[along] - here[along]) * sign > 4);
    const cost = ({ at }) => Math.abs(at[along] - here[along]) + 4 * Math.abs(at[across] - here[across]);
    return ahead.sort((a, b) => cost(a) - cost(b))[0]?.one;
  }

  grid.addEventListener("keydown", (event) => {
    const from = event.target.closest("a.pl-date");
    if (!from || event.altKey || event.ctrlKey || event.metaKey) return;
    const all = dates();
    const to = event.key in WAYS ? next(from, event.key) : { Home: all[0], End: all.at(-1) }[event.key];
    if (!to) return;
    event.preventDefault();
    to.focus();
  });
  grid.closest("[tabindex]").addEventListener("keydown", (event) => {
    if (event.target === event.currentTarget && event.key === "ArrowDown") {
      event.preventDefault();
      dates()[0]?.focus();
    }
  });

  document.querySelector(".pl-days [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

  let dragged = null;
  for (const one of grid.querySelectorAll("a[data-move]")) one.draggable = true;
  grid.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("a[data-move]");
  });
  grid.addEventListener("dragover", (event) => {
    const cell = event.target.closest("td[data-day]");
    if (!dragged || !cell) return;
    event.preventDefault();
    grid.querySelector(".pl-over")?.classList.remove("pl-over");
    cell.classList.add("pl-over");
  });
  grid.addEventListener("drop", (event) => {
    const cell = event.target.closest("td[data-day]");
    if (!dragged || !cell) return;
    event.preventDefault();
    const to = new URL(dragged.href);
    to.pathname += "/move";
    to.searchParams.set("day", cell.dataset.day);
    const at = cell.closest("tr").dataset.at;
    if (at) to.searchParams.set("at", at);
    location.assign(to);
  });
  grid.addEventListener("dragend", () => {
    grid.querySelector(".pl-over")?.classList.remove("pl-over");
    dragged = null;
  });
}
