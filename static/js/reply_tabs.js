// On narrow screens the replies of one relation are shown at a time, by links to them. The style sheet does that; here the
// link of what is shown is told to those who do not see it, and another order keeps it.

const tabs = [...document.querySelectorAll("[data-reply-tabs] a")];
const columns = [...document.querySelectorAll(".reply-column")];
const sorts = [...document.querySelectorAll(".sorts a")];

function tell() {
    if (columns.length < 2) return;
    const named = document.querySelector(":target")?.closest(".reply-column");
    const shown = named ?? columns.find(column => "first" in column.dataset);
    for (const tab of tabs) {
        if (tab.dataset.tab === shown.dataset.relation) tab.setAttribute("aria-current", "true");
        else tab.removeAttribute("aria-current");
    }
    if (named) sorts.forEach(link => (link.hash = shown.id));
}

tell();
addEventListener("hashchange", tell);
