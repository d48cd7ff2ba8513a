const readline = require("readline").createInterface({ input: process.stdin });
let count = 0;
readline.on("line", () => { count += 1; });
readline.on("close", () => { console.log(count); });
