// A form that script sends and that nobody answers would do nothing that one sees: it is said where refusals are said.
document.addEventListener("htmx:error", event => {
    if (event.detail.ctx?.sourceEvent?.type !== "submit" || !(event.detail.error instanceof TypeError)) return;
    const notice = document.createElement("div");
    notice.className = "notice notice-alarm";
    notice.setAttribute("role", "alert");
    const words = document.createElement("p");
    const title = document.createElement("strong");
    title.textContent = "The site does not answer.";
    words.append(title, " What you typed stays here. Look at your connection and try again: nothing is done twice.");
    notice.append(words);
    const place = document.querySelector("#notices");
    place.replaceChildren(notice);
    place.scrollIntoView();
});
