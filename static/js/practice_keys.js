// Keys for practice, the same as on a case: D leave, H hide, 1 to 6 hide by that rule, N next, Q back, ? the list of them.
// They rest while somebody types, and who speaks to the computer can switch them off (WCAG 2.1.4), with all keys at once.

const STORED = "keys";
const sheet = document.querySelector("[data-practice-keys]");
const box = sheet?.querySelector("input");
const form = document.getElementById("answer");
const isOn = () => localStorage.getItem(STORED) !== "off";

if (sheet) {
    box.checked = isOn();
    sheet.hidden = false;
    box.addEventListener("change", () => localStorage.setItem(STORED, box.checked ? "on" : "off"));
}

function choose(key) {
    const radio = form.querySelector(`[data-key="${key}"]`);
    radio.checked = true;
    const next = key === "h" ? form.elements.house_rule : form.querySelector("button.button-primary");
    next.focus();
    next.scrollIntoView({ block: "nearest" });
}

function act(key) {
    if (key === "?" && sheet) {
        sheet.open = !sheet.open;
        sheet.querySelector("summary").focus();
    } else if (form && (key === "d" || key === "h")) {
        choose(key);
    } else if (form && /^[1-6]$/.test(key)) {
        choose("h");
        form.elements.house_rule.selectedIndex = Number(key);
        form.querySelector("button.button-primary").focus();
    } else {
        const target = document.querySelector(`a[data-key="${CSS.escape(key)}"]`);
        target?.click();
        return Boolean(target);
    }
    return true;
}

document.addEventListener("keydown", event => {
    const isTyping = event.target.closest("textarea, select, input:not([type=checkbox], [type=radio]), [contenteditable]");
    if (isTyping && event.key === "Escape") event.target.blur();
    if (!isOn() || isTyping || event.repeat) return;
    if (event.ctrlKey || event.metaKey || event.altKey || !act(event.key.toLowerCase())) return;
    event.preventDefault();
    event.stopImmediatePropagation();
}, true);
