type Bomb<N extends any[]> = Bomb<[...N, ...N, 1]>;
const bomb: Bomb<[1]> = null;
console.log("types are taken off");
