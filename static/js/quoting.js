// Words of an argument that somebody selects can be quoted in a reply: a link at them, or on small screens at the lower
// edge, leads to the form. Without it the link "Quote" quotes the claim.

const MOST = 1000; // As many as the form takes.
const GAP = 8;
const link = document.querySelector("a[data-quote]");
const claim = link?.href;

if (link) {
    const menu = makeMenu();
    document.addEventListener("selectionchange", () => show(menu));
    matchMedia("(pointer: coarse)").addEventListener("change", () => show(menu));
}

function makeMenu() {
    const menu = document.createElement("div");
    menu.className = "selection-menu";
    menu.hidden = true;
    const quote = document.createElement("a");
    quote.textContent = "Quote in a reply";
    menu.append(quote);
    menu.addEventListener("mousedown", event => event.preventDefault()); // Or the words would be selected no more.
    document.body.append(menu);
    return menu;
}

function show(menu) {
    const words = selected();
    menu.hidden = !words;
    link.href = words ? addressFor(words) : claim;
    if (!words) return;
    menu.firstChild.href = link.href;
    menu.toggleAttribute("data-bar", matchMedia("(pointer: coarse), (max-width: 40rem)").matches);
    const box = getSelection().getRangeAt(0).getBoundingClientRect();
    const isBar = "bar" in menu.dataset;
    menu.style.insetBlockStart = isBar ? "" : `${box.bottom + scrollY + GAP}px`;
    menu.style.insetInlineStart = isBar ? "" : `${Math.max(GAP, box.left + scrollX)}px`;
}

// What is selected within one claim or one text of grounds.
function selected() {
    const selection = getSelection();
    if (selection.isCollapsed || !selection.rangeCount) return "";
    const range = selection.getRangeAt(0);
    const within = [range.startContainer, range.endContainer].map(node => closest(node));
    const words = selection.toString().trim();
    return within[0] && within[0] === within[1] && words.length <= MOST ? words : "";
}

function closest(node) {
    return (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest("[data-quotable]");
}

function addressFor(words) {
    const url = new URL(claim);
    url.searchParams.set("words", words);
    return url.href;
}
