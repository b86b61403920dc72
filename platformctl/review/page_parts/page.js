"use strict";
// Search among the changes, and everything open on paper. Without it the page can be read all the same.
const form = document.querySelector("form.search");
const entries = [...document.querySelectorAll("#changes .component > ul > li")];
const groups = [...document.querySelectorAll("#changes details")];
const texts = entries.map((entry) => {
  const place = entry.closest(".component").querySelector("summary .name").textContent;
  const layer = entry.closest(".layer").querySelector("summary .name").textContent;
  return `${layer} ${place} ${entry.textContent}`.toLowerCase();
});

function search() {
  const words = form.querySelector("input").value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  entries.forEach((entry, number) => {
    const fits = words.every((word) => texts[number].includes(word));
    entry.hidden = !fits;
    found += fits ? 1 : 0;
  });
  for (const group of groups) {
    group.hidden = !group.querySelector(".component > ul > li:not([hidden])");
    if (words.length) group.open = !group.hidden;
  }
  form.querySelector("output").textContent = words.length ? `${found} of ${entries.length}` : "";
}

form.hidden = entries.length === 0;
form.addEventListener("input", search);
form.addEventListener("submit", (event) => event.preventDefault());

let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("details:not([open])")];
  for (const one of closed) one.open = true;
});
addEventListener("afterprint", () => {
  for (const one of closed) one.open = false;
});
// A link to a folded part opens it.
function unfold() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target && target.tagName === "DETAILS") target.open = true;
}
addEventListener("hashchange", unfold);
unfold();
