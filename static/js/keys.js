// Keys of one letter for reading: J and K go to the next argument and the one before, N to the next new one, O opens, R
// replies, F folds, ? shows what keys there are. They move the focus itself, so that it is seen, and read out. Who speaks
// to the computer can switch them off (WCAG 2.1.4); this browser remembers it. Voting has its own: ballot_keys.js.

const STORED = "keys";
const SHEET = "/keys";
const ITEMS = ".card, .placeholder, .outline-line";
const ACTS = {
    j: () => step(1),
    k: () => step(-1),
    n: () => stepToNew() || document.querySelector("a[data-new-list]")?.click(),
    o: () => current() && linkOf(current()).click(),
    r: reply,
    f: () => foldOf(current())?.click(),
    "?": showSheet,
};

let last = null; // Where J and K go on from when the focus has left the list.

bindSwitch(document);

document.addEventListener("keydown", event => {
    const act = ACTS[event.key.length === 1 ? event.key.toLowerCase() : ""];
    if (!act || localStorage.getItem(STORED) === "off" || isBusy(event)) return;
    event.preventDefault();
    act();
});

function isBusy(event) {
    const isTyping = event.target.closest?.("textarea, select, input:not([type=checkbox], [type=radio]), [contenteditable]");
    const isHeld = event.repeat && !["j", "k"].includes(event.key.toLowerCase());
    return isTyping || isHeld || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]");
}

function items() {
    return [...document.querySelectorAll(ITEMS)].filter(item => linkOf(item) && item.checkVisibility());
}

function linkOf(item) {
    return item.querySelector(".claim a, :scope > p > a:last-of-type");
}

function foldOf(item) {
    return item?.querySelector("[data-fold-button]") ?? item?.parentElement.querySelector(":scope > details > summary");
}

function current() {
    const focused = document.activeElement?.closest(ITEMS);
    return focused ?? (last?.isConnected && last.checkVisibility() ? last : null);
}

function step(by) {
    const all = items();
    const at = all.indexOf(current());
    const next = at < 0 ? (all.find(item => item.getBoundingClientRect().top >= 0) ?? all[0]) : all[at + by];
    if (next) goTo(next);
}

function stepToNew() {
    const all = items();
    const next = all.slice(all.indexOf(current()) + 1).find(item => item.querySelector("[data-new]"));
    if (next) goTo(next);
    return next;
}

function goTo(item) {
    last = item;
    item.scrollIntoView({ block: "nearest" });
    linkOf(item).focus();
}

// To words that are selected, to the argument that has the focus, or to that of the page.
function reply() {
    const quote = document.querySelector("a[data-quote]:not([hidden])");
    if (quote && !getSelection().isCollapsed) return quote.click();
    const focused = document.activeElement?.closest(ITEMS);
    if (focused) location.assign(`${linkOf(focused).pathname}/reply`);
    else document.querySelector("a[data-reply]")?.click();
}

async function showSheet() {
    const dialog = document.querySelector(".keys-dialog") ?? (await makeSheet());
    if (dialog) dialog.showModal();
    else location.assign(SHEET);
}

// The sheet is a part of its page, fetched when it is asked for.
async function makeSheet() {
    const answer = await fetch(SHEET).catch(() => null);
    if (!answer?.ok) return null;
    const sheet = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".keys-sheet");
    if (document.querySelector(".keys-dialog") || !sheet) return document.querySelector(".keys-dialog");
    const dialog = document.createElement("dialog");
    dialog.className = "keys-dialog";
    dialog.setAttribute("aria-label", "Keys");
    const form = document.createElement("form");
    form.method = "dialog";
    const close = document.createElement("button");
    close.className = "button";
    close.textContent = "Close";
    close.autofocus = true;
    form.append(close);
    dialog.append(form, document.adoptNode(sheet));
    document.body.append(dialog);
    bindSwitch(dialog);
    return dialog;
}

function bindSwitch(root) {
    const said = root.querySelector("[data-keys-switch]");
    if (!said) return;
    const box = said.querySelector("input");
    box.checked = localStorage.getItem(STORED) !== "off";
    said.hidden = false;
    box.addEventListener("change", () => localStorage.setItem(STORED, box.checked ? "on" : "off"));
}
