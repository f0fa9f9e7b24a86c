// On narrow screens the replies of one relation are shown at a time, by links to them. The style sheet does that; here the
// link of what is shown is told to those who do not see it, and another order keeps it.

function tell() {
    const columns = [...document.querySelectorAll(".reply-column")];
    if (columns.length < 2) return;
    const named = document.querySelector(":target")?.closest(".reply-column");
    const shown = named ?? columns.find(column => "first" in column.dataset);
    for (const tab of document.querySelectorAll("[data-reply-tabs] a")) {
        if (tab.dataset.tab === shown.dataset.relation) tab.setAttribute("aria-current", "true");
        else tab.removeAttribute("aria-current");
    }
    if (named) document.querySelectorAll(".sorts a").forEach(link => (link.hash = shown.id));
}

tell();
addEventListener("hashchange", tell);
document.addEventListener("live:shown", tell); // The replies are others now.
