// Nothing typed is lost: what a learner writes or ticks is also kept in this browser until the server has it.
// Drafts live under "draft:<person>:<lesson>:<field>"; a lesson without this script saves with its buttons.
(() => {
  "use strict";

  const form = document.querySelector("form[data-drafts]");
  const shown = new Map();
  const prefix = form ? `draft:${form.dataset.drafts}:` : "";

  const store = {
    read(key) {
      try { return localStorage.getItem(key); } catch { return null; }
    },
    write(key, value) {
      try { localStorage.setItem(key, value); } catch { /* private mode or full: the autosave still runs */ }
    },
    drop(key) {
      try { localStorage.removeItem(key); } catch { /* nothing to drop */ }
    },
  };

  const fieldsNamed = (name) => [...form.elements].filter((field) => field.name === name && "draft" in field.dataset);
  const valueOf = (name) => {
    const fields = fieldsNamed(name);
    if (fields[0]?.type === "checkbox") return JSON.stringify(fields.filter((f) => f.checked).map((f) => f.value));
    return fields[0]?.value ?? "";
  };
  const stateLine = (name) => document.getElementById(`saved-${name.slice(2)}`);
  const say = (line, words, isProblem) => {
    if (!line) return;
    line.textContent = words;
    line.classList.toggle("is-problem", Boolean(isProblem));
  };

  if (form) {
    const names = new Set([...form.elements].filter((field) => "draft" in field.dataset).map((field) => field.name));

    for (const name of names) shown.set(name, valueOf(name));

    // Bring back what the server never got, and try again to save it.
    for (const name of names) {
      let draft = null;
      try { draft = JSON.parse(store.read(prefix + name)); } catch { /* not ours: leave it */ }
      if (!draft || draft.value === shown.get(name)) {
        store.drop(prefix + name);
        continue;
      }
      const fields = fieldsNamed(name);
      if (fields[0].type === "checkbox") {
        const ticked = JSON.parse(draft.value);
        for (const field of fields) field.checked = ticked.includes(field.value);
      } else {
        // Written elsewhere in the meantime: keep both.
        const isNewer = shown.get(name) && shown.get(name) !== draft.base;
        fields[0].value = isNewer ? `${shown.get(name)}\n\n${draft.value}` : draft.value;
      }
      say(stateLine(name), "Brought back from this browser.");
      const saveAgain = () => fields[0].dispatchEvent(new Event("change", { bubbles: true }));
      window.addEventListener("load", saveAgain, { once: true });
    }

    form.addEventListener("input", (event) => {
      const field = event.target;
      if (!("draft" in field.dataset)) return;
      store.write(prefix + field.name, JSON.stringify({ base: shown.get(field.name), value: valueOf(field.name) }));
      if (field.type !== "checkbox") say(stateLine(field.name), "Not saved yet …");
    });
  }

  // Enter in a box to tick must not hand in the whole page.
  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key === "Enter" && field instanceof HTMLInputElement && field.closest(".lesson, .quiz")) {
      if (field.type === "checkbox" || field.type === "radio") {
        event.preventDefault();
        field.click();
      }
    }
  });

  const nameIn = (detail) => {
    const allowed = detail.elt.getAttribute?.("hx-params")?.split(",").pop() ?? "";
    return /^[rcq]-/.test(allowed) ? allowed : "";
  };
  const sent = new WeakMap();

  document.addEventListener("htmx:beforeRequest", (event) => {
    const name = nameIn(event.detail);
    if (form && name) sent.set(event.detail.xhr, valueOf(name));
  });

  // Signed out or an old page is no fault to complain about: the line below says it and the draft stays.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { detail } = event;
    if (nameIn(detail.requestConfig ?? detail) && [401, 403].includes(detail.xhr.status)) detail.isError = false;
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const { detail } = event;
    const name = nameIn(detail);
    if (!name) return;
    const line = detail.target;
    const { status } = detail.xhr;
    const isSaved = status >= 200 && status < 300;
    line.classList.toggle("is-problem", !isSaved);
    if (isSaved) {
      // Only drop the draft when nothing was typed while the answer was on its way.
      if (form && sent.get(detail.xhr) === valueOf(name)) store.drop(prefix + name);
      if (form) shown.set(name, sent.get(detail.xhr));
      return;
    }
    const page = detail.elt.closest("form[data-sign-in]");
    if (status === 401 && page) {
      line.textContent = detail.xhr.responseText;
      const link = document.createElement("a");
      link.href = `${page.dataset.signIn}?next=${encodeURIComponent(location.pathname)}`;
      link.textContent = "Sign in";
      line.append(" ", link);
    } else if (status === 403) {
      line.textContent = "Not saved: this page is too old. Reload it; what you typed comes back.";
    } else if (status !== 409) {
      line.textContent = "Not saved: no connection. Your text is kept in this browser.";
    }
  });
})();
