const tryIt = (name, act) => { try { if (act() !== false) console.log("BREACH " + name); } catch {} };
const fs = require("fs");

const child = require("child_process");
tryIt("execSync", () => child.execSync("echo hi"));
tryIt("spawnSync", () => !child.spawnSync("/bin/true").error);
tryIt("fork", () => { child.fork("solution.js").on("error", () => {}); return false; });
tryIt("worker's exec", () => child.execFileSync(process.execPath, ["-e", "1"]));
tryIt("kill the parent", () => process.kill(process.ppid, 0));
tryIt("kill itself", () => process.kill(process.pid, "SIGKILL"));
