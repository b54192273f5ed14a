// The session is over: sign in over the page, so that what was typed stays, then send the request once more.
import { $, $$, word } from "./dom.js";
import { toast } from "./toasts.js";

let pending = [];

/** Opens the login dialog; `resume` runs after a good login. */
export function sessionOver(resume) {
  const dialog = $("#session-over");
  if (!dialog) {
    location.reload();
    return;
  }
  if (resume) pending.push(resume);
  if (!dialog.open) dialog.showModal();
}

/** A login gives a new CSRF token: every form on the page must carry that one from now on. */
function renewTokens(page) {
  const token = $("meta[name=csrf]", page)?.content;
  if (!token) return;
  $("meta[name=csrf]").content = token;
  $$("input[name=csrfmiddlewaretoken]").forEach((input) => {
    input.value = token;
  });
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest?.("[data-session-login]");
  if (!form) return;
  event.preventDefault();
  const button = $("[type=submit]", form);
  const problem = $("[data-problem]", form);
  button.setAttribute("aria-busy", "true");
  try {
    const values = new FormData(form);
    // The token in the page may be as old as the session; the login page hands out a fresh one.
    const fresh = new DOMParser().parseFromString(await (await fetch(form.action)).text(), "text/html");
    values.set("csrfmiddlewaretoken", $("input[name=csrfmiddlewaretoken]", fresh)?.value ?? values.get("csrfmiddlewaretoken"));
    const response = await fetch(form.action, { method: "POST", body: new URLSearchParams(values) });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const path = new URL(response.url).pathname;
    if (path === new URL(form.action).pathname) {
      problem.hidden = false;
      $("[data-problem-text]", problem).textContent = response.status === 429 ? word("tooMany") : word("wrongPair");
      $("[type=password]", form).focus();
      return;
    }
    if (!$("meta[name=signed-in]", page)) {
      // A second factor or a notice wants its own page.
      location.assign(`${form.action}?next=${encodeURIComponent(location.pathname + location.search)}`);
      return;
    }
    renewTokens(page);
    form.reset();
    problem.hidden = true;
    $("#session-over").close();
    const resumed = pending;
    pending = [];
    resumed.forEach((resume) => resume());
  } catch {
    toast(word("noConnection"), { tone: "red" });
  } finally {
    button.removeAttribute("aria-busy");
  }
});
