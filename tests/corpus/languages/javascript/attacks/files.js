const tryIt = (name, act) => { try { if (act() !== false) console.log("BREACH " + name); } catch {} };
const fs = require("fs");

tryIt("passwd", () => fs.readFileSync("/etc/passwd"));
tryIt("root", () => fs.readdirSync("/"));
tryIt("above", () => fs.readdirSync(".."));
tryIt("write", () => fs.writeFileSync("/tmp/BREACH", "x"));
tryIt("environ", () => fs.readFileSync("/proc/self/environ"));
tryIt("memory", () => fs.openSync("/proc/self/mem", "r+"));
tryIt("processes", () => fs.readdirSync("/proc"));
tryIt("mode", () => fs.chmodSync(".", 0o777));
tryIt("link", () => fs.symlinkSync("/etc/passwd", "link"));
tryIt("environment", () => Object.keys(process.env).some((name) => /TRUEGOLD|KEY|TOKEN/.test(name)));
tryIt("input", () => fs.writeSync(0, "x"));
