const [, ...values] = require("fs").readFileSync(0, "utf8").split(/\s+/).filter(Boolean).map(Number);
console.log(values.reduce((a, b) => a + b, 0));
console.log(values.reduce((a, b) => a * b, 1));
