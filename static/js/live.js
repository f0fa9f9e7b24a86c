// While a page of a debate is open and seen, its numbers move with the debate, and what is new waits behind a button at
// the lower edge: nothing moves what is being read. A hidden tab has no stream (browsers share few connections among
// all tabs of a site); seen again, it is told the present state.

const WAIT = 3000; // Milliseconds after the page has come: who only passes by opens no stream.

const bar = document.querySelector("[data-live-stream]");
const said = bar.querySelector("[aria-live]");
const button = bar.querySelector("button");
const { liveStream, livePart, liveNoun, liveNouns } = bar.dataset;
let version = bar.dataset.liveVersion;
let shown = Number(bar.dataset.liveTotal);
let total = shown;
let stream = null;

const stop = () => { stream?.close(); stream = null; };
const start = () => {
    if (stream || document.visibilityState === "hidden") return;
    stream = new EventSource(`${liveStream}?version=${version}`);
    stream.onmessage = event => {
        version = event.lastEventId || version;
        move(JSON.parse(event.data));
    };
};

setTimeout(() => {
    document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? stop() : start()));
    addEventListener("pagehide", stop);
    addEventListener("pageshow", start);
    start();
}, WAIT);
button.addEventListener("click", show);

function move(state) {
    for (const [name, text] of Object.entries(state.texts)) {
        const places = document.querySelectorAll(`[data-live="${name}"], .argument-actions .vote [value="${name}"] b`);
        for (const place of places) if (place.textContent !== text) place.textContent = text;
    }
    total = state.total;
    const fresh = total - shown;
    button.hidden = fresh <= 0;
    if (fresh > 0) {
        button.textContent = `${fresh} new ${fresh === 1 ? liveNoun : liveNouns}, show`;
        say(`${fresh} new ${fresh === 1 ? liveNoun : liveNouns}`);
    }
}

function say(words) {
    if (said.textContent !== words) said.textContent = words;
}

async function show() {
    button.disabled = true;
    try {
        const answer = await fetch(location.pathname + location.search, { headers: { Accept: "text/html" } });
        if (!answer.ok) throw new Error(String(answer.status));
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        replace(page.querySelector(livePart));
        const loaded = page.querySelector("[data-live-stream]").dataset;
        shown = Number(loaded.liveTotal);
        version = loaded.liveVersion;
        button.hidden = total <= shown;
    } catch {
        location.reload(); // It says what is wrong.
    } finally {
        button.disabled = false;
    }
}

// To the first new item; on a phone where all are under another tab, to that tab.
function lead(added) {
    const seen = added.find(item => item.offsetHeight);
    const relation = added[0].closest("[data-relation]")?.dataset.relation;
    const place = seen ?? document.querySelector(`[data-reply-tabs] [data-tab="${relation}"]`);
    if (seen) seen.tabIndex = -1;
    place?.focus({ preventScroll: true });
}

// What stands in the middle of the screen stays where it is, and the first new item has the focus.
function replace(part) {
    const old = document.querySelector(livePart);
    const known = new Set([...old.querySelectorAll("[id]")].map(item => item.id));
    const stays = item => (old.contains(item) ? part.querySelector(`#${CSS.escape(item.id)}`) : !item.contains(old));
    const offset = item => Math.abs(item.getBoundingClientRect().top - innerHeight / 2);
    const [line] = [...document.querySelectorAll("main [id]")]
        .filter(item => item.offsetHeight && stays(item))
        .sort((one, other) => offset(one) - offset(other));
    const before = (line ?? old).getBoundingClientRect().top;
    const fresh = document.importNode(part, true);
    old.replaceWith(fresh);
    window.htmx?.process(fresh);
    if (location.hash) {
        document.documentElement.style.scrollBehavior = "auto";
        location.replace(location.hash); // The new part has the target again, such as the tab in view.
        document.documentElement.style.scrollBehavior = "";
    }
    const after = (line ? document.getElementById(line.id) : fresh).getBoundingClientRect().top;
    scrollBy({ top: after - before, behavior: "instant" });
    const added = [...fresh.querySelectorAll(".card[id], .placeholder[id]")].filter(item => !known.has(item.id));
    for (const item of added) item.classList.add("is-new");
    fresh.dispatchEvent(new CustomEvent("live:shown", { bubbles: true }));
    if (added.length) lead(added);
    say(`${added.length} new shown`);
}
