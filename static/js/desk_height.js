/* Beside the case stands what decides it, as high as the window is from there on: so its buttons are always seen.
   Without this it is as high as the window without the page's head. */
const desk = document.querySelector(".desk");
const panel = desk?.querySelector(".desk-decide");

function fit() {
    panel.style.setProperty("--above", `${Math.max(desk.getBoundingClientRect().top, 16)}px`);
}

if (panel) {
    fit();
    addEventListener("scroll", fit, { passive: true });
    addEventListener("resize", fit);
    new ResizeObserver(fit).observe(desk.parentElement);
}
