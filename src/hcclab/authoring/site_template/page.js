// What is too wide for the window scrolls; the keyboard must be able to reach it.
function reach() {
  for (const box of document.querySelectorAll(".rendered_html, .output_html, main [style*=overflow]")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}
addEventListener("resize", reach);
reach();
