// Dropping a file onto the upload form fills its field; without this the field alone does.
const words = (place) => { const found = place.querySelector("[data-drop-words]"); if (found) found.hidden = false; };
document.querySelectorAll("[data-drop]").forEach(words);
document.addEventListener("htmx:load", (event) => event.detail.elt.querySelectorAll?.("[data-drop]").forEach(words));
for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const place = event.target.closest?.("[data-drop]");
    if (!place) return;
    event.preventDefault();
    place.classList.toggle("is-over", name === "dragover");
    if (name === "drop" && event.dataTransfer.files.length) place.querySelector("input[type=file]").files = event.dataTransfer.files;
  });
}
