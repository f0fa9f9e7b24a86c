// Counts down the seconds that the server said were left. The clock of this computer may be wrong, so only what has
// passed since the page, or a piece of it, came counts. Without script the time stands there.

const ends = new WeakMap();

function tick() {
    for (const element of document.querySelectorAll("[data-countdown]")) {
        if (!ends.has(element)) ends.set(element, performance.now() + 1000 * Number(element.dataset.countdown));
        const left = Math.ceil((ends.get(element) - performance.now()) / 1000);
        element.textContent = left > 0 ? element.dataset.words.replace("#", spell(left)) : element.dataset.over;
        if (left <= 0) element.removeAttribute("data-countdown");
    }
}

function spell(seconds) {
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

tick();
setInterval(tick, 1000);
