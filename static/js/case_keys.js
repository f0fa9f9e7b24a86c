// Keys for moderators, in the queue and on a case: N next, C claim or let go, D leave, H hide, R remove (of a person: W
// warn, S silence, P suspend, T take the name), 1 to 9 a ready reason, 0 moves the digits to the next nine, E explanation, M note, Q queue, U undo what was
// just decided; in the queue J and K walk, X selects, A selects all, D, H and R are for what is selected; ? the list of
// them. What a page marks with data-key is pressed by that key. They rest while somebody types, and who speaks to the
// computer can switch them off (WCAG 2.1.4); this browser remembers it. It also fills in a chosen ready reason.

const STORED = "keys"; // One switch for all keys: keys.js
const BULK = { d: "dismiss", h: "hide", r: "remove" };
const STEPS = { j: 1, k: -1 };
const FIELDS = { e: "explanation", m: "words" };

const sheet = document.querySelector("[data-case-keys]");
const box = sheet?.querySelector("input");
const form = document.querySelector("#decide, #decide-together");
const ready = form?.elements.ready; // Its radio buttons; "none" is the last of them.
let nine = 0; // Which nine of the ready reasons the digits choose from.

if (sheet) {
    box.checked = localStorage.getItem(STORED) !== "off";
    sheet.hidden = false;
    box.addEventListener("change", () => {
        localStorage.setItem(STORED, box.checked ? "on" : "off");
        showHints();
    });
    showHints();
}

function showHints() {
    for (const hint of document.querySelectorAll("[data-key-hint]")) {
        hint.hidden = !box.checked || Number(hint.dataset.nine ?? nine) !== nine;
    }
}

function nextNine() {
    const said = document.querySelector("[data-digits]"); // There are more than nine.
    if (!said) return false;
    const count = ready.length - 1;
    nine = (nine + 1) % Math.ceil(count / 9);
    said.textContent = `${nine * 9 + 1} to ${Math.min(nine * 9 + 9, count)}`;
    showHints();
    document.getElementById("ready-reasons").scrollIntoView({ block: "nearest", behavior: "instant" });
    return true;
}

function chosenReason() {
    return form.querySelector("[name=ready]:checked")?.dataset ?? {};
}

function fillIn() {
    const { rule, explanation } = chosenReason();
    if (!rule) return;
    form.elements.house_rule.value = rule;
    form.elements.explanation.value = explanation;
    // The mildest of what needs a reason stands first. Several together are decided by one act alone.
    const acts = [...form.querySelectorAll("[data-takes-reason]")];
    if (acts.length && !acts.some(radio => radio.checked)) acts[0].checked = true;
}

// What is left as it is breaks no rule: a ready reason that was chosen before is none for leaving it.
function takeBack() {
    const { rule, explanation } = chosenReason();
    if (!rule) return;
    [...ready].at(-1).checked = true;
    if (form.elements.explanation.value !== explanation) return;
    form.elements.house_rule.value = "";
    form.elements.explanation.value = "";
}

function focusButton() {
    const button = form.querySelector("button.button-primary");
    button.focus({ preventScroll: true });
    button.scrollIntoView({ block: "nearest", behavior: "instant" });
}

function focusReasons() {
    const chosen = form.querySelector("[name=ready]:checked");
    chosen.focus({ preventScroll: true });
    document.getElementById("ready-reasons").scrollIntoView({ block: "nearest", behavior: "instant" });
}

function walk(step) {
    const links = [...document.querySelectorAll("#selection .case-line a")];
    const here = links.indexOf(document.activeElement?.closest("li")?.querySelector(".case-line a"));
    links[here < 0 ? 0 : Math.min(Math.max(here + step, 0), links.length - 1)]?.focus();
    return links.length > 0;
}

function select() {
    const chosen = document.activeElement?.closest("#selection li")?.querySelector("[name=case]:enabled");
    if (chosen) chosen.checked = !chosen.checked;
    return Boolean(chosen);
}

function act(key) {
    if (key === "?") {
        sheet.open = !sheet.open;
        sheet.querySelector("summary").focus();
    } else if (key in STEPS) {
        return walk(STEPS[key]);
    } else if (key === "x") {
        return select();
    } else if (key in BULK && document.getElementById("selection")) {
        document.querySelector(`#selection button[value=${BULK[key]}]`).click();
    } else if (key in BULK && form?.id === "decide-together") {
        if (form.elements.action.value !== BULK[key]) return false;
        if (ready) focusReasons();
        else focusButton();
    } else if (/^[1-9]$/.test(key)) {
        const reason = ready && [...ready].slice(0, -1)[nine * 9 + Number(key) - 1];
        if (!reason) return false;
        reason.checked = true;
        fillIn();
        focusButton();
    } else if (key === "0") {
        return nextNine();
    } else if (key in FIELDS) {
        const field = document.getElementById(FIELDS[key]);
        if (!field) return false;
        field.focus();
    } else if (key === "a" && document.getElementById("selection")) {
        const boxes = [...document.querySelectorAll("#selection [name=case]:enabled")];
        const isAll = boxes.every(each => each.checked);
        boxes.forEach(each => (each.checked = !isAll));
    } else {
        const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
        if (!target) return false;
        target.click();
        if (target.hasAttribute("data-takes-reason")) focusReasons();
        else if (target.type === "radio") focusButton();
    }
    return true;
}

form?.addEventListener("change", ({ target }) => {
    if (target.name === "ready") fillIn();
    if (target.name === "action" && !target.hasAttribute("data-takes-reason")) takeBack();
});
document.addEventListener("keydown", event => {
    const isTyping = event.target.closest("textarea, select, input:not([type=checkbox], [type=radio]), [contenteditable]");
    if (isTyping && event.key === "Escape") event.target.blur();
    if (!box?.checked || isTyping || event.repeat) return;
    if (event.ctrlKey || event.metaKey || event.altKey || !act(event.key.toLowerCase())) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // Here these keys mean this, and not what they mean to readers.
}, true);
