import { readFileSync } from "fs";
const values: number[] = readFileSync(0, "utf8").split(/\s+/).filter(Boolean).map(Number).slice(1);
const fold = (f: (a: number, b: number) => number, start: number): number => values.reduce(f, start);
console.log(fold((a, b) => a + b, 0) + "\n" + fold((a, b) => a * b, 1));
