// What the import's steps hide until it is needed; without this they show everything.
document.documentElement.classList.add("scripted");

function show(place, wanted) {
  place?.classList.toggle("shown", wanted);
}

function refresh() {
  for (const row of document.querySelectorAll("[data-column]")) {
    const target = row.querySelector("[data-target]");
    show(row.querySelector("[data-new-field]"), target.value === "new");
    row.classList.toggle("left-out", target.value === "ignored");
  }
  const list = document.querySelector("select[name=list]");
  if (list) show(document.querySelector("[data-new-list]"), list.value === "");
  const basis = document.querySelector("input[name=basis]:checked");
  if (basis) show(document.querySelector("[data-implied]"), basis.value === "implied");
}

document.addEventListener("change", refresh);
refresh();

const drop = document.querySelector("[data-drop]");
const input = drop?.querySelector("input[type=file]");
for (const kind of ["dragenter", "dragover"]) drop?.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
for (const kind of ["dragleave", "drop"]) drop?.addEventListener(kind, () => drop.classList.remove("over"));
drop?.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
});
