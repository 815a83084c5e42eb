// A slide that holds more than the screen is made smaller; one that would become too small to read
// is scrolled.
const WIDE = 1200, HIGH = 696, SMALLEST = 0.6;
const fits = (body, size) => {
  body.style.zoom = size;
  body.style.width = `${WIDE / size}px`;
  const height = body.getBoundingClientRect().height / Reveal.getScale();
  return height <= HIGH && body.scrollWidth <= WIDE / size + 1;
};
const fit = () => {
  const body = Reveal.getCurrentSlide()?.querySelector(".body");
  if (!body) return;
  body.classList.remove("scrolled");
  body.style.maxHeight = "";
  let size = 1;
  while (size > SMALLEST && !fits(body, size)) size -= 0.04;
  if (size > SMALLEST) return;
  fits(body, 0.8);
  body.style.maxHeight = `${HIGH / 0.8}px`;
  body.classList.add("scrolled");
  body.tabIndex = 0;
};
Reveal.on("ready", fit);
Reveal.on("slidechanged", fit);
document.addEventListener("toggle", fit, true);
Reveal.initialize({
  width: 1280, height: 720, margin: 0.02, center: false, hash: true, slideNumber: "c/t",
  transition: "none", backgroundTransition: "none",
});
