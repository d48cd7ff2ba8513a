import * as fs from "fs";
interface Shape { readonly sides: number; name?: string }
enum Colour { Red, Green }
const lines: string[] = fs.readFileSync(0, "utf8").split("\n");
function first<T>(of: T[]): T | undefined { return of[0]; }
const shape: Shape = { sides: first([4, 5])! };
console.log(lines.length > 0, shape.sides as number, Colour[1]);
