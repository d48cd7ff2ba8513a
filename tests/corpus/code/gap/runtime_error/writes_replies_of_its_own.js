const fs = require("fs");
const frame = Buffer.from("        " + '{"value":8}');
frame.writeUInt32BE(frame.length - 8);
const gap = () => { for (let i = 0; i < 8; i++) fs.writeSync(4, frame); process.exit(0); };
