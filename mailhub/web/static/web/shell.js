// What the shell does beyond links and forms; every page works without it.
const dialog = () => document.getElementById("dialog");
const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"];

// The viewer's zone, for who has not chosen one.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.includes(`zone=${encodeURIComponent(zone)}`)) {
  document.cookie = `zone=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax`;
}

// Dialogs: what htmx put into #dialog is shown; focus goes back where it came from.
let cameFrom = null;
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target?.id === "dialog" && !dialog().open) cameFrom = document.activeElement;
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id === "dialog" && !dialog().open && dialog().childElementCount) {
    dialog().showModal();
    dialog().querySelector("[autofocus], input:not([type=hidden]), select, textarea")?.focus();
  }
});
function close() {
  dialog().close();
}
document.addEventListener("close", (event) => {
  if (event.target !== dialog()) return;
  dialog().replaceChildren();
  cameFrom?.focus?.();
}, true);

function openMenu(open) {
  const sidebar = document.getElementById("navigation");
  sidebar?.classList.toggle("open", open);
  if (open) sidebar?.querySelector("a[href]:not(.mark)")?.focus();
}

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    const area = Object.assign(document.createElement("textarea"), { value: button.dataset.copy });
    (dialog()?.open ? dialog() : document.body).append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    button.focus();
  }
  button.classList.add("saved");
  setTimeout(() => button.classList.remove("saved"), 1500);
}

function showSearch(link) {
  if (!window.htmx || !dialog()) return false;
  window.htmx.ajax("GET", link.href, { target: "#dialog", source: link });
  return true;
}

document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest?.(selector);
  if (at("[data-close]")) return close();
  if (event.target === dialog()) return close();
  if (at("[data-dismiss]")) return at(".toast").remove();
  if (at("[data-copy]")) return copy(at("[data-copy]"));
  const search = at("[data-search]");
  if (search && !event.ctrlKey && !event.metaKey && showSearch(search)) return event.preventDefault();
  if (at("[data-menu]")) {
    event.preventDefault();
    return openMenu(!document.getElementById("navigation").classList.contains("open"));
  }
  const sidebar = document.getElementById("navigation");
  if (sidebar?.classList.contains("open") && !at("#navigation")) openMenu(false);
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  const row = at("tr[data-href]");
  if (row && !at("a, button, input, label, summary, select") && !String(getSelection())) {
    if (event.ctrlKey || event.metaKey) window.open(row.dataset.href);
    else location.href = row.dataset.href;
  }
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable=true], .cm-editor");
  const wanted = (event.key === "/" && !typing) || (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey));
  const link = document.querySelector("[data-search]");
  if (wanted && link && !dialog()?.open) {
    event.preventDefault();
    if (!showSearch(link)) location.href = link.href;
  }
  if (event.key === "Escape") {
    // A search box takes the key to empty itself; the dialog goes all the same.
    if (dialog()?.open) return close();
    openMenu(false);
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
  if ((event.key === "ArrowDown" || event.key === "ArrowUp") && event.target.closest?.(".dialog-body, .page")) moveInHits(event);
});

function moveInHits(event) {
  const hits = [...document.querySelectorAll("#search-hits a")];
  const inSearch = event.target.matches("input[type=search][name=q]") || hits.includes(event.target);
  if (!hits.length || !inSearch) return;
  event.preventDefault();
  const next = hits.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
  (hits[next] ?? document.querySelector("input[type=search][name=q]")).focus();
}

// Selection in tables: the count, and the box that takes the whole page.
document.addEventListener("change", (event) => {
  const form = event.target.closest?.(".table-form");
  if (form && event.target.matches("input[type=checkbox]")) {
    const boxes = [...form.querySelectorAll("tbody .select input")];
    const whole = form.querySelector("[data-select-page]");
    if (event.target === whole) for (const box of boxes) box.checked = whole.checked;
    if (!boxes.some((box) => box.checked)) for (const all of form.querySelectorAll("[name=all]")) all.checked = false;
    const chosen = boxes.filter((box) => box.checked).length;
    if (whole) {
      whole.checked = chosen === boxes.length;
      whole.indeterminate = chosen > 0 && chosen < boxes.length;
    }
    const told = form.querySelector("[data-selected]");
    if (told) told.textContent = chosen === 1 ? told.dataset.one : told.dataset.many.replace("%s", chosen);
  }
  if (event.target.closest?.("form[data-submit-on-change]")) event.target.form.requestSubmit();
});

// Inline validation: the field that was left is checked by the same view that will take the form.
document.addEventListener("focusout", async (event) => {
  const field = event.target;
  const form = field.form;
  if (!form?.matches("form[data-validate]") || !field.name || field.type === "file" || field.type === "password") return;
  const place = document.getElementById(`${field.id}-error`);
  if (!place || (field.value === field.defaultValue && !place.childElementCount)) return;
  const data = new FormData(form);
  for (const file of form.querySelectorAll("input[type=file]")) data.delete(file.name);
  const answer = await fetch(form.action || location.href, {
    method: "POST", body: data, headers: { "X-Validate": field.name, "X-CSRFToken": token() },
  }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  place.innerHTML = await answer.text();
  field.toggleAttribute("aria-invalid", false);
  if (place.querySelector(".error")) field.setAttribute("aria-invalid", "true");
});

// A form that was sent is busy until the answer comes: no second click.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button || event.defaultPrevented || event.target.dataset.busy === "off") return;
  if (button.getAttribute("aria-busy") === "true") return event.preventDefault();
  button.setAttribute("aria-busy", "true");
  setTimeout(() => button.removeAttribute("aria-busy"), 8000);
});
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("[aria-busy=true]")) button.removeAttribute("aria-busy");
});
document.addEventListener("htmx:afterRequest", () => {
  for (const button of document.querySelectorAll("button[aria-busy=true]")) button.removeAttribute("aria-busy");
});

// What scrolls sideways can be scrolled by the keyboard as well; elsewhere the head of the table stays in view.
function letScroll() {
  for (const frame of document.querySelectorAll(".table-frame")) {
    const fits = frame.scrollWidth <= frame.clientWidth;
    frame.classList.toggle("fits", fits);
    if (!fits) frame.tabIndex = 0;
    else frame.removeAttribute("tabindex");
  }
}
letScroll();
addEventListener("resize", letScroll);
document.addEventListener("htmx:afterSettle", letScroll);
document.addEventListener("toggle", letScroll, true);

// Toasts go by themselves, but for errors and what can be undone.
function settle(toast) {
  if (toast.dataset.toast === "bad" || toast.dataset.settling) return;
  toast.dataset.settling = "1";
  setTimeout(() => toast.remove(), toast.querySelector("form") ? 20000 : 6000);
}
function say(text) {
  const place = document.getElementById("toasts");
  if (!place) return;
  const toast = Object.assign(document.createElement("div"), { className: "toast bad", textContent: text });
  place.append(toast);
  setTimeout(() => toast.remove(), 8000);
}
const watchToasts = () => { for (const toast of document.querySelectorAll(".toast[data-toast]")) settle(toast); };
watchToasts();
document.addEventListener("htmx:oobAfterSwap", watchToasts);
document.addEventListener("htmx:afterSettle", watchToasts);
// What asks by itself goes on asking: only somebody's own act is worth a word.
const isPolling = (event) => event.detail.requestConfig?.triggeringEvent == null && event.detail.elt.getAttribute("hx-trigger")?.includes("every");
const told = (name) => document.getElementById("toasts")?.dataset[name] ?? "";
document.addEventListener("htmx:responseError", (event) => {
  if (!isPolling(event)) say(told("failed").replace("%s", event.detail.xhr.status));
});
document.addEventListener("htmx:sendError", (event) => {
  if (!isPolling(event)) say(told("unreachable"));
});

// Times that were only shown go on being true: the address of a live region needs no script of its own.
if (document.querySelector("[data-chart]")) import("./charts.js").then((charts) => charts.drawAll(document));
document.addEventListener("htmx:load", (event) => {
  const place = event.detail.elt;
  if (place.matches?.("[data-chart]") || place.querySelector?.("[data-chart]")) import("./charts.js").then((charts) => charts.drawAll(place.parentElement ?? place));
});
