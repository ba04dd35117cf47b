/* The week planner: arrow keys go from date to date, and the mouse may drag one to another day.
   Without this file every date is a link, and moves by a form. */
"use strict";

{
  const grid = document.querySelector(".pl-grid");
  const dates = () => [...grid.querySelectorAll("a.pl-date")].filter((one) => one.offsetParent);
  const middle = (one) => {
    const box = one.getBoundingClientRect();
    return box.top + box.height / 2;
  };
  const WAYS = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"];

  const dayOf = (one) => one.closest("td").dataset.day;
  const nearest = (from, some) => {
    const far = (one) => Math.abs(middle(one) - middle(from));
    return some.sort((a, b) => far(a) - far(b))[0];
  };

  /* Up and down stay on one day; left and right go to the nearest date of the next day with any. */
  function next(from, key) {
    const all = dates();
    const here = dayOf(from);
    const forward = key === "ArrowDown" || (key === "ArrowLeft") === (document.dir === "rtl") && key !== "ArrowUp";
    if (key === "ArrowUp" || key === "ArrowDown") {
      const column = all.filter((one) => dayOf(one) === here);
      return column[column.indexOf(from) + (forward ? 1 : -1)];
    }
    const days = [...new Set(all.map(dayOf))].sort();
    const there = days[days.indexOf(here) + (forward ? 1 : -1)];
    return nearest(from, all.filter((one) => dayOf(one) === there));
  }

  grid.addEventListener("keydown", (event) => {
    const from = event.target.closest("a.pl-date");
    if (!from || event.altKey || event.ctrlKey || event.metaKey) return;
    const all = dates();
    const to = WAYS.includes(event.key) ? next(from, event.key) : { Home: all[0], End: all.at(-1) }[event.key];
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
