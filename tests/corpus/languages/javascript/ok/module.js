import { readFileSync } from "fs";
const text = readFileSync(0, "utf8");
console.log(text.length);
