// A double click on a button is meant once: the second one would take back a vote, or send a form again.
document.addEventListener("click", event => {
    if (event.detail > 1 && event.target.closest("button:not([type=button])")) event.preventDefault();
});
