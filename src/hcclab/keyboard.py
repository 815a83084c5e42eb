"""Make ipywidgets controls usable by keyboard and screen reader inside JupyterLab.

JupyterLab takes arrow keys, Space and Enter from controls in a cell's output unless the control
itself carries ``data-lm-suppress-shortcuts``; the handle of an ipywidgets slider and the number
beside it have no accessible name, and its radio buttons are not joined to one group.
`KeyboardGuard` mends this for every control that shares its output.

It also gives roles that ipywidgets cannot: a box of class ``hcclab-group`` becomes a group named by
its child of class ``hcclab-group-name``, and a widget of class ``hcclab-status`` a live region that
a screen reader speaks when its content changes.
"""

from __future__ import annotations

import anywidget

_ESM = """
const CONTROLS = "input, select, textarea, button, summary, .noUi-handle, .widget-readout";

// Writing an attribute that already has its value still costs the browser a pass over its styles.
function give(element, attribute, value) {
  if (element.getAttribute(attribute) !== value) element.setAttribute(attribute, value);
}

function nameHandles(slider) {
  const label = slider.querySelector(".widget-label")?.textContent.trim();
  if (!label) return;
  const handles = slider.querySelectorAll(".noUi-handle");
  handles.forEach((handle, i) => {
    const name = handles.length > 1 ? `${label}, ${i ? "upper" : "lower"} end` : label;
    give(handle, "aria-label", name);
  });
  const readout = slider.querySelector(".widget-readout");
  if (readout) {
    give(readout, "role", "textbox");
    give(readout, "aria-label", `${label}, typed`);
  }
}

function joinRadios(box) {
  const name = `hcclab-${Math.random().toString(36).slice(2)}`;
  const radios = [...box.querySelectorAll("input[type=radio]")];
  if (radios.some((radio) => !radio.name)) radios.forEach((radio) => { radio.name = name; });
}

function nameGroup(group) {
  const name = group.querySelector(".hcclab-group-name")?.textContent.trim();
  give(group, "role", "group");
  if (name) give(group, "aria-label", name);
}

function mend(root) {
  for (const control of root.querySelectorAll(CONTROLS)) {
    give(control, "data-lm-suppress-shortcuts", "true");
  }
  root.querySelectorAll(".widget-slider").forEach(nameHandles);
  root.querySelectorAll(".widget-radio-box").forEach(joinRadios);
  root.querySelectorAll(".hcclab-group").forEach(nameGroup);
  root.querySelectorAll(".hcclab-status").forEach((e) => give(e, "role", "status"));
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

    It serves every control in the same cell output, also those that appear later.

    Examples
    --------
    >>> import ipywidgets
    >>> box = ipywidgets.VBox([ipywidgets.IntSlider(description="Age (years)"), KeyboardGuard()])
    >>> len(box.children)
    2
    """

    _esm = _ESM
