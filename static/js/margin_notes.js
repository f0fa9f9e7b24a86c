// Puts the notes of an essay beside the lines of their passages, none over another, and takes readers along links
// between the two. Without it the notes stand in order beside their paragraph, and the links work as links do.

const GAP = 4;
const FIRM = 1000; // Weight of a note that somebody opened or came for: it keeps its line, the others make room.
const EXCERPT = 80;

const essay = document.querySelector("[data-margin]");
const said = document.querySelector("[data-arrival]");
const wide = matchMedia("(min-width: 72rem)");
// The way to a paragraph's other notes stands below the last of those that are there, and is placed like them.
const notes = [...essay.querySelectorAll(".margin :is(.note, .notes-more)")].map(element => ({
    element,
    margin: element.closest(".margin"),
    passage: element.id ? document.getElementById(element.id.replace("note-", "passage-")) : null,
    shift: 0,
}));

// Places that never overlap and are, all together, nearest to those wanted (isotonic regression by pooling).
function settle(wanted, heights, weights, room) {
    const pools = [];
    let above = 0;
    wanted.forEach((top, index) => {
        let pool = { sum: (top - above) * weights[index], weight: weights[index], count: 1 };
        while (pools.length && pools.at(-1).sum / pools.at(-1).weight >= pool.sum / pool.weight) {
            const before = pools.pop();
            pool = { sum: before.sum + pool.sum, weight: before.weight + pool.weight, count: before.count + pool.count };
        }
        pools.push(pool);
        above += heights[index];
    });
    const most = Math.max(0, room - above);
    const starts = pools.flatMap(pool => Array(pool.count).fill(Math.min(Math.max(0, pool.sum / pool.weight), most)));
    above = 0;
    return starts.map((start, index) => start + (above += heights[index]) - heights[index]);
}

// What there is to place: for each note its place and height as the page lays it out, and the line of its words. Opening a
// note moves only those below it in its margin, so that only these are read again. All is read before any is written.
function measure(some) {
    const ground = essay.getBoundingClientRect();
    some.forEach(note => {
        const box = note.element.getBoundingClientRect();
        note.height = box.height + GAP;
        note.top = box.top - ground.top - note.shift;
    });
    if (some === notes) some.forEach((note, index) => (note.line = lineOf(note, notes[index - 1], ground)));
    return ground.height;
}

function lineOf(note, before, ground) {
    if (!note.element.id && before) return before.line;
    return (note.passage?.getClientRects()[0] ?? note.element.getBoundingClientRect()).top - ground.top;
}

function place(margins = null) {
    if (!wide.matches || !notes.length) return;
    const start = performance.now();
    const room = measure(margins ? notes.filter(note => margins.has(note.margin)) : notes);
    const firm = new Set([...essay.querySelectorAll(".note:target, .note [open]")].map(each => each.closest(".note")));
    const tops = settle(
        notes.map(note => note.line),
        notes.map(note => note.height),
        notes.map(note => (firm.has(note.element) ? FIRM : 1)),
        room,
    );
    notes.forEach((note, index) => {
        const shift = Math.round(tops[index] - note.top);
        if (shift !== note.shift) note.element.style.setProperty("--shift", `${shift}px`);
        note.shift = shift;
    });
    essay.dataset.placed = "";
    performance.measure("place notes", { start });
}

// In the next frame: everything, or the margins that have changed.
let waiting = null;
function placeSoon(margin = null) {
    if (waiting) {
        waiting = { margins: margin && waiting.margins?.add(margin) };
        return;
    }
    waiting = { margins: margin && new Set([margin]) };
    requestAnimationFrame(() => {
        const { margins } = waiting;
        waiting = null;
        place(margins ?? null);
    });
}

// The place that the address names: opened, in sight, with the focus, and said.
function arrive() {
    const [name, kind, id] = /^#(note|passage|annotation)-(\d+)$/.exec(location.hash) ?? [];
    if (!name) return;
    const target = document.querySelector(name);
    if (!target) {
        location.replace(`${essay.dataset.margin}/${kind === "annotation" ? "annotations" : "passages"}/${id}`);
        return;
    }
    essay.querySelectorAll(".is-target").forEach(mark => mark.classList.remove("is-target"));
    if (kind === "passage") marksOf(id).forEach(mark => mark.classList.add("is-target"));
    const note = target.closest(".note");
    if (note) note.querySelector("details").open = true;
    place();
    if (!isInSight(target)) target.scrollIntoView({ block: "center" });
    focus(target);
    said.textContent = describe(target, note);
}

// Focusable as long as it has the focus: words that begin with a focusable mark could not be selected.
function focus(target) {
    if (!target.hasAttribute("tabindex")) {
        target.tabIndex = -1;
        target.addEventListener("blur", () => target.removeAttribute("tabindex"), { once: true });
    }
    target.focus({ preventScroll: true });
}

function describe(target, note) {
    const passage = note ? note.id.replace("note-", "") : target.id.replace("passage-", "");
    const text = [...marksOf(passage)].map(mark => mark.textContent).join("");
    const words = text.length > EXCERPT ? `${text.slice(0, EXCERPT)} …` : text;
    const paragraph = target.closest(".paragraph").id.slice(1);
    if (note) return `Note ${note.querySelector(".note-number").textContent}, on “${words}”.`;
    return words ? `Paragraph ${paragraph}: “${words}”.` : `Paragraph ${paragraph}.`;
}

function isInSight(element) {
    const box = element.getBoundingClientRect();
    const covered = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0;
    return box.height > 0 && box.top >= covered && box.bottom <= innerHeight;
}

function marksOf(passage) {
    return essay.querySelectorAll(`mark[data-passages~="${passage}"]`);
}

// A link to what is in sight already moves the focus and leaves the page where it is.
function follow(event) {
    if (event.target.closest("[hx-get]")) asked = event.target.closest(".note");
    const link = event.target.closest('a[href^="#note-"], a[href^="#passage-"]') ?? linkOfMark(event);
    const target = link && document.querySelector(link.getAttribute("href"));
    if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const top = scrollY;
    const isNear = isInSight(target);
    if (location.hash === link.hash) arrive();
    location.hash = link.hash;
    if (isNear) scrollTo({ top, behavior: "instant" });
}

// More of a note has come in place of the link that asked for it: the focus stays with the note.
let asked = null;
function showMore() {
    asked?.focus({ preventScroll: true });
    placeSoon(asked?.closest(".margin"));
    asked = null;
}

// Pressing marked words does what the reference after them does, unless somebody is selecting text.
function linkOfMark(event) {
    const mark = event.target.closest("mark.passage");
    if (!mark || event.target.closest("a") || !getSelection().isCollapsed) return null;
    const passage = mark.dataset.passages.split(" ").at(-1);
    return essay.querySelector(`a.passage-ref[href="#note-${passage}"]`);
}

let lit = [];
function light(event) {
    const at = event.target.closest?.(".note, mark.passage");
    const passages = at?.dataset.passages?.split(" ") ?? (at ? [at.id.replace("note-", "")] : []);
    const next = passages.flatMap(id => [...marksOf(id), document.getElementById(`note-${id}`)]).filter(Boolean);
    lit.forEach(element => element.classList.remove("is-lit"));
    next.forEach(element => element.classList.add("is-lit"));
    lit = next;
}

// On paper all notes follow in full, which this page has no room for. Only a request that waits is done in time; if it
// fails, the notes of this page are printed, opened.
let opened = [];
let printed = null;
function preparePrint() {
    if (document.querySelector(".essay-plain :checked")) return;
    printed = fetchPrintedNotes();
    if (printed) essay.after(printed);
    opened = printed ? [] : [...essay.querySelectorAll(".margin details:not([open])")];
    opened.forEach(details => (details.open = true));
}

function fetchPrintedNotes() {
    const link = document.querySelector("[data-print]");
    if (!link) return null;
    const request = new XMLHttpRequest();
    try {
        request.open("GET", link.href, false);
        request.send();
    } catch {
        return null;
    }
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    return request.status === 200 ? document.adoptNode(page.querySelector(".printed-notes")) : null;
}

function tidyAfterPrint() {
    printed?.remove();
    opened.forEach(details => (details.open = false));
}

place();
new ResizeObserver(() => placeSoon()).observe(essay);
wide.addEventListener("change", () => placeSoon());
document.fonts.ready.then(() => placeSoon());
essay.addEventListener("toggle", event => placeSoon(event.target.closest(".margin")), { capture: true });
essay.addEventListener("htmx:after:settle", showMore);
essay.addEventListener("click", follow);
essay.addEventListener("pointerover", light);
essay.addEventListener("focusin", light);
addEventListener("hashchange", arrive);
addEventListener("beforeprint", preparePrint);
addEventListener("afterprint", tidyAfterPrint);
arrive();
