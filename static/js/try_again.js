// After "too many, please try again in …" the time runs down beside the button, and on the button that was pressed, which
// keeps its width. The server said how many seconds; the clock of this computer may be wrong, so only what has passed
// since counts. Without script the time stands in the sentence.

let pressed = null;

document.addEventListener("submit", event => { pressed = event.submitter; }, true);
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
    timer.textContent = left > 0 ? `You can try again in ${spell(left)}.` : "You can try again now.";
    if (button) button.textContent = left > 0 && timer.isConnected ? spell(left) : button.dataset.label;
    if (left > 0 && timer.isConnected) setTimeout(tick, 1000, timer, button);
}

function spell(seconds) {
    const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
    const clock = `${hours ? String(minutes).padStart(2, "0") : minutes}:${String(seconds % 60).padStart(2, "0")}`;
    return hours ? `${hours}:${clock}` : clock;
}
