// What somebody folds or unfolds stays so in this browser, argument by argument: steps of a path and threads of the outline,
// which are <details>, and cards among replies, which get their buttons here. Only what differs from how pages come is
// kept, and no more than the newest few hundred.

const STORED = "folds";
const MOST_KEPT = 500;
const CARDS = ".reply-columns .card";
const THREADS = ".outline > li > details";

const kept = new Map(read());
const details = [...document.querySelectorAll("details[data-fold]")];
const comesOpen = new Map(details.map(each => [each, each.open]));
let cards = [];

details.forEach(each => kept.has(each.dataset.fold) && (each.open = kept.get(each.dataset.fold)));
setUpCards();
document.addEventListener("live:shown", setUpCards); // The replies are others now.
document.addEventListener("toggle", event => comesOpen.has(event.target) && keepDetails(event.target), { capture: true });

function setUpCards() {
    cards = [...document.querySelectorAll(CARDS)];
    cards.filter(card => !card.querySelector("[data-fold-button]")).forEach(addButton);
    cards.forEach(card => kept.has(card.id) && setCard(card, kept.get(card.id)));
    document.querySelectorAll("[data-fold-all][hidden]").forEach(bindAll);
}

function read() {
    try {
        return JSON.parse(localStorage.getItem(STORED)) ?? [];
    } catch {
        return [];
    }
}

function keep(name, isOpen, isUsual) {
    kept.delete(name); // What is put back in comes last: the oldest go first.
    if (!isUsual) kept.set(name, isOpen);
    localStorage.setItem(STORED, JSON.stringify([...kept].slice(-MOST_KEPT)));
}

function keepDetails(element) {
    if (element.open !== (kept.get(element.dataset.fold) ?? comesOpen.get(element))) {
        keep(element.dataset.fold, element.open, element.open === comesOpen.get(element));
    }
}

function addButton(card) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "fold-button";
    button.dataset.foldButton = "";
    button.setAttribute("aria-expanded", "true");
    button.setAttribute("aria-label", "Its standing and votes");
    button.addEventListener("click", () => {
        setCard(card, "folded" in card.dataset);
        keep(card.id, !("folded" in card.dataset), !("folded" in card.dataset));
    });
    card.append(button);
}

function setCard(card, isOpen) {
    card.toggleAttribute("data-folded", !isOpen);
    card.querySelector("[data-fold-button]").setAttribute("aria-expanded", isOpen);
}

function bindAll(element) {
    const threads = [...document.querySelectorAll(THREADS)];
    if (cards.length + threads.length < 2) return;
    element.hidden = false;
    element.addEventListener("click", event => {
        const isOpen = event.target.closest("button")?.value === "unfold";
        if (!event.target.closest("button")) return;
        cards.forEach(card => (setCard(card, isOpen), keep(card.id, isOpen, isOpen)));
        // Kept at once: what "toggle" tells comes later, and whoever leaves the page before has nothing kept.
        const chosen = isOpen ? details.filter(each => each.closest(".outline")) : threads;
        chosen.forEach(each => ((each.open = isOpen), keepDetails(each)));
    });
}
