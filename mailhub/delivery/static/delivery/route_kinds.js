// Shows the fields of what a route is to lead to. Those of every kind are on the page: a choice loses nothing
// that was typed, and what is not shown is not sent.
const choice = document.querySelector("[data-chooses-kind]");

function show() {
  for (const kind of document.querySelectorAll("[data-kind]")) {
    kind.hidden = kind.disabled = kind.dataset.kind !== choice.value;
  }
}

choice.addEventListener("change", show);
// A browser that comes back to the page remembers the choice.
addEventListener("pageshow", show);
show();
