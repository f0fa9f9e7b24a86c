// Counts down the seconds that the server said were left. The clock of this computer may be wrong, so only what has
// passed since the page, or a piece of it, came counts. Without script the time stands there. A button of the form that
// would be refused meanwhile rests, says when, and keeps the focus (try_again.js stops it from sending).

const ends = new WeakMap();

function tick() {
    for (const element of document.querySelectorAll("[data-countdown]")) {
        if (!ends.has(element)) ends.set(element, performance.now() + 1000 * Number(element.dataset.countdown));
        const left = Math.ceil((ends.get(element) - performance.now()) / 1000);
        element.textContent = left > 0 ? element.dataset.words.replace("#", spell(left)) : element.dataset.over;
        rest(element, left);
        if (left <= 0) element.removeAttribute("data-countdown");
    }
}

function rest(element, left) {
    const button = element.dataset.rests && element.closest("form")?.querySelector(`button[value=${element.dataset.rests}]`);
    if (!button) return;
    button.dataset.label ??= button.textContent;
    button.textContent = left > 0 ? `${button.dataset.label} in ${spell(left)}` : button.dataset.label;
    if (left > 0) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
}

function spell(seconds) {
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

tick();
setInterval(tick, 1000);
