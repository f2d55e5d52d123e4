/* Makes MailHub's sign-up forms answer in place, and works for it, so that a crowd need not be waited for.
   Without this file the form is posted as any other. Protocol: ALTCHA, proof of work v1. */
(() => {
  "use strict";

  const encoder = new TextEncoder();
  const digest = async (text) => {
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  const solve = async (url) => {
    if (!window.crypto || !crypto.subtle) return "";
    try {
      const { algorithm, challenge, maxnumber, salt, signature } = await (await fetch(url)).json();
      for (let number = 0; number <= maxnumber; number += 1) {
        if ((await digest(salt + number)) === challenge) {
          return btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
        }
      }
    } catch {
      return "";
    }
    return "";
  };

  const say = (form, text, name) => {
    const field = form.querySelector(`[name="${name}"]:not([type="hidden"])`);
    const note = document.createElement("p");
    note.className = "error";
    note.setAttribute("role", "alert");
    note.dataset.joinError = "";
    note.textContent = text;
    if (field && field.type !== "checkbox") {
      field.setAttribute("aria-invalid", "true");
      field.after(note);
      field.focus();
    } else {
      form.prepend(note);
    }
  };

  const thank = (form, text) => {
    const note = document.createElement("p");
    note.setAttribute("role", "status");
    note.tabIndex = -1;
    note.className = "notice";
    note.dir = "auto";
    note.textContent = text;
    form.replaceChildren(note);
    note.focus();
  };

  const submit = async (form, work) => {
    const button = form.querySelector('button:not([type="button"]), [type="submit"]');
    form.querySelectorAll("[data-join-error], .error").forEach((note) => note.remove());
    form.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
    if (button) button.disabled = true;
    form.setAttribute("aria-busy", "true");
    const body = new URLSearchParams(new FormData(form));
    body.set("altcha", await work);
    try {
      const target = form.getAttribute("action") || location.href;
      const answer = await fetch(target, { method: "POST", body, headers: { Accept: "application/json" } });
      const { message, redirect, errors } = await answer.json();
      if (redirect) {
        location.assign(redirect);
      } else if (errors) {
        Object.entries(errors).forEach(([name, text]) => say(form, text, name));
      } else {
        thank(form, message);
      }
    } catch {
      form.submit();
      return;
    }
    form.removeAttribute("aria-busy");
    if (button) button.disabled = false;
  };

  document.querySelectorAll("form[data-mailhub-join]").forEach((form) => {
    let work = null;
    const begin = () => {
      work = work || solve(form.dataset.mailhubJoin);
      return work;
    };
    form.addEventListener("focusin", begin, { once: true });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const done = begin();
      work = null;
      submit(form, done);
    });
  });
})();
