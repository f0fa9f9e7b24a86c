// Over words that somebody selects in the essay: one small menu of what can be left on them. Its links lead to the same
// forms as the sentence picker, with the words filled in. Without it, the picker is what there is.

const LONGEST_WORDS = 1200; // Of an address, as it is encoded: beyond that the form itself shows which words it means.
const SETTLED = 200; // Milliseconds without a change: handles on a touch screen move in small steps.
const GAP = 8;

const menu = document.querySelector("[data-selection-menu]");
const said = document.querySelector("[data-selection-said]");
const narrow = matchMedia("(width < 48rem), (pointer: coarse)");
const moved = new URLSearchParams(location.search).get("move")?.match(/^\d+$/)?.[0]; // The annotation that is to go.
let isPressed = false;
let waiting = 0;
let before = null; // What had the focus before the menu took it.

// The one place where a browser's UTF-16 units become the code points that everything else counts in.
function countCodePoints(text) {
    let count = 0;
    for (const _ of text) count++;
    return count;
}

const isLowSurrogate = (text, index) => /[\udc00-\udfff]/.test(text.charAt(index));

// Where a point of the page lies in the text of its block, in UTF-16 units, never inside a character's pair.
function unitsBefore(block, node, offset, isEnd) {
    const range = document.createRange();
    range.setStart(block, 0);
    range.setEnd(node, offset);
    const units = range.toString().length;
    return isLowSurrogate(block.textContent, units) ? units + (isEnd ? 1 : -1) : units;
}

// What is selected of the essay's text; nothing if the selection begins in something else.
function readSelection() {
    const selection = getSelection();
    const anchor = selection.anchorNode;
    const element = anchor?.nodeType === Node.ELEMENT_NODE ? anchor : anchor?.parentElement;
    if (selection.isCollapsed || !element?.closest("[data-start]")) return null;
    const range = selection.getRangeAt(0);
    const blocks = [...document.querySelectorAll("[data-start]")].filter(block => range.intersectsNode(block));
    const pieces = blocks.map(block => readBlock(block, range)).filter(piece => piece.words.trim());
    if (!pieces.length) return null;
    const first = pieces[0];
    const last = pieces.at(-1);
    const words = pieces.map(piece => piece.words).join("\n\n");
    const begin = words.length - words.trimStart().length;
    return {
        start: first.start + countCodePoints(words.slice(0, begin)),
        end: last.end - countCodePoints(words.slice(words.trimEnd().length)),
        exact: words.trim(),
        paragraph: first.block.closest(".paragraph").id.slice(1),
        block: last.block,
        box: range.getBoundingClientRect(),
    };
}

function readBlock(block, range) {
    const text = block.textContent;
    const { startContainer, startOffset, endContainer, endOffset } = range;
    const from = block.contains(startContainer) ? unitsBefore(block, startContainer, startOffset, false) : 0;
    const to = block.contains(endContainer) ? unitsBefore(block, endContainer, endOffset, true) : text.length;
    const words = text.slice(from, to);
    const start = Number(block.dataset.start) + countCodePoints(text.slice(0, from));
    return { block, words, start, end: start + countCodePoints(words) };
}

function address(link, words) {
    const query = new URLSearchParams(link.dataset.query);
    query.set("revision", menu.dataset.revision);
    query.set("start", words.start);
    query.set("end", words.end);
    const exact = new URLSearchParams({ exact: words.exact }).toString();
    query.set("paragraph", words.paragraph);
    const path = link.dataset.path.replace("{paragraph}", words.paragraph).replace("{annotation}", moved);
    return `${path}?${query}${exact.length <= LONGEST_WORDS ? `&${exact}` : ""}`;
}

function show() {
    const words = isPressed ? null : readSelection();
    if (!words) {
        if (!menu.contains(document.activeElement) && !isPressed) hide();
        return;
    }
    const isNew = menu.hidden;
    for (const link of menu.querySelectorAll("a")) link.href = address(link, words);
    // The next stop of the Tab key after the words; moving it would take the focus from it.
    if (words.block.nextElementSibling !== menu) words.block.after(menu);
    menu.hidden = false;
    place(words);
    if (isNew) said.textContent = menu.dataset.said;
}

// Below the words, where no finger and no menu of the system is; on small screens a bar at the lower edge.
function place(words) {
    menu.toggleAttribute("data-bar", narrow.matches);
    const ground = menu.offsetParent?.getBoundingClientRect();
    if (narrow.matches || !ground) {
        menu.style.removeProperty("inset-block-start");
        menu.style.removeProperty("left");
        return;
    }
    const left = Math.min(Math.max(words.box.left - ground.left, 0), ground.width - menu.offsetWidth);
    menu.style.setProperty("inset-block-start", `${words.box.bottom - ground.top + GAP}px`);
    menu.style.setProperty("left", `${Math.max(0, left)}px`);
}

function hide() {
    if (menu.hidden) return;
    menu.hidden = true;
    said.textContent = "";
}

function enter() {
    before = document.activeElement;
    menu.querySelector("a:not([hidden])").focus({ preventScroll: narrow.matches });
}

// The words stay selected, and the Tab key goes on from them.
function leave() {
    const isInside = menu.contains(document.activeElement);
    const block = menu.previousElementSibling;
    hide();
    if (!isInside) return;
    if (before && before !== document.body) return before.focus({ preventScroll: true });
    block.tabIndex = -1;
    block.focus({ preventScroll: true });
}

// Somebody who came to move an annotation is here for nothing else.
for (const link of menu.querySelectorAll("a")) link.hidden = link.hasAttribute("data-moves") !== Boolean(moved);

// From the text on, a selection across paragraphs leaves out the notes between them (essay.css).
function leaveOutNotes(event) {
    const element = event.target.nodeType === Node.TEXT_NODE ? event.target.parentElement : event.target;
    const isOfText = Boolean(element.closest?.("[data-start]"));
    document.querySelector(".essay").toggleAttribute("data-selecting", isOfText);
}

document.addEventListener("pointerdown", leaveOutNotes);
document.addEventListener("selectstart", leaveOutNotes);
document.addEventListener("selectionchange", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, SETTLED);
});
document.addEventListener("pointerdown", event => {
    isPressed = event.pointerType === "mouse" && event.button === 0 && !menu.contains(event.target);
});
document.addEventListener("pointerup", () => {
    isPressed = false;
    clearTimeout(waiting);
    waiting = setTimeout(show); // After the browser has dropped the old selection.
});
document.addEventListener("keydown", event => {
    if (event.key === "Escape" && !menu.hidden) {
        event.preventDefault();
        leave();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.target.closest("form")) {
        show();
        if (menu.hidden) return;
        event.preventDefault();
        enter();
    }
});
menu.addEventListener("mousedown", event => event.preventDefault()); // Or the words would be selected no more.
menu.addEventListener("focusout", event => {
    if (!menu.contains(event.relatedTarget) && getSelection().isCollapsed) hide();
});
