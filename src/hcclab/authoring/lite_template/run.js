// A learner who opened a lesson wants its pictures to move, and need not know what a cell is.
const PAUSE = 100;

const waiting = setInterval(async () => {
  const app = window.jupyterapp;
  const panel = app?.shell.currentWidget;
  const kernel = panel?.sessionContext?.session?.kernel;
  if (!panel?.context?.isReady || !kernel) return;
  clearInterval(waiting);
  // The still pictures stay until Python has started.
  await kernel.requestExecute({ code: "import hcclab.explorers.base", silent: true }).done;
  await app.commands.execute("notebook:run-all-cells");
}, PAUSE);
