"""Make ipywidgets controls usable by keyboard and screen reader inside JupyterLab.

JupyterLab takes arrow keys, Space and Enter from controls in a cell's output unless the control
itself carries ``data-lm-suppress-shortcuts``, and the handle of an ipywidgets slider has no
accessible name. `KeyboardGuard` mends both for every control that shares its output.
"""

from __future__ import annotations

import anywidget

_ESM = """
const CONTROLS = "input, select, textarea, button, summary, .noUi-handle";

function nameHandles(slider) {
  const label = slider.querySelector(".widget-label")?.textContent.trim();
  if (!label) return;
  const handles = slider.querySelectorAll(".noUi-handle");
  handles.forEach((handle, i) => {
    const name = handles.length > 1 ? `${label}, ${i ? "upper" : "lower"} end` : label;
    if (handle.getAttribute("aria-label") !== name) handle.setAttribute("aria-label", name);
  });
}

function mend(root) {
  for (const control of root.querySelectorAll(CONTROLS)) {
    control.setAttribute("data-lm-suppress-shortcuts", "true");
  }
  root.querySelectorAll(".widget-slider").forEach(nameHandles);
}

export default {
  render({ el }) {
    el.style.display = "none";
    el.setAttribute("aria-hidden", "true");
    let root, frame;
    const observer = new MutationObserver(() => mend(root));
    const start = () => {
      if (!el.isConnected) { frame = requestAnimationFrame(start); return; }
      root = el.closest(".jp-OutputArea") ?? document.body;
      mend(root);
      observer.observe(root, { subtree: true, childList: true });
    };
    frame = requestAnimationFrame(start);
    return () => { cancelAnimationFrame(frame); observer.disconnect(); };
  },
};
"""


class KeyboardGuard(anywidget.AnyWidget):
    """An invisible widget; put one among the children of a box of controls.

    It names slider handles from their label, keeps JupyterLab's shortcuts away from every
    control in the same cell output, and follows controls that appear later.

    Examples
    --------
    >>> import ipywidgets
    >>> box = ipywidgets.VBox([ipywidgets.IntSlider(description="Age (years)"), KeyboardGuard()])
    >>> len(box.children)
    2
    """

    _esm = _ESM
