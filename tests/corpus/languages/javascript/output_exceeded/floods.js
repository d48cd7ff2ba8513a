// console.log would keep in memory what nobody has read yet, and on a busy machine that runs out first.
const { writeSync } = require("fs");
for (;;) writeSync(1, "a line of output\n");
