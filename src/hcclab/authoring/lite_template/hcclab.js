// A learner who opened a lesson wants its pictures to move, and need not know what a cell is.
const PAUSE = 100;

const bar = document.createElement("nav");
bar.id = "hcclab-bar";
bar.innerHTML = `<a href="../index.html">‹ All lessons</a>
  <span role="status">Python is starting …</span>`;
const status = bar.querySelector("span");

async function run(app, panel, kernel) {
  app.shell.collapseTop();
  app.shell.menu.hide();
  panel.toolbar.hide();
  // The still pictures stay until Python has started.
  const reply = await kernel.requestExecute({ code: "import hcclab.explorers.base" }).done;
  if (reply.content.status !== "ok") throw new Error(reply.content.evalue);
  await app.commands.execute("notebook:run-all-cells");
  status.textContent = "Move the controls.";
}

const waiting = setInterval(() => {
  const app = window.jupyterapp;
  const panel = app?.shell.currentWidget;
  const kernel = panel?.sessionContext?.session?.kernel;
  if (!panel?.context?.isReady || !kernel) return;
  clearInterval(waiting);
  run(app, panel, kernel).catch((error) => {
    status.textContent = `Python could not start in this browser: ${error.message}`;
  });
}, PAUSE);

document.addEventListener("DOMContentLoaded", () => document.body.append(bar));
