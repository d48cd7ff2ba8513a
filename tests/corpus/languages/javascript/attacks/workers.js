const { Worker, isMainThread, parentPort } = require("worker_threads");
const fs = require("fs");
const tries = `
  const { parentPort } = require("worker_threads");
  const tryIt = (name, act) => { try { if (act() !== false) parentPort.postMessage("BREACH " + name); } catch {} };
  const fs = require("fs");
  tryIt("passwd", () => fs.readFileSync("/etc/passwd"));
  tryIt("environ", () => fs.readFileSync("/proc/self/environ"));
  tryIt("process", () => !require("child_process").spawnSync("/bin/true").error);
  tryIt("write", () => fs.writeFileSync("/tmp/BREACH", "x"));
`;
new Worker(tries, { eval: true }).on("message", (said) => console.log(said)).on("error", () => {});
const many = () => { for (let at = 0; at < 200; at++) new Worker("setInterval(() => {}, 1000)", { eval: true }).on("error", () => {}); };
setTimeout(many, 200);
