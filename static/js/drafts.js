// What was typed into a form but not sent is kept in this browser, by person and form, until it is sent, discarded or a
// month old. It is put back where the form comes empty, or with the wording that one began to edit: after a reload, a
// session that ended, a server that was away.

const DAYS_KEPT = 30;
const PREFIX = "draft ";
const SENT = "draft-sent"; // In the session: which draft to forget once its page says that it was posted.
const DONE = ["posted", "annotated", "replied", "waits", "edited", "edited_freely"];

const owner = document.querySelector("[data-draft]")?.dataset.draftOwner ?? "";
const keyOf = form => `${PREFIX}${owner} ${form.dataset.draft}`;
const fieldsOf = form => [...form.elements].filter(field => field.name && field.type !== "hidden" && field.type !== "submit");
const isChoice = field => field.type === "radio" || field.type === "checkbox";
const isEdit = form => "draftOver" in form.dataset; // It comes with a wording, to be worded anew.
const textsOf = form => fieldsOf(form).filter(field => field.matches("textarea"));

document.addEventListener("input", event => {
    const form = event.target.closest("[data-draft]");
    if (form) keep(form);
});
document.addEventListener("submit", event => {
    if (event.target.matches("[data-draft]")) sessionStorage.setItem(SENT, keyOf(event.target));
});

forgetOthersAndOld();
if (DONE.includes(new URLSearchParams(location.search).get("done"))) forgetSent();
document.querySelectorAll("[data-draft]").forEach(restore);

function keep(form) {
    const values = fieldsOf(form)
        .filter(field => !isChoice(field) || field.checked)
        .map(field => [field.name, field.value]);
    const asItCame = field => (isEdit(form) ? field.value === field.defaultValue : !field.value.trim());
    if (textsOf(form).every(asItCame)) return localStorage.removeItem(keyOf(form));
    localStorage.setItem(keyOf(form), JSON.stringify({ at: Date.now(), values }));
}

function restore(form) {
    const kept = read(keyOf(form));
    const quoting = "quoting" in form.dataset ? form.elements.grounds : null; // It comes with a quotation to go on below.
    const isFilled = field => field !== quoting && field.value.trim();
    if (!kept || (!isEdit(form) && textsOf(form).some(isFilled))) return;
    const quote = quoting?.value;
    if (quoting) quoting.value = "";
    for (const field of fieldsOf(form)) {
        const values = kept.values.filter(([name]) => name === field.name).map(([, value]) => value);
        if (!values.length) continue;
        if (!isChoice(field)) field.value = (!isEdit(form) && field.value) || values[0];
        else if (!form.querySelector(`[name="${field.name}"]:checked`)) field.checked = values.includes(field.value);
    }
    if (quoting && !quoting.value.includes(quote.trim())) quoting.value = `${quoting.value}\n\n${quote}`.trimStart();
    if (!isEdit(form) || textsOf(form).some(field => field.value !== field.defaultValue)) say(form, kept.at);
}

function say(form, at) {
    const notice = document.createElement("p");
    notice.className = "notice draft-notice";
    notice.setAttribute("role", "status");
    const time = new Date(at).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" }); // As pages write dates.
    notice.append(`What you typed here on ${time} and did not send is back. `);
    const discard = document.createElement("button");
    discard.type = "button";
    discard.className = "button-plain";
    discard.textContent = "Discard it";
    discard.addEventListener("click", () => {
        localStorage.removeItem(keyOf(form));
        form.reset();
        notice.remove();
        textsOf(form)[0].focus();
    });
    notice.append(discard);
    form.prepend(notice);
}

function forgetSent() {
    localStorage.removeItem(sessionStorage.getItem(SENT) ?? "");
    sessionStorage.removeItem(SENT);
}

function forgetOthersAndOld() {
    for (const key of Object.keys(localStorage).filter(key => key.startsWith(PREFIX))) {
        const isOld = Date.now() - (read(key)?.at ?? 0) > DAYS_KEPT * 86_400_000;
        const isOthers = owner && !key.startsWith(`${PREFIX}${owner} `);
        if (isOld || isOthers) localStorage.removeItem(key);
    }
}

function read(key) {
    try {
        return JSON.parse(localStorage.getItem(key));
    } catch {
        return null;
    }
}
