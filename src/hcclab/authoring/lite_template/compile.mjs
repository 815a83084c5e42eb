// Compile the Python of zip archives with the runtime itself: in a browser, compiling takes longer
// than all the rest of starting. Run with: node compile.mjs RUNTIME FROM TO [FROM TO ...]
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const COMPILE = `
import importlib.util, zipfile
from importlib._bootstrap_external import _code_to_hash_pyc

with zipfile.ZipFile("/from.zip") as old, zipfile.ZipFile("/to.zip", "w", zipfile.ZIP_DEFLATED) as new:
    for name in old.namelist():
        content = old.read(name)
        if name.endswith(".py"):
            code = compile(content, name, "exec", dont_inherit=True)
            # The mark of a file that is used without a look at its source, which is not there.
            content = bytes(_code_to_hash_pyc(code, importlib.util.source_hash(content), False))
            name += "c"
        new.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
`;

const [runtime, ...files] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${runtime}/pyodide.mjs`));
const python = await loadPyodide({ indexURL: runtime });
for (let i = 0; i < files.length; i += 2) {
  python.FS.writeFile("/from.zip", readFileSync(files[i]));
  python.runPython(COMPILE);
  writeFileSync(files[i + 1], python.FS.readFile("/to.zip"));
}
