// Keys for voting on one claim after another: A, D, P or 1, 2, 3, S to skip, U to undo; Y and N say first whether a reply
// bears on the point, and pressed again take that back. Who speaks to the computer, or
// rests a hand on the keys, can switch them off (WCAG 2.1.4); this browser remembers it.

const ACTS = { a: "agree", 1: "agree", d: "disagree", 2: "disagree", p: "pass", 3: "pass", s: "skip", u: "undo" };
const BEARS = { y: "yes", n: "no" };
const STORED = "keys"; // One switch for all keys: keys.js

const said = document.querySelector("[data-ballot-keys]");
const box = said.querySelector("input");
let isSent = false;

box.checked = localStorage.getItem(STORED) !== "off";
said.hidden = false;
box.addEventListener("change", () => localStorage.setItem(STORED, box.checked ? "on" : "off"));
document.addEventListener("submit", () => (isSent = true));
addEventListener("pageshow", () => (isSent = false));

document.addEventListener("keydown", event => {
    const isTyping = event.target.closest("textarea, select, input:not([type=checkbox], [type=radio]), [contenteditable]");
    if (!box.checked || isSent || event.repeat || isTyping) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    const radio = document.querySelector(`.ballot [name=bears][value=${BEARS[key]}]`);
    if (radio) {
        const none = document.querySelector(".ballot label:last-child [name=bears]");
        (radio.checked ? none : radio).checked = true;
        event.preventDefault();
        return;
    }
    const button = document.querySelector(`[name=act][value=${ACTS[key]}]`);
    if (!button) return;
    event.preventDefault();
    button.click();
});
