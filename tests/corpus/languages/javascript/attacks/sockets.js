const tryIt = (name, act) => { try { if (act() !== false) console.log("BREACH " + name); } catch {} };
const fs = require("fs");

const net = require("net");
for (const to of [{ port: 8000, host: "127.0.0.1" }, { path: "/tmp/x.sock" }])
  net.connect(to, () => console.log("BREACH connected")).on("error", () => {});
net.createServer().on("error", () => {}).listen(0, () => { console.log("BREACH listens"); process.exit(); });
require("dgram").createSocket("udp4").on("error", () => {}).bind(0, () => { console.log("BREACH bound"); process.exit(); });
require("dns").lookup("localhost", (error) => { if (!error) console.log("looked up"); });
tryIt("inspector", () => { require("inspector").open(0); return require("inspector").url() !== undefined; });
