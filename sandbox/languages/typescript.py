"""TypeScript: its types are taken off, not checked, and Node.js runs what is left."""

from __future__ import annotations

from sandbox.languages import Calls, Language, Product
from sandbox.languages.javascript import LANGUAGE as JAVASCRIPT
from sandbox.languages.javascript import NODE, PARTS

# The compiler is used as a library: by itself it would ask for the types of Node.js, which are not among its own.
STRIP = """
const fs = require("fs"), ts = require(process.argv[1] + "/lib/typescript.js"), from = process.argv[2];
const options = { target: "es2022", module: "commonjs", esModuleInterop: true, experimentalDecorators: true };
const made = ts.transpileModule(fs.readFileSync(from, "utf8"), {
  compilerOptions: options, reportDiagnostics: true, fileName: from });
const said = (made.diagnostics || []).filter((each) => each.category === ts.DiagnosticCategory.Error);
for (const each of said.slice(0, 5)) {
  const at = each.file ? each.file.getLineAndCharacterOfPosition(each.start) : { line: 0, character: 0 };
  const text = ts.flattenDiagnosticMessageText(each.messageText, " ");
  console.error(`${from}(${at.line + 1},${at.character + 1}): error TS${each.code}: ${text}`);
}
if (said.length) process.exit(2);
fs.writeFileSync(process.argv[3], made.outputText);
"""

LANGUAGE = Language(
    name="typescript",
    source_name="solution.ts",
    package="node-typescript (Debian) or typescript (npm), and nodejs",
    version_command=("tsc", "--version"),
    needs=("node",),
    compile_command=("node", "-e", STRIP, "{home}", "{source}", "{product}"),
    compile_profile="runtime",
    product=Product.FILE,
    product_name="solution.js",
    run_command=(*NODE, "{product}"),
    calls=Calls("calls.js", (*NODE, "{driver}", "{product}")),
    aliases=("ts",),
    folders=("{home}", PARTS),
    profile="runtime",
    environment=JAVASCRIPT.environment,
    bears_address_limit=False,
    runtime_bytes=JAVASCRIPT.runtime_bytes,
    memory_signs=JAVASCRIPT.memory_signs,
    error_signs=JAVASCRIPT.error_signs,
    hello='const text: string = "hello";\nconsole.log(text);\n',
)
