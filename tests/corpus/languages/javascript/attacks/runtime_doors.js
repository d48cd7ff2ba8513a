const tryIt = (name, act) => { try { if (act() !== false) console.log("BREACH " + name); } catch {} };
tryIt("dlopen", () => process.dlopen({ exports: {} }, "/lib/x86_64-linux-gnu/libc.so.6"));
tryIt("spawn binding", () => !process.binding("spawn_sync").spawn({ file: "/bin/true", args: ["true"], stdio: [{ type: "pipe", readable: true }] }).error);
tryIt("own program", () => {
  require("fs").copyFileSync("/bin/true", "mine");
  return require("child_process").spawnSync("./mine").status === 0;
});
tryIt("report", () => { process.report.writeReport("/tmp/BREACH.json"); return require("fs").existsSync("/tmp/BREACH.json"); });
tryIt("heap snapshot", () => require("v8").writeHeapSnapshot("/tmp/BREACH.heap"));
tryIt("debugger", () => { process._debugProcess(process.ppid); });
tryIt("user", () => process.setuid(0) === undefined && process.getuid() !== 0);
tryIt("priority", () => require("os").setPriority(process.ppid, 19));
tryIt("wasi", () => new (require("wasi").WASI)({ version: "preview1", preopens: { "/": "/etc" } }).start && false);
tryIt("flags", () => { require("v8").setFlagsFromString("--allow-natives-syntax"); return false; });
