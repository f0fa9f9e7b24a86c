// After "too many, please try again at …" the time runs down beside the button, and on the button that was pressed, which
// keeps its width and rests until then; a link to try again appears when it is over. The server said how many seconds; the
// clock of this computer may be wrong, so only what has passed since counts. Without script the time of day stands there.

const LONG = 7200; // Above that the time of day stays: nobody watches hours run down.
let pressed = null;

document.addEventListener("submit", event => {
    pressed = event.submitter;
    if (pressed?.getAttribute("aria-disabled") !== "true") return;
    event.preventDefault(); // It keeps the focus, so that whoever waits on it can press it again when it is over.
    event.stopImmediatePropagation();
}, true);
document.addEventListener("htmx:after:settle", begin);
begin();

function begin() {
    const timer = document.querySelector("[data-try-again]");
    if (!timer || timer.dataset.ends) return;
    timer.dataset.ends = performance.now() + 1000 * Number(timer.dataset.tryAgain);
    const button = pressed?.isConnected ? pressed : null;
    if (button) {
        button.dataset.label ??= button.textContent;
        button.style.minInlineSize = `${button.offsetWidth}px`;
    }
    tick(timer, button);
}

function tick(timer, button) {
    const left = Math.ceil((timer.dataset.ends - performance.now()) / 1000);
    const waits = left > 0 && timer.isConnected;
    timer.dataset.said ??= timer.textContent;
    const said = left > LONG ? timer.dataset.said : `You can try again in ${spell(left)}.`;
    timer.textContent = left > 0 ? said : "You can try again now.";
    document.querySelectorAll("[data-when-over]").forEach(link => { link.hidden = waits; });
    if (button) {
        if (!waits) button.textContent = button.dataset.label;
        else if (left <= LONG) button.textContent = spell(left);
        if (waits) button.setAttribute("aria-disabled", "true");
        else button.removeAttribute("aria-disabled");
    }
    if (waits) setTimeout(tick, 1000, timer, button);
}

function spell(seconds) {
    const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
    const clock = `${hours ? String(minutes).padStart(2, "0") : minutes}:${String(seconds % 60).padStart(2, "0")}`;
    return hours ? `${hours}:${clock}` : clock;
}
