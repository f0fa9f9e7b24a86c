// For members: tells the server now and then that one is reading a debate, so that the next visit can say what is new.
// For visitors this browser keeps the same by itself, marks what is new, and leads to it.

const OFTEN = 5 * 60_000; // Well within the half hour after which a visit is over.
const VISIT_ENDS_AFTER = 30 * 60_000;
const MOST_KEPT = 50; // Debates; the one not visited for longest goes first.
const STORED = "visits";

const member = document.querySelector("[data-visit]");
const debate = document.querySelector("[data-debate]")?.dataset.debate;
const newest = document.querySelector("[data-newest]")?.dataset.newest;

if (member) tell(member.dataset.visit);
else if (debate) remember();

function tell(url) {
    const name = `seen ${url}`;
    if (Date.now() - Number(sessionStorage.getItem(name)) < OFTEN) return;
    sessionStorage.setItem(name, Date.now());
    const body = new URLSearchParams({ all: "" });
    fetch(`${url}/seen`, { method: "POST", body, keepalive: true }).catch(() => sessionStorage.removeItem(name));
}

function remember() {
    const all = read();
    const visit = all[debate] ?? { since: Number(newest ?? 0), newest: Number(newest ?? 0) };
    if (Date.now() - visit.at > VISIT_ENDS_AFTER) visit.since = visit.newest;
    visit.newest = Math.max(visit.newest, Number(newest ?? 0));
    if (!visit.since) visit.since = visit.newest;
    visit.at = Date.now();
    if (visit.newest) localStorage.setItem(STORED, JSON.stringify(latest({ ...all, [debate]: visit })));
    if (visit.since) mark(visit);
}

function read() {
    try {
        return JSON.parse(localStorage.getItem(STORED)) ?? {};
    } catch {
        return {};
    }
}

function latest(all) {
    return Object.fromEntries(
        Object.entries(all)
            .sort(([, one], [, other]) => other.at - one.at)
            .slice(0, MOST_KEPT),
    );
}

function mark(visit) {
    for (const card of document.querySelectorAll(".card")) {
        if (Number(card.id.replace("argument-", "")) <= visit.since || card.querySelector("[data-new]")) continue;
        const state = document.createElement("span");
        state.className = "state";
        state.dataset.new = "";
        state.textContent = "New";
        card.querySelector(".byline").prepend(state, " ");
    }
    const place = document.querySelector("[data-newest]");
    if (!place || visit.newest <= visit.since) return;
    place.hidden = false;
    place.querySelector("a").search = `?since=${visit.since}`;
}
